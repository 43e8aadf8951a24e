// Requests and their durations, by who answered and how.
#pragma once
#include <array>
#include <chrono>

#include "base/metrics.hpp"
#include "services/gateway/route_table.hpp"

namespace thenorsound::gateway {

inline constexpr std::size_t own_answers = service_names.size();  // the gateway's own

class GatewayMetrics {
 public:
  GatewayMetrics();
  // `answered_by`: index into service_names, or own_answers.
  void count(std::size_t answered_by, int status, std::chrono::nanoseconds took);

 private:
  static constexpr std::size_t status_classes = 5;
  struct Route {
    std::array<Counter*, status_classes> requests;
    Histogram* seconds;
  };
  std::array<Route, service_names.size() + 1> routes_{};
};

}  // namespace thenorsound::gateway
