#include "services/gateway/protected_upstream.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

using namespace std::chrono_literals;
using http::Method;

class ProtectedUpstreamTest : public testing::Test {
 protected:
  Result<http::Response> send(http::Request asked, std::chrono::milliseconds timeout = 25s) {
    return run(upstream_.send_repeatedly(asked, timeout));
  }
  SettableClock clock_{{1'700'000'000'000}};
  FakeUpstream fake_;
  ProtectedUpstream upstream_{"fake", fake_, clock_, BreakerSettings{}};
};

TEST_F(ProtectedUpstreamTest, RepeatsUntilItSucceeds) {
  fake_.answers = {unavailable("not-sent"), http::json_response(503, "{}"),
                   http::json_response(200, "{}")};
  const auto started = std::chrono::steady_clock::now();
  const auto answer = send(request(Method::get, "/api/events"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(fake_.seen.size(), 3U);
  EXPECT_GE(std::chrono::steady_clock::now() - started, 300ms);
}

TEST_F(ProtectedUpstreamTest, GivesUpAfterThreeRepeats) {
  fake_.answers = {http::json_response(503, "{}")};
  const auto answer = send(request(Method::get, "/api/events"));
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(fake_.seen.size(), 4U);
}

TEST_F(ProtectedUpstreamTest, NeverRepeatsARefusalOrAPostWithoutKey) {
  fake_.answers = {http::json_response(409, "{}")};
  EXPECT_EQ(send(request(Method::get, "/"))->status, 409);
  EXPECT_EQ(fake_.seen.size(), 1U);
  fake_.answers = {unavailable("not-sent")};
  EXPECT_TRUE(send(request(Method::post, "/")).has_error());
  EXPECT_EQ(fake_.seen.size(), 2U);
}

TEST_F(ProtectedUpstreamTest, TheTimeoutHoldsForAllTries) {
  fake_.answers = {unavailable("not-sent")};
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(send(request(Method::get, "/"), 150ms).has_error());
  EXPECT_LT(std::chrono::steady_clock::now() - started, 300ms);
  EXPECT_EQ(fake_.seen.size(), 2U);
}

// Answers only after the caller's patience.
class HangingUpstream : public http::Upstream {
 public:
  Task<Result<http::Response>> send(http::Request&, std::chrono::milliseconds timeout) override {
    timeouts.push_back(timeout);
    co_await sleep_for(timeout);
    co_return make_error(Code::gateway_timeout, "No answer came in time.", "timeout");
  }
  std::vector<std::chrono::milliseconds> timeouts;
};

TEST_F(ProtectedUpstreamTest, WhatHangsIsTriedOnceMoreWithinTheTimeout) {
  HangingUpstream hanging;
  ProtectedUpstream upstream("hanging", hanging, clock_, BreakerSettings{});
  http::Request asked = request(Method::get, "/");
  const auto started = std::chrono::steady_clock::now();
  const auto answer = run(upstream.send_repeatedly(asked, 600ms));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, Code::gateway_timeout);
  EXPECT_EQ(hanging.timeouts.size(), 2U);
  EXPECT_LE(hanging.timeouts.front(), 300ms);
  EXPECT_GE(std::chrono::steady_clock::now() - started, 400ms);
}

TEST_F(ProtectedUpstreamTest, WhatMayNotBeRepeatedHasAllTheTime) {
  HangingUpstream hanging;
  ProtectedUpstream upstream("hanging", hanging, clock_, BreakerSettings{});
  http::Request asked = request(Method::post, "/");
  EXPECT_TRUE(run(upstream.send_repeatedly(asked, 100ms)).has_error());
  ASSERT_EQ(hanging.timeouts.size(), 1U);
  EXPECT_GT(hanging.timeouts.front(), 50ms);
}

TEST_F(ProtectedUpstreamTest, OpenAnswersAtOnceWithRetryAfter) {
  fake_.answers = {unavailable("reset")};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(send(request(Method::post, "/")).has_error());
  EXPECT_EQ(upstream_.state(), CircuitBreaker::State::open);
  const auto answer = send(request(Method::get, "/"));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, Code::service_unavailable);
  EXPECT_EQ(answer.error().retry_after_s, 5);
  EXPECT_EQ(fake_.seen.size(), 10U);
  EXPECT_NE(metrics_text().find("thenorsound_circuit_breaker_state{upstream=\"fake\"} 2"),
            std::string::npos);
}

TEST_F(ProtectedUpstreamTest, RefusalsAndBugsAreNoOutage) {
  fake_.answers = {http::json_response(404, "{}"), http::json_response(500, "{}")};
  for (int i = 0; i < 30; ++i) send(request(Method::post, "/"));
  EXPECT_EQ(upstream_.state(), CircuitBreaker::State::closed);
}

TEST_F(ProtectedUpstreamTest, AnOutageDoesntMultiplyTheLoad) {
  ProtectedUpstream patient("patient", fake_, clock_, BreakerSettings{.min_calls = 1'000'000});
  fake_.answers = {http::json_response(503, "{}")};
  for (int i = 0; i < 30; ++i) {
    http::Request asked = request(Method::get, "/");
    run(patient.send_repeatedly(asked, 101ms));
  }
  EXPECT_LE(fake_.seen.size(), 30U + 20U + 3U);
}

}  // namespace
}  // namespace thenorsound::gateway
