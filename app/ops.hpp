// What only the inside may see: /health, /ready (names what is missing), /metrics, /routes (what
// the services of this process answer to).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "http/router.hpp"

namespace thenorsound::app {

struct OpsPages {
  std::function<std::vector<std::string>()> missing;  // what is waited for; empty when ready
  std::function<std::vector<const http::Router*>()> routers;
};
Task<http::Response> answer_ops(http::Request& request, OpsPages pages);

}  // namespace thenorsound::app
