#include "services/gateway/origins.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

using http::Method;

const Origins& origins() {
  static const Origins instance("https://app.example/",
                                {"https://partner.example", "http://Dev:3000"});
  return instance;
}
bool cookie_counts(std::initializer_list<http::Field> fields) {
  return origins().cookie_counts(request(Method::post, "/api/auth/refresh", fields));
}

TEST(Origins, AreComparedInOneForm) {
  EXPECT_EQ(origin_of("HTTPS://App.Example:443/x?y"), "https://app.example");
  EXPECT_EQ(origin_of("http://localhost:80"), "http://localhost");
  EXPECT_EQ(origin_of("http://localhost:5000/"), "http://localhost:5000");
  EXPECT_EQ(origin_of("null"), "null");
}

TEST(Origins, CookiesCountFromUsFromListedOnesAndFromNoPage) {
  EXPECT_TRUE(cookie_counts({}));
  EXPECT_TRUE(cookie_counts({{"Origin", "https://app.example"}}));
  EXPECT_TRUE(cookie_counts({{"Origin", "https://partner.example"}}));
  EXPECT_TRUE(cookie_counts({{"Origin", "http://dev:3000"}}));
  EXPECT_TRUE(cookie_counts({{"Origin", "http://localhost:5000"}, {"Host", "localhost:5000"}}));
  EXPECT_TRUE(cookie_counts({{"Sec-Fetch-Site", "same-origin"}}));
}

TEST(Origins, CookiesDontCountFromElsewhere) {
  EXPECT_FALSE(cookie_counts({{"Origin", "https://evil.example"}}));
  EXPECT_FALSE(cookie_counts({{"Origin", "null"}}));
  EXPECT_FALSE(cookie_counts({{"Origin", "https://app.example.evil"}}));
  EXPECT_FALSE(cookie_counts({{"Origin", "http://app.example"}}));
  EXPECT_FALSE(cookie_counts({{"Sec-Fetch-Site", "cross-site"}}));
  EXPECT_FALSE(
      cookie_counts({{"Origin", "https://app.example"}, {"Sec-Fetch-Site", "cross-site"}}));
}

TEST(Origins, PreflightsFromListedOnesAreAnswered) {
  const auto preflight = [](std::string_view origin) {
    return origins().preflight(request(Method::options, "/api/events", {{"Origin", origin}}));
  };
  const auto answer = preflight("https://partner.example");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204);
  for (const char* name :
       {"Authorization", "Content-Type", "If-Match", "Idempotency-Key", "traceparent"})
    EXPECT_NE(header(*answer, "Access-Control-Allow-Headers").find(name), std::string::npos)
        << name;
  EXPECT_NE(header(*answer, "Access-Control-Allow-Methods").find("DELETE"), std::string::npos);
  EXPECT_FALSE(preflight("https://evil.example"));
}

TEST(Origins, OnlyListedOnesMayRead) {
  const auto fields = [](std::initializer_list<http::Field> given) {
    http::Response response;
    origins().add_fields(request(Method::get, "/api/events", given), response);
    return response;
  };
  const http::Response listed = fields({{"Origin", "https://partner.example"}});
  EXPECT_EQ(header(listed, "Access-Control-Allow-Origin"), "https://partner.example");
  EXPECT_EQ(header(listed, "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(header(listed, "Vary"), "Origin");
  for (const char* name :
       {"X-Access-Token", "ETag", "Location", "Retry-After", "RateLimit-Limit", "X-Request-Id"})
    EXPECT_NE(header(listed, "Access-Control-Expose-Headers").find(name), std::string::npos)
        << name;
  const http::Response foreign = fields({{"Origin", "https://evil.example"}});
  EXPECT_EQ(foreign.field("Access-Control-Allow-Origin"), nullptr);
  EXPECT_EQ(header(foreign, "Vary"), "Origin");
  EXPECT_EQ(fields({}).field("Access-Control-Allow-Origin"), nullptr);
}

TEST(Origins, NoneListedMeansNoFieldsAtAll) {
  const Origins none("http://localhost:5000", {});
  http::Response response;
  none.add_fields(request(Method::get, "/", {{"Origin", "https://partner.example"}}), response);
  EXPECT_TRUE(response.fields.empty());
}

}  // namespace
}  // namespace thenorsound::gateway
