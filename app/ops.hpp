// What only the inside may see: /health, /ready (names what is missing), /metrics, /routes (what
// the services of this process answer to).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "http/router.hpp"

namespace thenorsound::app {

struct Readiness {
  bool ready = false;
  std::vector<std::string> missing;  // "starting", "stopping", "store"; "bus": requests go on
};
struct OpsPages {
  std::function<Task<Readiness>()> readiness;
  std::function<std::vector<const http::Router*>()> routers;
};
Task<http::Response> answer_ops(http::Request& request, OpsPages pages);

}  // namespace thenorsound::app
