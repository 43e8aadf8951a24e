#include "services/auth/throttle.hpp"

#include <gtest/gtest.h>

#include "base/context.hpp"
#include "base/loops.hpp"
#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::auth {
namespace {

const Time start{1'000'000'000'000};

class Throttle : public ::testing::Test {
 protected:
  Throttle() { loops_.start(); }
  ~Throttle() override { loops_.stop(); }

  Loops loops_{2};
  SettableClock clock_{start};
  store::MemoryStore store_;
  LoginThrottle throttle_{store_, clock_, "key"};
  LoginThrottle other_copy_{store_, clock_, "key"};

  LoginThrottle::Attempt try_at(LoginThrottle& throttle, const std::string& account,
                                const std::string& address, bool known = false) {
    return wait_for(loops_, throttle.begin(new_trace(), account, address, known)).value();
  }
  void fail_at(LoginThrottle& throttle, const LoginThrottle::Attempt& attempt) {
    EXPECT_TRUE(wait_for(loops_, throttle.failed(new_trace(), attempt)));
  }
  void succeed(const LoginThrottle::Attempt& attempt) {
    EXPECT_TRUE(wait_for(loops_, throttle_.succeeded(new_trace(), attempt)));
  }
  std::int64_t begin(const std::string& account, const std::string& address, bool known = false) {
    return try_at(throttle_, account, address, known).wait_ms;
  }
  // One failed attempt, after whatever wait there is; returns the wait.
  std::int64_t fail(const std::string& account, const std::string& address, bool known = false) {
    LoginThrottle::Attempt attempt = try_at(throttle_, account, address, known);
    const std::int64_t wait = attempt.wait_ms;
    clock_.advance(wait);
    if (wait > 0) {
      attempt = try_at(throttle_, account, address, known);
      EXPECT_EQ(attempt.wait_ms, 0);
    }
    fail_at(throttle_, attempt);
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
  clock_.advance(minute_ms);
  const LoginThrottle::Attempt right = try_at(throttle_, "a", "1");
  EXPECT_EQ(right.wait_ms, 0);
  succeed(right);
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
  clock_.advance(LoginThrottle::window_ms);
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
  clock_.advance(minute_ms);
  EXPECT_EQ(begin("a", "1"), 0);
  EXPECT_GT(begin("a", "1"), 0);
}

TEST_F(Throttle, CopiesOfTheServiceCountTogether) {
  for (LoginThrottle* copy : {&throttle_, &other_copy_, &throttle_, &other_copy_, &throttle_})
    fail_at(*copy, try_at(*copy, "a", "1"));
  EXPECT_EQ(try_at(other_copy_, "a", "1").wait_ms, second_ms);
  clock_.advance(minute_ms);
  const LoginThrottle::Attempt right = try_at(throttle_, "a", "1");
  EXPECT_GT(try_at(other_copy_, "a", "1").wait_ms, 0);
  succeed(right);
  EXPECT_EQ(try_at(other_copy_, "a", "1").wait_ms, 0);
}

TEST_F(Throttle, AnAddressThatTriedManyAccountsIsFreeAtOnceAfterARightAnswer) {
  for (int i = 0; i < 100; ++i) fail("a" + std::to_string(i), "1");
  clock_.advance(minute_ms);
  succeed(try_at(throttle_, "b", "1"));
  EXPECT_EQ(begin("b", "1"), 0);
}

TEST_F(Throttle, NamesAreNotInTheStore) {
  fail("anna@b.se", "192.0.2.1");
  for (const auto& [name, documents] : store_.contents())
    for (const auto& [id, document] : documents) {
      const std::string text = id + write_json(document->body);
      EXPECT_EQ(text.find("anna"), std::string::npos);
      EXPECT_EQ(text.find("192.0.2.1"), std::string::npos);
    }
}

}  // namespace
}  // namespace thenorsound::auth
