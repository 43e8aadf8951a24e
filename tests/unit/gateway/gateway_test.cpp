#include "gateway_fixture.hpp"

namespace thenorsound::gateway {
namespace {

using http::Method;
constexpr http::Field login{"Authorization", "Bearer usr-1.ok.x"};

TEST_F(GatewayTest, ForwardsWithWhoIsLoggedIn) {
  event_.answers[0]->set("ETag", "\"7\"");
  const http::Response response = get("/api/events/evt-1?x=1", {login, {"X-User-Id", "usr-evil"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{\"a\":1}");
  EXPECT_EQ(header(response, "ETag"), "\"7\"");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_NE(header(response, "X-Request-Id"), "");
  const Seen& seen = event_.seen.at(0);
  EXPECT_EQ(seen.path, "/api/events/evt-1");
  EXPECT_EQ(seen.field("X-User-Id"), "usr-1");
  EXPECT_EQ(seen.field("X-User-Roles"), "CustomerAdmin");
  EXPECT_EQ(seen.field("X-User-CustomerId"), "cust-1");
  EXPECT_EQ(seen.field("X-Internal-Credential"), "gateway:key");
  EXPECT_EQ(seen.field("X-Forwarded-For"), "192.0.2.1");
  EXPECT_EQ(seen.field("X-Request-Id"), header(response, "X-Request-Id"));
}

TEST_F(GatewayTest, AsksTheServiceOfTheAddress) {
  get("/api/customers/cust-1/invoices", {login});
  get("/api/customers/cust-1/users", {login});
  get("/api/customers/cust-1", {login});
  get("/api/reports/trends", {login});
  get("/api/stream", {login});
  EXPECT_EQ(booking_.seen.size(), 1U);
  EXPECT_EQ(user_.seen.size(), 1U);
  EXPECT_EQ(customer_.seen.size(), 1U);
  EXPECT_EQ(analytics_.seen.size(), 1U);
  EXPECT_EQ(notification_.seen.size(), 1U);
}

TEST_F(GatewayTest, ContinuesATraceAndARequestId) {
  const std::string_view trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const http::Response response =
      get("/api/events", {login, {"traceparent", trace}, {"X-Request-Id", "mine-1"}});
  EXPECT_EQ(header(response, "X-Request-Id"), "mine-1");
  EXPECT_EQ(event_.seen.at(0).field("traceparent").substr(0, 35), trace.substr(0, 35));
  EXPECT_NE(event_.seen.at(0).field("traceparent"), trace);
  EXPECT_NE(header(get("/api/events", {login, {"X-Request-Id", "a\"b"}}), "X-Request-Id"), "a\"b");
}

TEST_F(GatewayTest, TwoTraceparentsAreAsGoodAsNone) {
  const std::string_view trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  get("/api/events",
      {login, {"traceparent", trace}, {"traceparent", trace}, {"tracestate", "vendor=1"}});
  EXPECT_NE(event_.seen.at(0).field("traceparent").substr(0, 35), trace.substr(0, 35));
  EXPECT_EQ(event_.seen.at(0).field("tracestate"), "");
}

TEST_F(GatewayTest, UnknownAddressesAre404AfterLoginOnly) {
  EXPECT_EQ(get("/api/nothing", {login}).status, 404);
  EXPECT_EQ(get("/api/nothing").status, 401);
  for (const char* path : {"/internal/users/u", "/internal", "/ready", "/metrics", "/metrics/x"}) {
    EXPECT_EQ(get(path, {login, {"Accept", "text/html"}}).status, 404) << path;
    EXPECT_EQ(code_of(get(path)), "NOT_FOUND");
  }
  EXPECT_EQ(get("/nothing").status, 404);
}

TEST_F(GatewayTest, HealthIsOpen) {
  EXPECT_EQ(get("/health").body, R"({"status":"ok","demo":false})");
  EXPECT_EQ(ask(Method::head, "/health").status, 200);
  const http::Response refused = post("/health");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header(refused, "Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(code_of(refused), "METHOD_NOT_ALLOWED");
  EXPECT_EQ(ask(Method::options, "/health").status, 204);
}

TEST_F(GatewayTest, TheServerAsAWholeHasOptionsToo) {
  const http::Response all = ask(Method::options, "*");
  EXPECT_EQ(all.status, 204);
  EXPECT_EQ(header(all, "Allow"), "GET, HEAD, POST, PUT, DELETE, OPTIONS");
}

TEST_F(GatewayTest, EveryAnswerMayNotBeFramedNorGuessedAt) {
  EXPECT_EQ(gateway_->fixed_fields(),
            "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
            "Referrer-Policy: no-referrer\r\n");
  EXPECT_EQ(header(get("/api/events"), "Content-Security-Policy"),
            "default-src 'none'; frame-ancestors 'none'");
  const std::string of_page = header(get("/"), "Content-Security-Policy");
  EXPECT_TRUE(of_page.starts_with("default-src 'self'; ")) << of_page;
  EXPECT_NE(of_page.find("frame-ancestors 'none'"), std::string::npos) << of_page;
}

TEST_F(GatewayTest, AsksForAHeadAsForAGet) {
  event_.answers[0] = http::json_response(200, "{\"a\":1}");
  const http::Response answer = ask(Method::head, "/api/events/evt-1", {login});
  EXPECT_EQ(event_.seen.at(0).method, Method::get);
  EXPECT_EQ(answer.body, "{\"a\":1}");  // The server leaves it out, and says how long it is.
}

TEST_F(GatewayTest, EarlyRefusalsLookLikeAllOthers) {
  const http::Request broken =
      request(Method::other, "", {{"Origin", "https://partner.example"}, {"X-Request-Id", "r-1"}});
  const http::Response answer =
      gateway_->refuse_early(broken, make_error(Code::headers_too_large, "Too large."));
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(code_of(answer), "HEADERS_TOO_LARGE");
  EXPECT_EQ(header(answer, "Access-Control-Allow-Origin"), "https://partner.example");
  EXPECT_EQ(header(answer, "X-Request-Id"), "r-1");
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
  EXPECT_EQ(header(answer, "Content-Security-Policy"),
            "default-src 'none'; frame-ancestors 'none'");
}

TEST_F(GatewayTest, DescribesItself) {
  const http::Response description = get("/openapi.json");
  EXPECT_EQ(description.content_type, "application/json");
  EXPECT_EQ(read_own_json(description.body).at("openapi").as_string(), "3.1.0");
  EXPECT_EQ(get("/docs").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(get("/docs/docs.js").status, 200);
  EXPECT_EQ(get("/").status, 200);
  EXPECT_EQ(post("/").status, 405);
}

TEST_F(GatewayTest, UnknownMethodsAre501) {
  http::Request asked = request(Method::other, "/api/events");
  asked.method_text = "FROB";
  EXPECT_EQ(run(gateway_->handle(asked)).status, 501);
}

TEST_F(GatewayTest, PreflightsAreAnsweredForListedOriginsOnly) {
  const http::Response listed =
      ask(Method::options, "/api/events", {{"Origin", "https://partner.example"}});
  EXPECT_EQ(listed.status, 204);
  EXPECT_EQ(header(listed, "Access-Control-Allow-Origin"), "https://partner.example");
  const http::Response foreign =
      ask(Method::options, "/api/events", {{"Origin", "https://evil.example"}});
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(code_of(foreign), "FORBIDDEN");
  EXPECT_TRUE(event_.seen.empty());
}

TEST_F(GatewayTest, OptionsWithoutOriginGoesToTheService) {
  EXPECT_EQ(ask(Method::options, "/api/events").status, 200);
  EXPECT_EQ(event_.seen.size(), 1U);
  EXPECT_EQ(event_.seen[0].field("X-User-Id"), "");
}

TEST_F(GatewayTest, CorsFieldsAreOnErrorsToo) {
  const http::Response response = get("/api/events", {{"Origin", "https://partner.example"}});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "https://partner.example");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
}

TEST_F(GatewayTest, LimitsEachAddress) {
  GatewaySettings settings = test_settings();
  settings.address_limit_per_minute = 3;
  make(std::move(settings));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/api/events").status, 401);
  const http::Response refused = get("/api/events", {login, {"Origin", "https://partner.example"}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(code_of(refused), "RATE_LIMITED");
  EXPECT_EQ(header(refused, "Retry-After"), "60");
  EXPECT_EQ(header(refused, "RateLimit-Limit"), "3");
  EXPECT_EQ(header(refused, "RateLimit-Remaining"), "0");
  EXPECT_EQ(header(refused, "RateLimit-Reset"), "60");
  EXPECT_EQ(header(refused, "Access-Control-Allow-Origin"), "https://partner.example");
  clock_.advance(60'000);
  EXPECT_EQ(get("/api/events", {login}).status, 200);
}

TEST_F(GatewayTest, LimitsEachUserAndStrangersByAddress) {
  GatewaySettings settings = test_settings();
  settings.rate_limit_per_minute = 2;
  make(std::move(settings));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(get("/api/events", {login}).status, 200);
  EXPECT_EQ(get("/api/events", {login}).status, 429);
  EXPECT_EQ(get("/api/events", {{"Authorization", "Bearer usr-2.ok.x"}}).status, 200);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(post("/api/auth/login", {}, "{}").status, 200);
  EXPECT_EQ(post("/api/auth/login", {}, "{}").status, 429);
}

TEST_F(GatewayTest, ZeroMeansNoLimit) {
  GatewaySettings settings = test_settings();
  settings.rate_limit_per_minute = 0;
  settings.address_limit_per_minute = 0;
  make(std::move(settings));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(get("/api/events", {login}).status, 200);
}

TEST_F(GatewayTest, RetriesAndAnswersWhatTheUpstreamSays) {
  event_.answers = {unavailable("not-sent"), http::json_response(200, "{}")};
  EXPECT_EQ(get("/api/events", {login}).status, 200);
  event_.answers = {make_error(Code::gateway_timeout, "The service took too long.")};
  const http::Response late = post("/api/events", {login}, "{}");
  EXPECT_EQ(late.status, 504);
  EXPECT_EQ(code_of(late), "GATEWAY_TIMEOUT");
  event_.answers = {unavailable("not-sent")};
  const http::Response gone = post("/api/events", {login}, "{}");
  EXPECT_EQ(gone.status, 503);
  EXPECT_NE(header(gone, "Retry-After"), "");
}

TEST_F(GatewayTest, FailuresAreInOurWords) {
  const auto foreign = [](int status) {
    http::Response page;
    page.status = status;
    page.content_type = "text/html";
    page.body = "<h1>proxy-17.internal</h1>";
    return page;
  };
  const std::pair<int, int> expected[] = {{500, 500}, {502, 503}, {503, 503}, {504, 504}};
  for (const auto& [said, told] : expected) {
    event_.answers = {foreign(said)};
    const http::Response answer = post("/api/events", {login}, "{}");
    EXPECT_EQ(answer.status, told) << said;
    EXPECT_NE(code_of(answer), "");
    EXPECT_EQ(answer.body.find("proxy-17"), std::string::npos);
  }
  event_.answers = {http::json_response(503, R"({"error":{"code":"SERVICE_UNAVAILABLE"}})")};
  EXPECT_EQ(code_of(post("/api/events", {login}, "{}")), "SERVICE_UNAVAILABLE");
}

TEST_F(GatewayTest, AFailingServiceIsLeftAloneForAWhile) {
  event_.answers = {unavailable("reset")};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(post("/api/events", {login}, "{}").status, 503);
  const std::size_t asked = event_.seen.size();
  const http::Response refused = post("/api/events", {login}, "{}");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(header(refused, "Retry-After"), "5");
  EXPECT_EQ(event_.seen.size(), asked);
  EXPECT_EQ(get("/api/bookings", {login}).status, 200);
}

class ThrowingUpstream : public http::Upstream {
 public:
  Task<Result<http::Response>> send(http::Request&, std::chrono::milliseconds) override {
    throw std::runtime_error("secret words");
    co_return http::Response{};
  }
};

TEST_F(GatewayTest, SurprisesAre500AndSayNothing) {
  ThrowingUpstream broken;
  const GatewayUpstreams upstreams{auth_, broken, broken, broken, broken, broken, broken};
  Gateway gateway(test_settings(), upstreams, clock_);
  http::Request asked = request(Method::get, "/api/events", {login});
  const http::Response response = run(gateway.handle(asked));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(code_of(response), "SERVICE_ERROR");
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST_F(GatewayTest, DemoAnswersLocalhostOnly) {
  GatewaySettings settings = test_settings();
  settings.demo = true;
  make(std::move(settings));
  for (const char* host :
       {"localhost", "localhost:5000", "127.0.0.1:5000", "[::1]", "[::1]:5000", "LOCALHOST"})
    EXPECT_EQ(get("/health", {{"Host", host}}).body, R"({"status":"ok","demo":true})") << host;
  for (const char* host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "192.0.2.1:5000"}) {
    const http::Response refused = get("/health", {{"Host", host}});
    EXPECT_EQ(refused.status, 421) << host;
    EXPECT_EQ(code_of(refused), "MISDIRECTED");
  }
  EXPECT_EQ(get("/health").status, 421);
}

TEST_F(GatewayTest, BehindHttpsBrowsersAreToldToStayThere) {
  const std::string line = "Strict-Transport-Security: max-age=31536000";
  EXPECT_EQ(gateway_->fixed_fields().find(line), std::string::npos);
  GatewaySettings settings = test_settings();
  settings.public_url = "https://app.example";
  make(std::move(settings));
  EXPECT_NE(gateway_->fixed_fields().find(line), std::string::npos);
}

TEST_F(GatewayTest, RefusesToStartWithProxiesThatAreNoNetworks) {
  GatewaySettings settings = test_settings();
  settings.trusted_proxies = {"somewhere"};
  EXPECT_THROW(make(std::move(settings)), UnexpectedFailure);
}

TEST_F(GatewayTest, CountsRequestsByWhoAnsweredAndHow) {
  get("/api/invoices", {login});
  const std::string text = metrics_text();
  EXPECT_NE(text.find("thenorsound_gateway_requests_total{status=\"2xx\",upstream=\"booking\"}"),
            std::string::npos);
  EXPECT_NE(text.find("thenorsound_circuit_breaker_state{upstream=\"booking\"} 0"),
            std::string::npos);
}

}  // namespace
}  // namespace thenorsound::gateway
