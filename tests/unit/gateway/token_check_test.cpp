#include "services/gateway/token_check.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

using Verdict = Checked::Verdict;
using Outcome = Renewed::Outcome;

class TokenCheckTest : public testing::Test {
 protected:
  Verdict verdict(std::string body) {
    auth_.seen.clear();
    auth_.answers = {http::json_response(200, std::move(body))};
    return run(tokens_.check(trace_, "a.b.c")).verdict;
  }
  Outcome outcome(Result<http::Response> answer) {
    auth_.seen.clear();
    auth_.answers = {std::move(answer)};
    return run(tokens_.renew(trace_, "a.b.c", "cookie")).outcome;
  }
  std::string valid(std::string sid = "s1") const {
    return R"({"isValid":true,"userId":"usr-1","roles":["CrewAdmin"],"customerId":"cust-1","sid":")" +
           sid + R"(","exp":1700000900})";
  }
  SettableClock clock_{{1'700'000'000'000}};
  FakeUpstream auth_;
  TokenCheck tokens_{auth_, "gateway:key", std::chrono::seconds(1), clock_};
  Trace trace_ = new_trace();
};

TEST_F(TokenCheckTest, AsksAuthOnceAndRemembers) {
  auth_.answers = {http::json_response(200, valid())};
  const Checked checked = run(tokens_.check(trace_, "a.b.c"));
  ASSERT_EQ(checked.verdict, Verdict::valid);
  EXPECT_EQ(checked.claims->user_id, "usr-1");
  EXPECT_EQ(checked.claims->roles, "CrewAdmin");
  EXPECT_EQ(checked.claims->customer_id, "cust-1");
  EXPECT_EQ(checked.claims->sid, "s1");
  EXPECT_EQ(checked.claims->expires.ms, 1'700'000'900'000);
  EXPECT_EQ(auth_.seen.at(0).path, "/internal/auth/validate");
  EXPECT_EQ(auth_.seen.at(0).body, R"({"token":"a.b.c"})");
  EXPECT_EQ(auth_.seen.at(0).field("X-Internal-Credential"), "gateway:key");
  EXPECT_EQ(run(tokens_.check(trace_, "a.b.c")).verdict, Verdict::valid);
  EXPECT_NE(tokens_.known("a.b.c"), nullptr);
  EXPECT_EQ(auth_.seen.size(), 1U);
  clock_.advance(30'000);
  EXPECT_EQ(tokens_.known("a.b.c"), nullptr);
}

TEST_F(TokenCheckTest, ManyRequestsWithOneNewTokenAskOnce) {
  auth_.answers = {http::json_response(200, valid())};
  auth_.delay_ms = 20;
  std::vector<Task<Checked>> tasks;
  for (int i = 0; i < 100; ++i) tasks.push_back(tokens_.check(trace_, "a.b.c"));
  for (const Checked& checked : run_all(std::move(tasks)))
    EXPECT_EQ(checked.verdict, Verdict::valid);
  EXPECT_EQ(auth_.seen.size(), 1U);
}

TEST_F(TokenCheckTest, KnowsWhyATokenIsNotValid) {
  EXPECT_EQ(verdict(R"({"isValid":false,"reason":"EXPIRED"})"), Verdict::expired);
  EXPECT_EQ(verdict(R"({"isValid":false,"reason":"REVOKED"})"), Verdict::revoked);
  EXPECT_EQ(verdict(R"({"isValid":false,"reason":"INVALID"})"), Verdict::invalid);
  EXPECT_EQ(tokens_.known("a.b.c"), nullptr);
}

TEST_F(TokenCheckTest, AnAnswerThatSaysNothingIsNoVerdict) {
  EXPECT_EQ(verdict("{}"), Verdict::unknown);
  EXPECT_EQ(verdict("[]"), Verdict::unknown);
  EXPECT_EQ(verdict(R"({"isValid":true})"), Verdict::unknown);
  auth_.answers = {http::json_response(500, "{}")};
  EXPECT_EQ(run(tokens_.check(trace_, "a.b.c")).verdict, Verdict::unknown);
}

TEST_F(TokenCheckTest, AnAnswerOvertakenByARevocationIsAskedAgain) {
  auth_.answers = {http::json_response(200, valid()),
                   http::json_response(200, R"({"isValid":false,"reason":"REVOKED"})")};
  auth_.delay_ms = 50;
  struct Revoker {
    TokenCheck& tokens;
    Task<Checked> run() {
      co_await sleep_for(std::chrono::milliseconds(20));
      tokens.forget_session("s1");
      co_return Checked{};
    }
  } revoker{tokens_};
  std::vector<Task<Checked>> tasks;
  tasks.push_back(tokens_.check(trace_, "a.b.c"));
  tasks.push_back(revoker.run());
  const auto results = run_all(std::move(tasks));
  EXPECT_EQ(results.at(1).verdict, Verdict::revoked);
  EXPECT_EQ(tokens_.known("a.b.c"), nullptr);
  EXPECT_EQ(auth_.seen.size(), 2U);
}

TEST_F(TokenCheckTest, RenewsOnceForAllWhoAskAtTheSameTime) {
  auth_.answers = {http::json_response(200, R"({"accessToken":"n.e.w","cookie":"c=1"})")};
  auth_.delay_ms = 20;
  std::vector<Task<Renewed>> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(tokens_.renew(trace_, "a.b.c", "cookie"));
  for (const Renewed& renewed : run_all(std::move(tasks))) {
    EXPECT_EQ(renewed.outcome, Outcome::done);
    EXPECT_EQ(renewed.access_token, "n.e.w");
    EXPECT_EQ(renewed.cookie, "c=1");
  }
  ASSERT_EQ(auth_.seen.size(), 1U);
  EXPECT_EQ(auth_.seen[0].path, "/internal/auth/refresh");
  EXPECT_EQ(auth_.seen[0].body, R"({"accessToken":"a.b.c","refreshToken":"cookie"})");
}

TEST_F(TokenCheckTest, KnowsWhyARenewalFailed) {
  const auto refused = [](Code code) {
    return http::error_response(make_error(code, "No."), {}, {0});
  };
  EXPECT_EQ(outcome(refused(Code::unauthorized)), Outcome::refused);
  EXPECT_EQ(outcome(refused(Code::forbidden)), Outcome::other_session);
  EXPECT_EQ(outcome(refused(Code::service_error)), Outcome::unknown);
  EXPECT_EQ(outcome(http::json_response(200, "{}")), Outcome::unknown);
}

TEST(BearerToken, SchemeInAnyCaseAndTheShapeOfAJwt) {
  EXPECT_EQ(bearer_token("Bearer a.b-_9.c"), "a.b-_9.c");
  EXPECT_EQ(bearer_token("bEARER   a.b.c"), "a.b.c");
  for (const std::string_view wrong :
       {"", "Bearer", "Bearer ", "Basic a.b.c", "Bearer a.b", "a.b.c", "Bearer a.b.c.d",
        "Bearer a b.c.d", "Bearer a.b.c,"})
    EXPECT_FALSE(bearer_token(wrong)) << wrong;
  EXPECT_FALSE(bearer_token("Bearer a.b." + std::string(9'000, 'x')));
}

}  // namespace
}  // namespace thenorsound::gateway
