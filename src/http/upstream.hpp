// A service that can be asked: in this process without a socket, or elsewhere over kept-alive
// connections. The same Request and Response either way.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "http/message.hpp"

namespace thenorsound::http {

// The reason of an Error that came without asking the upstream, since it keeps failing.
inline constexpr std::string_view breaker_open = "breaker-open";

class Upstream {
 public:
  virtual ~Upstream() = default;
  // The answer, whatever its status. Errors: service_unavailable (refused, no connection; reason
  // "not-sent" where surely nothing was sent), gateway_timeout (no whole answer within `timeout`).
  virtual Task<Result<Response>> send(Request& request, std::chrono::milliseconds timeout) = 0;
};

// Not where an upstream is down, hangs, or says that it or something before it is: a refusal (4xx)
// is an upstream at work, and a 500 is one request's bug, which says nothing of the next request.
inline bool is_at_work(const Result<Response>& answer) {
  return answer && answer->status != 502 && answer->status != 503 && answer->status != 504;
}

}  // namespace thenorsound::http
