#include "services/gateway/rate_limit.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace thenorsound::gateway {
namespace {

constexpr Time start{1'700'000'000'000};

TEST(RateLimit, GivesExactlyTheLimitInAMinute) {
  RateLimit limit;
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto verdict = limit.take("usr-1", 3, start + i);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.remaining, 2 - i);
  }
  const auto refused = limit.take("usr-1", 3, start + 20'500);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.reset_s, 40);
  EXPECT_FALSE(limit.take("usr-1", 3, start + 59'999).allowed);
  EXPECT_EQ(limit.take("usr-1", 3, start + 59'999).reset_s, 1);
  EXPECT_TRUE(limit.take("usr-1", 3, start + 60'000).allowed);
}

TEST(RateLimit, CountsEachKeyAlone) {
  RateLimit limit;
  EXPECT_TRUE(limit.take("a", 1, start).allowed);
  EXPECT_TRUE(limit.take("b", 1, start).allowed);
  EXPECT_FALSE(limit.take("a", 1, start).allowed);
}

TEST(RateLimit, ZeroIsNoLimit) {
  RateLimit limit;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limit.take("a", 0, start).allowed);
  EXPECT_EQ(limit.size(), 0U);
}

TEST(RateLimit, IsExactOverThreads) {
  RateLimit limit;
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i)
        if (limit.take("a", 1'000, start).allowed) ++allowed;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(allowed, 1'000);
}

TEST(RateLimit, MemoryIsBounded) {
  RateLimit limit(320);
  for (int i = 0; i < 10'000; ++i) limit.take("key-" + std::to_string(i), 5, start);
  EXPECT_LE(limit.size(), 352U);
}

TEST(RateLimit, AClockSetBackLocksNobodyOut) {
  RateLimit limit;
  EXPECT_TRUE(limit.take("a", 1, start).allowed);
  EXPECT_TRUE(limit.take("a", 1, start - hour_ms).allowed);
}

}  // namespace
}  // namespace thenorsound::gateway
