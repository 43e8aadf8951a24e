#include "services/auth/cookie.hpp"

#include <gtest/gtest.h>

namespace thenorsound::auth {
namespace {

TEST(Cookie, HasItsAttributes) {
  EXPECT_EQ(
      set_cookie("abc", true),
      "thenorsound_refresh=abc; Path=/api; Max-Age=604800; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(set_cookie("abc", false),
            "thenorsound_refresh=abc; Path=/api; Max-Age=604800; HttpOnly; SameSite=Strict");
  EXPECT_EQ(clear_cookie(false),
            "thenorsound_refresh=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict");
}

TEST(Cookie, IsSecureUnlessPlainHttpOnThisMachine) {
  for (const std::string_view local :
       {"http://localhost", "http://localhost:5000", "http://127.0.0.1:1", "http://[::1]:5000/x"})
    EXPECT_FALSE(needs_secure_cookie(local)) << local;
  for (const std::string_view secure :
       {"https://localhost", "https://crew.example", "http://crew.example",
        "http://localhost.example", "http://127.0.0.11", ""})
    EXPECT_TRUE(needs_secure_cookie(secure)) << secure;
}

TEST(Cookie, IsFoundAmongOthers) {
  const auto found = [](std::string_view value) {
    http::Request request;
    request.fields.push_back({"cookie", value});
    return cookie_of(request);
  };
  EXPECT_EQ(found("thenorsound_refresh=abc"), "abc");
  EXPECT_EQ(found("a=b; thenorsound_refresh=abc; c=d"), "abc");
  EXPECT_FALSE(found("xthenorsound_refresh=abc; thenorsound_refresh2=x; thenorsound_refresh"));
}

}  // namespace
}  // namespace thenorsound::auth
