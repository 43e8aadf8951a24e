// gzip of answers that are worth it, for who takes it.
#pragma once
#include "base/worker_pool.hpp"
#include "http/message.hpp"

namespace thenorsound::gateway {

// Thread-safe.
class Zipping {
 public:
  Zipping();

  // Is it to be packed? Says in the answer that it depends on Accept-Encoding, where it does. Who
  // doesn't ask for gzip pays for no coroutine.
  static bool is_wanted(const http::Request& request, http::Response& response);
  // Packs it, large ones on a thread of their own. The answer is the caller's.
  Task<void> apply(http::Response& response);

 private:
  Task<std::string> pack(std::string& text);
  WorkerPool worker_;
};

}  // namespace thenorsound::gateway
