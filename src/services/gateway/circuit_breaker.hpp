// Spares an upstream that fails, and those who would wait for it.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>

#include "base/time.hpp"

namespace thenorsound::gateway {

struct BreakerSettings {
  std::int64_t window_ms = 10'000;  // failures are counted over the last so long
  std::uint32_t min_calls = 10;     // fewer say nothing
  double failure_rate = 0.5;        // at least: OPEN
  std::int64_t open_ms = 5'000;     // then HALF-OPEN
  std::uint32_t probes = 3;         // so many successes: CLOSED; one failure: OPEN
};

// Thread-safe.
class CircuitBreaker {
 public:
  enum class State { closed = 0, half_open = 1, open = 2 };
  using Observer = std::function<void(State)>;  // called on every change, under the lock

  CircuitBreaker(BreakerSettings settings, Observer observer);

  // Leave to call. Every leave is given back with `record`, or, in HALF-OPEN, runs out.
  struct Leave {
    bool given = false;
    std::uint64_t generation = 0;     // results of calls before a change of state say nothing
    std::int64_t retry_after_ms = 0;  // where not given
  };
  Leave ask(Time now);
  void record(const Leave& leave, bool success, Time now);
  State state() const;

 private:
  static constexpr std::size_t bucket_count = 10;
  struct Bucket {
    std::int64_t number = -1;
    std::uint32_t calls = 0;
    std::uint32_t failures = 0;
  };
  void enter(State state, Time now);
  bool fails_too_often(Time now) const;
  std::int64_t bucket_number(Time now) const;

  const BreakerSettings settings_;
  const Observer observer_;
  mutable std::mutex mutex_;
  State state_ = State::closed;
  std::uint64_t generation_ = 0;
  Time since_;
  std::array<Bucket, bucket_count> buckets_;
  std::uint32_t probes_given_ = 0;
  std::uint32_t probes_succeeded_ = 0;
};

}  // namespace thenorsound::gateway
