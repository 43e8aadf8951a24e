// gzip of answers that are worth it, for who takes it.
#pragma once
#include "base/worker_pool.hpp"
#include "http/message.hpp"

namespace thenorsound::gateway {

// Thread-safe.
class Zipping {
 public:
  Zipping();

  // Is the answer such that apply() has anything to do? Most are not, and cost no coroutine.
  static bool concerns(const http::Request& request, const http::Response& response);
  // Says that the answer depends on Accept-Encoding, and packs it where the client takes that;
  // large ones on a thread of their own. Both are the caller's.
  Task<void> apply(const http::Request& request, http::Response& response);

 private:
  Task<std::string> pack(std::string& text);
  WorkerPool worker_;
};

}  // namespace thenorsound::gateway
