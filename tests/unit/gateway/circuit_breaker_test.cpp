#include "services/gateway/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace thenorsound::gateway {
namespace {

using State = CircuitBreaker::State;

class CircuitBreakerTest : public testing::Test {
 protected:
  void call(bool success) {
    const auto leave = breaker_.ask(now_);
    ASSERT_TRUE(leave.given);
    breaker_.record(leave, success, now_);
  }
  void open() {
    for (int i = 0; i < 10; ++i) call(false);
    ASSERT_EQ(breaker_.state(), State::open);
  }
  Time now_{1'700'000'000'000};
  std::vector<State> changes_;
  CircuitBreaker breaker_{BreakerSettings{}, [this](State state) { changes_.push_back(state); }};
};

TEST_F(CircuitBreakerTest, AClockSetBackKeepsNobodyOutForLonger) {
  open();
  now_ = now_ + -hour_ms;
  EXPECT_TRUE(breaker_.ask(now_).given);
}

TEST_F(CircuitBreakerTest, FailuresOfAClockSetBackAreNotCounted) {
  for (int i = 0; i < 9; ++i) call(false);
  now_ = now_ + -hour_ms;
  call(false);
  EXPECT_EQ(breaker_.state(), State::closed);
}

TEST_F(CircuitBreakerTest, StaysClosedBelowTheRateAndBelowTheNumberOfCalls) {
  for (int i = 0; i < 9; ++i) call(false);
  EXPECT_EQ(breaker_.state(), State::closed);
  now_ = now_ + 60'000;
  for (int i = 0; i < 100; ++i) call(i % 5 != 0);
  EXPECT_EQ(breaker_.state(), State::closed);
}

TEST_F(CircuitBreakerTest, OpensAtTheRateAndAnswersAtOnce) {
  for (int i = 0; i < 10; ++i) call(i % 2 == 0);
  EXPECT_EQ(breaker_.state(), State::open);
  now_ = now_ + 2'000;
  const auto refused = breaker_.ask(now_);
  EXPECT_FALSE(refused.given);
  EXPECT_EQ(refused.retry_after_ms, 3'000);
}

TEST_F(CircuitBreakerTest, OldFailuresAreForgotten) {
  for (int i = 0; i < 9; ++i) call(false);
  now_ = now_ + 10'000;
  for (int i = 0; i < 9; ++i) call(false);
  EXPECT_EQ(breaker_.state(), State::closed);
}

TEST_F(CircuitBreakerTest, ProbesCloseIt) {
  open();
  now_ = now_ + 5'000;
  std::vector<CircuitBreaker::Leave> probes;
  for (int i = 0; i < 3; ++i) {
    probes.push_back(breaker_.ask(now_));
    EXPECT_TRUE(probes.back().given);
  }
  EXPECT_EQ(breaker_.state(), State::half_open);
  EXPECT_FALSE(breaker_.ask(now_).given);
  for (const auto& probe : probes) breaker_.record(probe, true, now_);
  EXPECT_EQ(breaker_.state(), State::closed);
  EXPECT_EQ(changes_, (std::vector{State::closed, State::open, State::half_open, State::closed}));
}

TEST_F(CircuitBreakerTest, AFailingProbeOpensItAgain) {
  open();
  now_ = now_ + 5'000;
  call(false);
  EXPECT_EQ(breaker_.state(), State::open);
  EXPECT_FALSE(breaker_.ask(now_ + 4'999).given);
  EXPECT_TRUE(breaker_.ask(now_ + 5'000).given);
}

TEST_F(CircuitBreakerTest, LateResultsOfBeforeSayNothing) {
  const auto early = breaker_.ask(now_);
  open();
  now_ = now_ + 5'000;
  call(true);
  breaker_.record(early, false, now_);
  EXPECT_EQ(breaker_.state(), State::half_open);
}

TEST_F(CircuitBreakerTest, ProbesThatNeverComeBackDontCloseTheWay) {
  open();
  now_ = now_ + 5'000;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(breaker_.ask(now_).given);
  EXPECT_FALSE(breaker_.ask(now_).given);
  now_ = now_ + 5'000;
  EXPECT_TRUE(breaker_.ask(now_).given);
}

}  // namespace
}  // namespace thenorsound::gateway
