// Which calls may be repeated, when, and how many (spec: gateway, retries).
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/error.hpp"
#include "http/message.hpp"

namespace thenorsound::gateway {

inline constexpr std::array<std::chrono::milliseconds, 3> retry_waits{
    std::chrono::milliseconds(100), std::chrono::milliseconds(200), std::chrono::milliseconds(400)};

enum class Repeat { never, where_nothing_was_sent, yes };

// A POST only with an Idempotency-Key; a write with If-Match only where nothing was sent, since
// its own success would look like somebody else's.
Repeat repeat_of(const http::Request& request);

// 408, 429, 5xx (but 501 and 505, which stay so), timeouts, refused connections. Not where the
// circuit breaker answered.
bool is_worth_repeating(Repeat repeat, const Result<http::Response>& answer);

// The reason of an Error that came without asking the upstream.
inline constexpr std::string_view breaker_open = "breaker-open";

// Keeps retries to a share of the calls, so that an outage doesn't multiply the load.
// Thread-safe.
class RetryBudget {
 public:
  void earn();   // a call: a tenth of a retry
  bool spend();  // a retry; false: not now

 private:
  static constexpr std::int64_t retry_cost = 10;
  static constexpr std::int64_t most = 100 * retry_cost;
  std::atomic<std::int64_t> tenths_{20 * retry_cost};
};

}  // namespace thenorsound::gateway
