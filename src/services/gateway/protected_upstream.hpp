// An upstream behind a circuit breaker, with retries for those who ask for them.
#pragma once
#include "base/metrics.hpp"
#include "http/retry_budget.hpp"
#include "http/upstream.hpp"
#include "services/gateway/circuit_breaker.hpp"
#include "services/gateway/retry.hpp"

namespace thenorsound::gateway {

class ProtectedUpstream : public http::Upstream {
 public:
  // `name` is the upstream's in metrics. `upstream` and `clock` must outlive this.
  ProtectedUpstream(const std::string& name, http::Upstream& upstream, const Clock& clock,
                    BreakerSettings settings);

  // One try. Error service_unavailable, reason breaker_open, where the breaker is OPEN.
  Task<Result<http::Response>> send(http::Request& request,
                                    std::chrono::milliseconds timeout) override;
  // As often as the request, the budget and `timeout` (over all tries) allow. A try that may be
  // repeated gets half of that at most, so that what hangs is tried once more.
  Task<Result<http::Response>> send_repeatedly(http::Request& request,
                                               std::chrono::milliseconds timeout);
  CircuitBreaker::State state() const { return breaker_.state(); }

 private:
  // Error where the breaker gives no leave.
  Result<CircuitBreaker::Leave> ask_leave();
  void settle(const CircuitBreaker::Leave& leave, const Result<http::Response>& answer);

  http::Upstream& upstream_;
  const Clock& clock_;
  Gauge& state_gauge_;
  Counter& retries_;
  CircuitBreaker breaker_;
  http::RetryBudget budget_;
};

}  // namespace thenorsound::gateway
