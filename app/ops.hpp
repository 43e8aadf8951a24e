// What only the inside may see: /health, /ready (names what is missing), /metrics.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "http/message.hpp"

namespace thenorsound::app {

// `missing`: what the process still waits for; empty when it is ready.
Task<http::Response> answer_ops(http::Request& request,
                                std::function<std::vector<std::string>()> missing);

}  // namespace thenorsound::app
