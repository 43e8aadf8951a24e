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

class Upstream {
 public:
  virtual ~Upstream() = default;
  // The answer, whatever its status. Errors: service_unavailable (refused, no connection; reason
  // "not-sent" where surely nothing was sent), gateway_timeout (no whole answer within `timeout`).
  virtual Task<Result<Response>> send(Request& request, std::chrono::milliseconds timeout) = 0;
};

}  // namespace thenorsound::http
