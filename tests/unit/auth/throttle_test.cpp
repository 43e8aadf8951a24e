#include "services/auth/throttle.hpp"

#include <gtest/gtest.h>

namespace thenorsound::auth {
namespace {

const Time start{1'000'000'000'000};

class Throttle : public ::testing::Test {
 protected:
  LoginThrottle throttle_;
  Time now_ = start;
  std::int64_t begin(const std::string& account, const std::string& address, bool known = false) {
    return throttle_.begin(account, address, known, now_);
  }
  // One failed attempt, after whatever wait there is; returns the wait.
  std::int64_t fail(const std::string& account, const std::string& address, bool known = false) {
    const std::int64_t wait = begin(account, address, known);
    now_ = now_ + wait;
    if (wait > 0) {
      EXPECT_EQ(begin(account, address, known), 0);
    }
    throttle_.failed(account, address, now_);
    return wait;
  }
};

TEST_F(Throttle, FiveFailuresAreFreeThenTheWaitDoublesToAMinute) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("a", "1"), 0);
  for (const std::int64_t seconds : {1, 2, 4, 8, 16, 32, 60, 60})
    EXPECT_EQ(fail("a", "1"), seconds * second_ms);
}

TEST_F(Throttle, ARightAnswerResetsThePair) {
  for (int i = 0; i < 6; ++i) fail("a", "1");
  now_ = now_ + minute_ms;
  EXPECT_EQ(begin("a", "1"), 0);
  throttle_.succeeded("a", "1");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("a", "1"), 0);
}

TEST_F(Throttle, OtherAddressesAndAccountsAreNotTouched) {
  for (int i = 0; i < 8; ++i) fail("a", "1");
  EXPECT_EQ(begin("a", "2"), 0);
  EXPECT_EQ(begin("b", "1"), 0);
}

TEST_F(Throttle, FailuresAreForgottenAfterAQuarterOfAnHour) {
  for (int i = 0; i < 5; ++i) fail("a", "1");
  EXPECT_GT(begin("a", "1"), 0);
  now_ = now_ + LoginThrottle::window_ms;
  EXPECT_EQ(fail("a", "1"), 0);
  EXPECT_EQ(begin("a", "1"), 0);
}

TEST_F(Throttle, AnAddressThatTriesManyAccountsWaits) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(fail("a" + std::to_string(i), "1"), 0);
  EXPECT_GT(begin("new", "1"), 0);
  EXPECT_EQ(begin("new", "2"), 0);
}

TEST_F(Throttle, AnAccountTriedFromEverywhereWaitsOnlyForStrangers) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(fail("a", "x" + std::to_string(i)), 0);
  EXPECT_GT(begin("a", "stranger"), 0);
  EXPECT_EQ(begin("a", "home", true), 0);
}

TEST_F(Throttle, PastTheLimitAttemptsGoOneAtATime) {
  for (int i = 0; i < 5; ++i) fail("a", "1");
  now_ = now_ + minute_ms;
  EXPECT_EQ(begin("a", "1"), 0);
  EXPECT_GT(begin("a", "1"), 0);
}

}  // namespace
}  // namespace thenorsound::auth
