// A gateway before fake services. Auth knows the tokens "<user>.ok.x", "x.expired.x",
// "x.revoked.x"; the cookie "good" renews.
#pragma once
#include <gtest/gtest.h>

#include "asking.hpp"
#include "services/gateway/gateway.hpp"

namespace thenorsound::gateway {

class FakeAuth : public http::Upstream {
 public:
  Task<Result<http::Response>> send(http::Request& request, std::chrono::milliseconds) override {
    seen.emplace_back(request);
    if (down) co_return unavailable("not-sent");
    if (request.path == "/internal/auth/validate") co_return validate(request.body);
    if (request.path == "/internal/auth/refresh") co_return refresh(request.body);
    co_return http::json_response(200, "{}");
  }
  int asked(std::string_view path) const {
    int count = 0;
    for (const Seen& each : seen) count += each.path == path ? 1 : 0;
    return count;
  }
  bool down = false;
  bool all_revoked = false;
  std::vector<Seen> seen;

 private:
  http::Response validate(std::string_view body) const {
    const json::value asked = read_own_json(body);
    const std::string token(std::string_view(asked.at("token").as_string()));
    if (token.find(".expired.") != std::string::npos)
      return http::json_response(200, R"({"isValid":false,"reason":"EXPIRED"})");
    if (all_revoked || token.find(".revoked.") != std::string::npos)
      return http::json_response(200, R"({"isValid":false,"reason":"REVOKED"})");
    if (token.find(".ok.") == std::string::npos)
      return http::json_response(200, R"({"isValid":false,"reason":"INVALID"})");
    return http::json_response(200, R"({"isValid":true,"userId":")" +
                                        token.substr(0, token.find('.')) +
                                        R"(","roles":["CustomerAdmin"],"customerId":"cust-1",)" +
                                        R"("sid":"sid-1","exp":1700000900})");
  }
  http::Response refresh(std::string_view body) const {
    const json::value asked = read_own_json(body);
    const auto& cookie = asked.at("refreshToken").as_string();
    if (cookie == "good")
      return http::json_response(
          200, R"({"accessToken":"usr-1.ok.new","cookie":"thenorsound_refresh=next; Path=/api"})");
    const Code code = cookie == "other" ? Code::forbidden : Code::unauthorized;
    return http::error_response(make_error(code, "No."), {}, {0});
  }
};

class GatewayTest : public testing::Test {
 protected:
  explicit GatewayTest(GatewaySettings settings = test_settings()) { make(std::move(settings)); }

  static GatewaySettings test_settings() {
    GatewaySettings settings;
    settings.credential = "gateway:key";
    settings.cors_origins = {"https://partner.example"};
    return settings;
  }
  void make(GatewaySettings settings) {
    const GatewayUpstreams upstreams{auth_,    user_,         customer_, event_,
                                     booking_, notification_, analytics_};
    gateway_ = std::make_unique<Gateway>(std::move(settings), upstreams, clock_);
  }
  http::Response ask(http::Method method, std::string_view target,
                     std::initializer_list<http::Field> fields = {}, std::string_view body = {}) {
    http::Request asked = request(method, target, fields, body);
    return run(gateway_->handle(asked));
  }
  http::Response get(std::string_view target, std::initializer_list<http::Field> fields = {}) {
    return ask(http::Method::get, target, fields);
  }
  http::Response post(std::string_view target, std::initializer_list<http::Field> fields = {},
                      std::string_view body = {}) {
    return ask(http::Method::post, target, fields, body);
  }

  SettableClock clock_{{1'700'000'000'000}};
  FakeAuth auth_;
  FakeUpstream user_, customer_, event_, booking_, notification_, analytics_;
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace thenorsound::gateway
