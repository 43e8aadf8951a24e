// A service in this process, asked without a socket.
#pragma once
#include <atomic>

#include "http/router.hpp"
#include "http/upstream.hpp"

namespace thenorsound::http {

// Made before the services are, since they need each other; answers service_unavailable
// ("not-sent") until `connect`, and again after `disconnect`. The router must outlive every call.
// The timeout isn't watched: a handler's own waits are limited, and its request can't be taken from
// under it.
class LocalUpstream : public Upstream {
 public:
  LocalUpstream() = default;
  explicit LocalUpstream(const Router& router) : router_(&router) {}
  void connect(const Router& router) { router_ = &router; }
  void disconnect() { router_ = nullptr; }
  Task<Result<Response>> send(Request& request, std::chrono::milliseconds timeout) override;

 private:
  std::atomic<const Router*> router_{nullptr};
};

}  // namespace thenorsound::http
