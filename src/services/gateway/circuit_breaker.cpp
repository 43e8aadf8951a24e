#include "services/gateway/circuit_breaker.hpp"

namespace thenorsound::gateway {

CircuitBreaker::CircuitBreaker(BreakerSettings settings, Observer observer)
    : settings_(settings), observer_(std::move(observer)) {
  if (observer_) observer_(state_);
}

CircuitBreaker::Leave CircuitBreaker::ask(Time now) {
  std::lock_guard lock(mutex_);
  // A clock that was set back must not keep anybody out for longer.
  const std::int64_t passed_ms = now.ms - since_.ms;
  const std::int64_t waited_ms = passed_ms < 0 ? settings_.open_ms : passed_ms;
  if (state_ == State::open) {
    if (waited_ms < settings_.open_ms) return {false, generation_, settings_.open_ms - waited_ms};
    enter(State::half_open, now);
  } else if (state_ == State::half_open && probes_given_ >= settings_.probes) {
    // Probes that never came back must not close the way for good.
    if (waited_ms < settings_.open_ms) return {false, generation_, settings_.open_ms - waited_ms};
    enter(State::half_open, now);
  }
  if (state_ == State::half_open) ++probes_given_;
  return {true, generation_, 0};
}

void CircuitBreaker::record(const Leave& leave, bool success, Time now) {
  std::lock_guard lock(mutex_);
  if (leave.generation != generation_) return;
  if (state_ == State::half_open) {
    if (!success) return enter(State::open, now);
    if (++probes_succeeded_ >= settings_.probes) enter(State::closed, now);
    return;
  }
  if (state_ != State::closed) return;
  const std::int64_t number = bucket_number(now);
  Bucket& bucket = buckets_[static_cast<std::size_t>(number) % bucket_count];
  if (bucket.number != number) bucket = Bucket{number, 0, 0};
  ++bucket.calls;
  if (success) return;
  ++bucket.failures;
  if (fails_too_often(now)) enter(State::open, now);
}

CircuitBreaker::State CircuitBreaker::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}

void CircuitBreaker::enter(State state, Time now) {
  state_ = state;
  since_ = now;
  ++generation_;
  buckets_.fill(Bucket{});
  probes_given_ = 0;
  probes_succeeded_ = 0;
  if (observer_) observer_(state);
}

bool CircuitBreaker::fails_too_often(Time now) const {
  const std::int64_t newest = bucket_number(now);
  std::uint32_t calls = 0;
  std::uint32_t failures = 0;
  for (const Bucket& bucket : buckets_) {
    const bool counts =
        bucket.number <= newest && bucket.number > newest - static_cast<std::int64_t>(bucket_count);
    if (!counts) continue;
    calls += bucket.calls;
    failures += bucket.failures;
  }
  return calls >= settings_.min_calls && failures >= settings_.failure_rate * calls;
}

std::int64_t CircuitBreaker::bucket_number(Time now) const {
  constexpr auto buckets = static_cast<std::int64_t>(bucket_count);
  return now.ms / std::max<std::int64_t>(1, settings_.window_ms / buckets);
}

}  // namespace thenorsound::gateway
