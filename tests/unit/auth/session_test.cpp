#include "services/auth/session.hpp"

#include <gtest/gtest.h>

namespace thenorsound::auth {
namespace {

const std::string key = "server key";
const Time start{1'000'000'000'000};

RefreshToken first() { return make_refresh_token(key, "ses-1", std::string(32, 's')); }
Session session() { return start_session("ses-1", UserId{"usr-1"}, first(), start); }

TEST(RefreshTokens, AreKnownAsOursByTheirTag) {
  const auto read = read_refresh_token(key, first().text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->sid, "ses-1");
  EXPECT_EQ(read->secret, first().secret);
  std::string altered = first().text;
  altered[10] = altered[10] == 'a' ? 'b' : 'a';
  for (const std::string& bad :
       {altered, std::string("nonsense"), std::string("a.b.c"), first().text + "x", std::string()})
    EXPECT_FALSE(read_refresh_token(key, bad).has_value()) << bad;
  EXPECT_FALSE(read_refresh_token("other key", first().text).has_value());
}

TEST(RefreshTokens, ASuccessorFollowsFromTokenAndKey) {
  EXPECT_EQ(successor_of(key, first()).text, successor_of(key, first()).text);
  EXPECT_NE(successor_of(key, first()).text, first().text);
  EXPECT_EQ(successor_of(key, first()).secret.size(), 32U);
}

TEST(Sessions, ATokenIsUsedOnceAndRotates) {
  Session current = session();
  const RefreshToken second = successor_of(key, first());
  const Time later = start + day_ms;
  EXPECT_EQ(use_token(current, first(), second, later).value(), Use::rotated);
  EXPECT_EQ(current.current_hash, hash_of(second));
  EXPECT_EQ(current.token_expires_at, later + refresh_life_ms);
  EXPECT_EQ(use_token(current, second, successor_of(key, second), later).value(), Use::rotated);
}

TEST(Sessions, ARepeatWithinHalfAMinuteIsTheSameAnswer) {
  Session current = session();
  const RefreshToken second = successor_of(key, first());
  ASSERT_TRUE(use_token(current, first(), second, start));
  EXPECT_EQ(use_token(current, first(), second, start + repeat_ms).value(), Use::repeated);
  EXPECT_TRUE(current.live);
  EXPECT_EQ(use_token(current, first(), second, start + repeat_ms + 1).value(), Use::stolen);
  EXPECT_FALSE(current.live);
}

TEST(Sessions, OnceTheSuccessorIsUsedTheOldOneIsATheft) {
  Session current = session();
  const RefreshToken second = successor_of(key, first());
  ASSERT_TRUE(use_token(current, first(), second, start));
  ASSERT_TRUE(use_token(current, second, successor_of(key, second), start));
  EXPECT_EQ(use_token(current, first(), second, start + 1).value(), Use::stolen);
  EXPECT_FALSE(use_token(current, successor_of(key, second), first(), start + 1).has_value());
}

TEST(Sessions, ATokenLivesSevenDaysAndASessionThirty) {
  Session current = session();
  RefreshToken token = first();
  Time now = start;
  EXPECT_FALSE(use_token(current, token, successor_of(key, token), start + refresh_life_ms));
  for (int i = 0; i < 5; ++i) {
    now = now + 6 * day_ms - 1;
    const RefreshToken next = successor_of(key, token);
    ASSERT_EQ(use_token(current, token, next, now).value(), Use::rotated) << i;
    token = next;
  }
  EXPECT_EQ(current.token_expires_at, start + session_life_ms);
  EXPECT_FALSE(use_token(current, token, successor_of(key, token), start + session_life_ms));
  EXPECT_FALSE(is_live(current, start + session_life_ms));
}

TEST(Sessions, AreRevokedOnce) {
  Session current = session();
  EXPECT_TRUE(revoke(current, start));
  EXPECT_FALSE(revoke(current, start));
  EXPECT_FALSE(use_token(current, first(), successor_of(key, first()), start));
}

}  // namespace
}  // namespace thenorsound::auth
