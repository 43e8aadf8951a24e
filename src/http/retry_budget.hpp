// Keeps retries to a share of the calls, so that an outage doesn't multiply the load.
#pragma once
#include <atomic>
#include <cstdint>

namespace thenorsound::http {

// Thread-safe. A tenth of a retry per call, and a few at the start or saved up.
class RetryBudget {
 public:
  // A call was made.
  void earn() {
    if (tenths_.load(std::memory_order_relaxed) < most)
      tenths_.fetch_add(1, std::memory_order_relaxed);
  }
  // A retry; false: not now.
  bool spend() {
    std::int64_t have = tenths_.load(std::memory_order_relaxed);
    while (have >= retry_cost)
      if (tenths_.compare_exchange_weak(have, have - retry_cost, std::memory_order_relaxed))
        return true;
    return false;
  }

 private:
  static constexpr std::int64_t retry_cost = 10;
  static constexpr std::int64_t at_start = 20 * retry_cost;
  static constexpr std::int64_t most = 50 * retry_cost;
  std::atomic<std::int64_t> tenths_{at_start};
};

}  // namespace thenorsound::http
