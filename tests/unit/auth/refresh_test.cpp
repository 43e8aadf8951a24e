#include <future>

#include "auth_scene.hpp"
#include "services/auth/token.hpp"

namespace thenorsound::auth {
namespace {

class Refreshing : public AuthScene {
 protected:
  Answered first_ = login();
  const std::string token_ = first_.text("refreshToken");
  const std::string access_ = first_.text("accessToken");
};

TEST_F(Refreshing, RotatesAndAnswersAsLogin) {
  const Answered second = refresh(token_);
  ASSERT_EQ(second.status, 200);
  EXPECT_NE(second.text("refreshToken"), token_);
  EXPECT_NE(second.text("accessToken"), access_);
  EXPECT_EQ(second.body.at("expiresIn"), 900);
  EXPECT_NE(second.fields.at("Set-Cookie").find(second.text("refreshToken")), std::string::npos);
  EXPECT_EQ(verdict(second.text("accessToken")), "valid");
}

TEST_F(Refreshing, ByCookieTheTokenStaysInTheCookie) {
  const Answered second = post("refresh", "", cookie(token_));
  ASSERT_EQ(second.status, 200);
  EXPECT_FALSE(second.body.as_object().contains("refreshToken"));
  EXPECT_TRUE(second.fields.at("Set-Cookie").starts_with("thenorsound_refresh=ses-"));
}

TEST_F(Refreshing, ALostAnswerIsGivenAgain) {
  const Answered one = refresh(token_);
  clock_.advance(30 * second_ms);
  const Answered two = refresh(token_);
  ASSERT_EQ(two.status, 200);
  EXPECT_EQ(one.text("refreshToken"), two.text("refreshToken"));
}

TEST_F(Refreshing, ManyAtOnceGetTheSameSuccessor) {
  std::vector<std::future<std::string>> racing;
  for (int i = 0; i < 16; ++i)
    racing.push_back(
        std::async(std::launch::async, [this] { return refresh(token_).text("refreshToken"); }));
  std::set<std::string> seen;
  for (auto& one : racing) seen.insert(one.get());
  EXPECT_EQ(seen.size(), 1U);
}

TEST_F(Refreshing, AnySecondUseLaterEndsTheSession) {
  const Answered one = refresh(token_);
  clock_.advance(31 * second_ms);
  EXPECT_EQ(refresh(token_).status, 401);
  EXPECT_EQ(refresh(one.text("refreshToken")).status, 401);
  EXPECT_EQ(verdict(one.text("accessToken")), "REVOKED");
  const std::vector<Message> sent = told("session.revoked");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].data.at("userId").as_string(), "usr-anna");
  EXPECT_TRUE(sent[0].data.at("sid").as_string().starts_with("ses-"));
}

TEST_F(Refreshing, OnceTheSuccessorIsUsedTheOldOneIsATheft) {
  const Answered one = refresh(token_);
  const Answered two = refresh(one.text("refreshToken"));
  EXPECT_EQ(two.status, 200);
  EXPECT_EQ(refresh(token_).status, 401);
  EXPECT_EQ(refresh(two.text("refreshToken")).status, 401);
}

TEST_F(Refreshing, AMadeUpTokenEndsNothing) {
  std::string forged = token_;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(refresh(forged).status, 401);
  EXPECT_EQ(refresh("nonsense").status, 401);
  EXPECT_EQ(post("refresh", "").status, 401);
  EXPECT_EQ(post("refresh", R"({"refreshToken":7})").faults(), Names{"refreshToken"});
  EXPECT_EQ(refresh(token_).status, 200);
}

TEST_F(Refreshing, ABadCookieIsTakenAway) {
  const Answered answer = post("refresh", "", cookie("nonsense"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_NE(answer.fields.at("Set-Cookie").find("Max-Age=0"), std::string::npos);
}

TEST_F(Refreshing, EndsAfterSevenDaysUnusedAndThirtyInAll) {
  clock_.advance(7 * day_ms);
  EXPECT_EQ(refresh(token_).status, 401);
  std::string token = login().text("refreshToken");
  for (int i = 0; i < 4; ++i) {
    clock_.advance(6 * day_ms);
    token = refresh(token).text("refreshToken");
  }
  clock_.advance(6 * day_ms);
  EXPECT_EQ(refresh(token).status, 401);
}

TEST_F(Refreshing, AnOutageDoesNotUseTheTokenUp) {
  users_.set_down(true);
  EXPECT_EQ(refresh(token_).status, 503);
  users_.set_down(false);
  clock_.advance(hour_ms);
  EXPECT_EQ(refresh(token_).status, 200);
}

TEST_F(Refreshing, WhoMayNoLongerLogInMayNotRefresh) {
  person("usr-anna")["isActive"] = false;
  EXPECT_EQ(refresh(token_).status, 401);
  person("usr-anna")["isActive"] = true;
  EXPECT_EQ(refresh(token_).status, 401);  // the session is over
}

TEST_F(Refreshing, AChangedRoleIsNotHandedOn) {
  person("usr-anna")["role"] = 3;
  person("usr-anna")["accessVersion"] = 2;
  EXPECT_EQ(refresh(token_).status, 401);
  EXPECT_EQ(verdict(access_), "REVOKED");
}

TEST_F(Refreshing, TokensExpireAfterAQuarterOfAnHour) {
  clock_.advance(15 * minute_ms - 1);
  EXPECT_EQ(verdict(access_), "valid");
  clock_.advance(1);
  EXPECT_EQ(verdict(access_), "EXPIRED");
  EXPECT_EQ(verdict(access_ + "x"), "INVALID");
  EXPECT_EQ(verdict(""), "INVALID");
}

TEST_F(Refreshing, ATokenOfTheFutureIsNone) {
  clock_.advance(-minute_ms);  // so far clocks may differ
  EXPECT_EQ(verdict(access_), "valid");
  clock_.advance(-second_ms);
  EXPECT_EQ(verdict(access_), "INVALID");
}

TEST_F(Refreshing, TheGatewayLearnsWhatItNeeds) {
  const auto validate = [&] { return internal("/internal/auth/validate", {{"token", access_}}); };
  const Answered valid = validate();
  EXPECT_EQ(valid.text("userId"), "usr-anna");
  EXPECT_EQ(valid.text("customerId"), "cust-1");
  EXPECT_EQ(valid.body.at("customerType"), 1);
  EXPECT_TRUE(valid.text("sid").starts_with("ses-"));
  EXPECT_EQ(valid.body.at("exp"), clock_.now().ms / 1000 + 900);
  clock_.advance(hour_ms);
  EXPECT_EQ(validate().text("reason"), "EXPIRED");
  EXPECT_EQ(validate().text("sid"), valid.text("sid"));
}

TEST_F(Refreshing, TheGatewayRefreshesAnExpiredTokenOfTheSameSession) {
  clock_.advance(hour_ms);
  json::object both;
  both["accessToken"] = access_;
  both["refreshToken"] = token_;
  const Answered fresh = internal("/internal/auth/refresh", both);
  ASSERT_EQ(fresh.status, 200) << write_json(fresh.body);
  EXPECT_EQ(verdict(fresh.text("accessToken")), "valid");
  EXPECT_EQ(fresh.text("cookie"),
            "thenorsound_refresh=" + fresh.text("refreshToken") +
                "; Path=/api; Max-Age=604800; HttpOnly; SameSite=Strict; Secure");
}

TEST_F(Refreshing, AnotherSessionsTokenIsRefusedAndNotUsedUp) {
  const std::string other = login().text("refreshToken");
  json::object both;
  both["accessToken"] = access_;
  both["refreshToken"] = other;
  EXPECT_EQ(internal("/internal/auth/refresh", both).status, 403);
  clock_.advance(hour_ms);
  EXPECT_EQ(refresh(other).status, 200);
  both["refreshToken"] = "nonsense";
  EXPECT_EQ(internal("/internal/auth/refresh", both).status, 401);
  both["refreshToken"] = token_;
  both["accessToken"] = access_ + "x";
  EXPECT_EQ(internal("/internal/auth/refresh", both).status, 401);
  both["accessToken"] = access_;
  post("logout", "", bearer(access_));
  EXPECT_EQ(internal("/internal/auth/refresh", both).status, 401);
}

}  // namespace
}  // namespace thenorsound::auth
