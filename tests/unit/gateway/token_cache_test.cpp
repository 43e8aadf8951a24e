#include "services/gateway/token_cache.hpp"

#include <gtest/gtest.h>

namespace thenorsound::gateway {
namespace {

constexpr Time start{1'700'000'000'000};

std::shared_ptr<const Claims> claims(std::string user, std::string sid,
                                     Time expires = start + hour_ms) {
  return std::make_shared<const Claims>(
      Claims{std::move(user), "Admin", "", std::move(sid), expires});
}

TEST(TokenCache, KeepsThirtySecondsAndNeverPastTheEnd) {
  TokenCache cache;
  EXPECT_TRUE(cache.insert("token", claims("u", "s"), cache.epoch(), start));
  EXPECT_NE(cache.find("token", start + 29'999), nullptr);
  EXPECT_EQ(cache.find("token", start + 30'000), nullptr);
  EXPECT_TRUE(cache.insert("short", claims("u", "s", start + 5'000), cache.epoch(), start));
  EXPECT_NE(cache.find("short", start + 4'999), nullptr);
  EXPECT_EQ(cache.find("short", start + 5'000), nullptr);
}

TEST(TokenCache, ComparesTheWholeToken) {
  TokenCache cache;
  const std::string tail(60, 'x');
  cache.insert("a" + tail, claims("u", "s"), cache.epoch(), start);
  EXPECT_NE(cache.find("a" + tail, start), nullptr);
  EXPECT_EQ(cache.find("b" + tail, start), nullptr);
}

TEST(TokenCache, ForgetsASessionAtOnce) {
  TokenCache cache;
  cache.insert("one", claims("u", "s1"), cache.epoch(), start);
  cache.insert("two", claims("u", "s1"), cache.epoch(), start);
  cache.insert("other", claims("u", "s2"), cache.epoch(), start);
  cache.forget_session("s1", start);
  EXPECT_EQ(cache.find("one", start), nullptr);
  EXPECT_EQ(cache.find("two", start), nullptr);
  EXPECT_NE(cache.find("other", start), nullptr);
  cache.forget_user("u", start);
  EXPECT_EQ(cache.find("other", start), nullptr);
}

TEST(TokenCache, DoesntBelieveAnswersFromBeforeARevocation) {
  TokenCache cache;
  const std::uint64_t before = cache.epoch();
  cache.forget_session("s1", start);
  EXPECT_FALSE(cache.insert("one", claims("u", "s1"), before, start));
  EXPECT_EQ(cache.find("one", start), nullptr);
  EXPECT_TRUE(cache.insert("two", claims("u", "s2"), before, start));
  EXPECT_TRUE(cache.insert("one", claims("u", "s1"), cache.epoch(), start));
}

TEST(TokenCache, IsBounded) {
  TokenCache cache(160);
  for (int i = 0; i < 5'000; ++i)
    cache.insert("token-" + std::to_string(i), claims("u", "s"), cache.epoch(), start);
  EXPECT_LE(cache.size(), 176U);
}

}  // namespace
}  // namespace thenorsound::gateway
