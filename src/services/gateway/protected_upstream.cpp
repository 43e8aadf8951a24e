#include "services/gateway/protected_upstream.hpp"

#include "base/log.hpp"
#include "base/loops.hpp"

namespace thenorsound::gateway {
namespace {

using std::chrono::milliseconds;

CircuitBreaker::Observer observe(std::string name, Gauge& gauge) {
  return [name = std::move(name), &gauge](CircuitBreaker::State state) {
    gauge.set(static_cast<double>(state));
    if (state == CircuitBreaker::State::open)
      log_warning("circuit breaker open", {{"upstream", name}});
  };
}

}  // namespace

ProtectedUpstream::ProtectedUpstream(const std::string& name, http::Upstream& upstream,
                                     const Clock& clock, BreakerSettings settings)
    : upstream_(upstream),
      clock_(clock),
      state_gauge_(gauge("thenorsound_circuit_breaker_state", "0 closed, 1 half-open, 2 open.",
                         {{"upstream", name}})),
      retries_(counter("thenorsound_upstream_retries_total", "Calls that were repeated.",
                       {{"upstream", name}})),
      breaker_(settings, observe(name, state_gauge_)) {}

Result<CircuitBreaker::Leave> ProtectedUpstream::ask_leave() {
  const CircuitBreaker::Leave leave = breaker_.ask(clock_.now());
  if (leave.given) return leave;
  const std::int64_t seconds = std::max<std::int64_t>(1, (leave.retry_after_ms + 999) / second_ms);
  return unavailable(std::string(http::breaker_open), static_cast<int>(seconds));
}

void ProtectedUpstream::settle(const CircuitBreaker::Leave& leave,
                               const Result<http::Response>& answer) {
  breaker_.record(leave, http::is_at_work(answer), clock_.now());
}

Task<Result<http::Response>> ProtectedUpstream::send(http::Request& request, milliseconds timeout) {
  const Result<CircuitBreaker::Leave> leave = ask_leave();
  if (!leave) co_return leave.error();
  Result<http::Response> answer = co_await upstream_.send(request, timeout);
  settle(*leave, answer);
  co_return answer;
}

Task<Result<http::Response>> ProtectedUpstream::send_repeatedly(http::Request& request,
                                                                milliseconds timeout) {
  using SteadyClock = std::chrono::steady_clock;
  const SteadyClock::time_point deadline = SteadyClock::now() + timeout;
  const Repeat repeat = repeat_of(request);
  const milliseconds longest_try =
      std::max(repeat == Repeat::yes ? timeout / 2 : timeout, milliseconds(1));
  budget_.earn();
  for (std::size_t tries = 0;; ++tries) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    const Result<CircuitBreaker::Leave> leave = ask_leave();
    if (!leave) co_return leave.error();
    Result<http::Response> answer =
        co_await upstream_.send(request, std::clamp(left, milliseconds(1), longest_try));
    settle(*leave, answer);
    if (tries == retry_waits.size() || !is_worth_repeating(repeat, answer)) co_return answer;
    if (SteadyClock::now() + retry_waits[tries] >= deadline || !budget_.spend()) co_return answer;
    retries_.add();
    co_await sleep_for(retry_waits[tries]);
  }
}

}  // namespace thenorsound::gateway
