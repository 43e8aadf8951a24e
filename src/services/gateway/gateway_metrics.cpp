#include "services/gateway/gateway_metrics.hpp"

#include <algorithm>

namespace thenorsound::gateway {

GatewayMetrics::GatewayMetrics() {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const std::string name(i == own_answers ? "gateway" : service_names[i]);
    for (std::size_t digit = 1; digit <= status_classes; ++digit)
      routes_[i].requests[digit - 1] =
          &counter("thenorsound_gateway_requests_total", "Requests answered.",
                   {{"upstream", name}, {"status", std::to_string(digit) + "xx"}});
    routes_[i].seconds = &histogram("thenorsound_gateway_request_duration_seconds",
                                    "Time until the answer was ready.", {{"upstream", name}});
  }
}

void GatewayMetrics::count(std::size_t answered_by, int status, std::chrono::nanoseconds took) {
  Route& route = routes_.at(answered_by);
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
  route.requests[status_class]->add();
  route.seconds->observe(std::chrono::duration<double>(took).count());
}

}  // namespace thenorsound::gateway
