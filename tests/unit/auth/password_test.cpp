#include "services/auth/password.hpp"

#include <gtest/gtest.h>

namespace thenorsound::auth {
namespace {

TEST(Password, IsKnownByItsHashAlone) {
  const std::string hash = hash_password("correct horse", 4);
  EXPECT_TRUE(hash.starts_with("$2b$04$"));
  EXPECT_TRUE(is_password("correct horse", hash));
  EXPECT_FALSE(is_password("correct hors", hash));
  EXPECT_FALSE(is_password("", hash));
  EXPECT_NE(hash, hash_password("correct horse", 4));
}

TEST(Password, CountsEveryByteUpTo72) {
  const std::string longest(72, 'x');
  const std::string hash = hash_password(longest, 4);
  EXPECT_TRUE(is_password(longest, hash));
  EXPECT_FALSE(is_password(longest.substr(1), hash));
  EXPECT_FALSE(is_password(longest + "x", hash));  // bcrypt itself would not see the difference
}

TEST(Password, NothingFollowsANul) {
  const std::string hash = hash_password("password", 4);
  EXPECT_FALSE(is_password(std::string("password\0x", 10), hash));
}

TEST(Password, ABrokenHashIsNobodys) {
  EXPECT_FALSE(is_password("x", ""));
  EXPECT_FALSE(is_password("x", "*0"));
  EXPECT_FALSE(is_password("x", "plain"));
}

}  // namespace
}  // namespace thenorsound::auth
