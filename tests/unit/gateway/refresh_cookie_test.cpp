#include "services/gateway/refresh_cookie.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

std::string cookie(std::initializer_list<http::Field> fields) {
  const http::Request asked = request(http::Method::get, "/", fields);
  return std::string(refresh_cookie(asked).value_or("none"));
}

TEST(RefreshCookie, IsFoundAmongOthers) {
  EXPECT_EQ(cookie({{"Cookie", "thenorsound_refresh=abc"}}), "abc");
  EXPECT_EQ(cookie({{"cookie", "a=1; thenorsound_refresh=abc=; b=2"}}), "abc=");
  EXPECT_EQ(cookie({{"Cookie", "a=1"}, {"Cookie", "thenorsound_refresh=x"}}), "x");
}

TEST(RefreshCookie, IsNothingElse) {
  EXPECT_EQ(cookie({}), "none");
  EXPECT_EQ(cookie({{"Cookie", "thenorsound_refresh="}}), "none");
  EXPECT_EQ(cookie({{"Cookie", "xthenorsound_refresh=a; thenorsound_refresh2=b"}}), "none");
  EXPECT_EQ(cookie({{"Cookie", "thenorsound_refresh"}}), "none");
}

TEST(RefreshCookie, IsClearedWithTheSameAttributes) {
  const std::string plain = "thenorsound_refresh=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict";
  EXPECT_EQ(cleared_refresh_cookie("http://localhost:5000"), plain);
  EXPECT_EQ(cleared_refresh_cookie("HTTP://127.0.0.1:5000/x"), plain);
  EXPECT_EQ(cleared_refresh_cookie("http://[::1]:5000"), plain);
  EXPECT_EQ(cleared_refresh_cookie("https://localhost"), plain + "; Secure");
  EXPECT_EQ(cleared_refresh_cookie("http://app.example"), plain + "; Secure");
  EXPECT_EQ(cleared_refresh_cookie("http://localhost.example"), plain + "; Secure");
}

}  // namespace
}  // namespace thenorsound::gateway
