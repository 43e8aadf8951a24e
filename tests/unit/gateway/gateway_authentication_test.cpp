#include "gateway_fixture.hpp"

namespace thenorsound::gateway {
namespace {

using http::Method;
constexpr http::Field login{"Authorization", "Bearer usr-1.ok.x"};
constexpr http::Field expired{"Authorization", "Bearer usr-1.expired.x"};
constexpr http::Field cookie{"Cookie", "thenorsound_refresh=good"};
constexpr http::Field evil{"Origin", "https://evil.example"};
constexpr std::string_view cleared =
    "thenorsound_refresh=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict";

class GatewayAuthenticationTest : public GatewayTest {
 protected:
  void expect_unauthorized(const http::Response& response) {
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(header(response, "WWW-Authenticate"), "Bearer");
    const json::value body = read_own_json(response.body);
    EXPECT_EQ(body.at("error").at("code").as_string(), "UNAUTHORIZED");
    EXPECT_EQ(body.at("error").at("message").as_string(), "Log in to do this.");
    EXPECT_TRUE(event_.seen.empty());
  }
};

TEST_F(GatewayAuthenticationTest, OneMessageForAllThatIsNoValidToken) {
  expect_unauthorized(get("/api/events"));
  for (const char* value : {"Bearer", "Bearer x", "Basic dXNlcg==", "Bearer x.forged.x",
                            "Bearer x.expired.x", "Bearer x.revoked.x", ""})
    expect_unauthorized(get("/api/events", {{"Authorization", value}}));
}

TEST_F(GatewayAuthenticationTest, TheSchemeIsReadInAnyCase) {
  EXPECT_EQ(get("/api/events", {{"authorization", "bEaReR usr-1.ok.x"}}).status, 200);
}

TEST_F(GatewayAuthenticationTest, TwoAuthorizationFieldsAre400) {
  EXPECT_EQ(get("/api/events", {login, login}).status, 400);
  EXPECT_EQ(post("/api/auth/login", {login, login}, "{}").status, 400);
}

TEST_F(GatewayAuthenticationTest, AsksAboutATokenOnceAndForgetsItOnRevocation) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get("/api/events", {login}).status, 200);
  EXPECT_EQ(auth_.asked("/internal/auth/validate"), 1);
  auth_.all_revoked = true;
  EXPECT_EQ(get("/api/events", {login}).status, 200);
  gateway_->on_session_revoked("sid-1");
  EXPECT_EQ(get("/api/events", {login}).status, 401);
}

TEST_F(GatewayAuthenticationTest, WhatIsKnownIsOldAfterThirtySeconds) {
  EXPECT_EQ(get("/api/events", {login}).status, 200);
  auth_.all_revoked = true;
  clock_.advance(30'000);
  EXPECT_EQ(get("/api/events", {login}).status, 401);
}

TEST_F(GatewayAuthenticationTest, LoggingOutIsFeltByTheNextRequest) {
  EXPECT_EQ(get("/api/events", {login}).status, 200);
  EXPECT_EQ(post("/api/auth/logout", {login}).status, 200);
  auth_.all_revoked = true;
  EXPECT_EQ(get("/api/events", {login}).status, 401);
}

TEST_F(GatewayAuthenticationTest, PublicRoutesDontLookAtTheToken) {
  EXPECT_EQ(post("/api/auth/login", {{"Authorization", "Bearer x.forged.x"}}, "{}").status, 200);
  EXPECT_EQ(post("/api/auth/validate", {{"Authorization", "Bearer x.expired.x"}}).status, 200);
  EXPECT_EQ(auth_.asked("/internal/auth/validate"), 0);
  EXPECT_EQ(auth_.seen.at(0).field("X-User-Id"), "");
  EXPECT_EQ(auth_.seen.at(0).field("X-Internal-Credential"), "gateway:key");
  EXPECT_EQ(auth_.seen.at(1).field("Authorization"), "Bearer x.expired.x");
}

TEST_F(GatewayAuthenticationTest, AuthBeingDownIs503AndNoRefusal) {
  auth_.down = true;
  EXPECT_EQ(get("/api/events", {login}).status, 503);
}

TEST_F(GatewayAuthenticationTest, AnExpiredTokenIsRenewedOnceWithItsCookie) {
  const http::Response response = ask(Method::put, "/api/events/evt-1", {expired, cookie}, "{}");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "X-Access-Token"), "usr-1.ok.new");
  EXPECT_EQ(header(response, "Set-Cookie"), "thenorsound_refresh=next; Path=/api");
  ASSERT_EQ(event_.seen.size(), 1U);
  EXPECT_EQ(event_.seen[0].body, "{}");
  EXPECT_EQ(event_.seen[0].field("X-User-Id"), "usr-1");
  EXPECT_EQ(event_.seen[0].field("Authorization"), "Bearer usr-1.ok.new");
  EXPECT_EQ(event_.seen[0].field("Cookie"), "");
}

TEST_F(GatewayAuthenticationTest, SimultaneousRequestsShareTheRenewal) {
  std::vector<http::Request> asked(10, request(Method::get, "/api/events", {expired, cookie}));
  std::vector<Task<http::Response>> tasks;
  for (http::Request& each : asked) tasks.push_back(gateway_->handle(each));
  for (const http::Response& response : run_all(std::move(tasks))) {
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response, "X-Access-Token"), "usr-1.ok.new");
  }
  EXPECT_GE(auth_.asked("/internal/auth/refresh"), 1);
}

TEST_F(GatewayAuthenticationTest, ARefusedRenewalClearsTheCookie) {
  const http::Response response =
      get("/api/events", {expired, {"Cookie", "thenorsound_refresh=used"}});
  expect_unauthorized(response);
  EXPECT_EQ(header(response, "Set-Cookie"), cleared);
}

TEST_F(GatewayAuthenticationTest, TheCookieOfAnotherSessionIsLeftAlone) {
  const http::Response response =
      get("/api/events", {expired, {"Cookie", "thenorsound_refresh=other"}});
  expect_unauthorized(response);
  EXPECT_EQ(response.field("Set-Cookie"), nullptr);
}

TEST_F(GatewayAuthenticationTest, RevokedClearsTheCookieAndInvalidDoesnt) {
  const http::Response revoked =
      get("/api/events", {{"Authorization", "Bearer x.revoked.x"}, cookie});
  expect_unauthorized(revoked);
  EXPECT_EQ(header(revoked, "Set-Cookie"), cleared);
  EXPECT_EQ(
      get("/api/events", {{"Authorization", "Bearer x.forged.x"}, cookie}).field("Set-Cookie"),
      nullptr);
  EXPECT_EQ(auth_.asked("/internal/auth/refresh"), 0);
}

TEST_F(GatewayAuthenticationTest, ACookieAloneLogsNobodyIn) {
  expect_unauthorized(get("/api/events", {cookie}));
}

TEST_F(GatewayAuthenticationTest, CookiesFromElsewhereAreIgnored) {
  expect_unauthorized(get("/api/events", {expired, cookie, evil}));
  expect_unauthorized(get("/api/events", {expired, cookie, {"Sec-Fetch-Site", "cross-site"}}));
  EXPECT_EQ(auth_.asked("/internal/auth/refresh"), 0);
  EXPECT_EQ(get("/api/events", {expired, cookie, {"Origin", "https://partner.example"}}).status,
            200);
}

TEST_F(GatewayAuthenticationTest, PagesFromElsewhereLogNobodyInOrOut) {
  EXPECT_EQ(post("/api/auth/login", {evil}, "{}").status, 403);
  EXPECT_EQ(post("/api/auth/refresh", {evil, cookie}).status, 403);
  EXPECT_EQ(post("/api/auth/logout", {evil, cookie}).status, 403);
  EXPECT_TRUE(auth_.seen.empty());
}

TEST_F(GatewayAuthenticationTest, WhatIsNoCookieMayComeFromElsewhere) {
  EXPECT_EQ(post("/api/auth/refresh", {evil, cookie}, R"({"refreshToken":"abc"})").status, 200);
  EXPECT_EQ(post("/api/auth/logout", {evil, cookie, login}).status, 200);
  for (const Seen& seen : auth_.seen) EXPECT_EQ(seen.field("Cookie"), "");
}

TEST_F(GatewayAuthenticationTest, TheCookieGoesToAuthAndNobodyElse) {
  const http::Field both{"Cookie", "a=b; thenorsound_refresh=good"};
  EXPECT_EQ(post("/api/auth/refresh", {both}).status, 200);
  EXPECT_EQ(auth_.seen.at(0).field("Cookie"), "thenorsound_refresh=good");
  get("/api/events", {login, both});
  EXPECT_EQ(event_.seen.at(0).field("Cookie"), "");
}

TEST_F(GatewayAuthenticationTest, LogoutTakesCookieOrToken) {
  EXPECT_EQ(post("/api/auth/logout", {cookie}).status, 200);
  EXPECT_EQ(post("/api/auth/logout", {login}).status, 200);
  EXPECT_EQ(post("/api/auth/logout", {expired, cookie}).status, 200);
  EXPECT_EQ(post("/api/auth/logout").status, 401);
  EXPECT_EQ(post("/api/auth/logout", {expired}).status, 401);
  EXPECT_EQ(auth_.asked("/internal/auth/refresh"), 0);
}

}  // namespace
}  // namespace thenorsound::gateway
