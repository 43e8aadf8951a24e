#include "auth_scene.hpp"

namespace thenorsound::auth {
namespace {

using http::Method;

class OwnLogin : public AuthScene {
 protected:
  Answered first_ = login();
  const std::string token_ = first_.text("accessToken");
};

TEST_F(OwnLogin, ClaimsSayWhoOneIs) {
  const Answered claims = own(Method::get, "claims", token_);
  ASSERT_EQ(claims.status, 200) << write_json(claims.body);
  EXPECT_EQ(claims.text("userId"), "usr-anna");
  EXPECT_EQ(claims.text("email"), "anna@b.se");
  EXPECT_EQ(claims.text("name"), "Anna Berg");
  EXPECT_EQ(claims.body.at("roles"), json::value(json::array{"CustomerAdmin"}));
  EXPECT_EQ(claims.body.at("userType"), 2);
  EXPECT_EQ(claims.text("customerId"), "cust-1");
  EXPECT_EQ(claims.body.at("customerType"), 1);
  EXPECT_TRUE(claims.text("sid").starts_with("ses-"));
  EXPECT_EQ(claims.body.at("exp"), clock_.now().ms / 1000 + 900);
  EXPECT_EQ(ask(service_, Actor(), Method::get, "/api/auth/claims").status, 401);
}

TEST_F(OwnLogin, LogoutEndsTheSessionByTokenOrCookie) {
  const Answered out = post("logout", "", bearer(token_));
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.fields.at("Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(verdict(token_), "REVOKED");
  EXPECT_EQ(refresh(first_.text("refreshToken")).status, 401);
  const Answered second = login();
  EXPECT_EQ(post("logout", "", cookie(second.text("refreshToken"))).status, 204);
  EXPECT_EQ(verdict(second.text("accessToken")), "REVOKED");
  EXPECT_EQ(told("session.revoked").size(), 2U);
}

TEST_F(OwnLogin, LogoutNeedsSomethingToEnd) {
  for (const Headers& headers : {Headers{}, bearer("nonsense"), cookie("nonsense")}) {
    const Answered answer = post("logout", "", headers);
    EXPECT_EQ(answer.status, 401);
    EXPECT_NE(answer.fields.at("Set-Cookie").find("Max-Age=0"), std::string::npos);
  }
  clock_.advance(hour_ms);  // an expired token still says whose session it is
  EXPECT_EQ(post("logout", "", bearer(token_)).status, 204);
  EXPECT_EQ(post("logout", "", bearer(token_)).status, 401);
}

TEST_F(OwnLogin, ChangingThePasswordEndsTheOtherSessions) {
  const Answered other = login();
  const Answered changed =
      own(Method::post, "change-password", token_,
          R"({"currentPassword":"demo-password","newPassword":"a new password"})");
  ASSERT_EQ(changed.status, 200) << write_json(changed.body);
  EXPECT_EQ(verdict(token_), "valid");
  EXPECT_EQ(verdict(other.text("accessToken")), "REVOKED");
  EXPECT_EQ(login().status, 401);
  EXPECT_EQ(login("anna@b.se", "a new password").status, 200);
  EXPECT_EQ(told("session.revoked").size(), 1U);
}

TEST_F(OwnLogin, ThePresentPasswordMustBeKnown) {
  const auto change = [&](const std::string& body) {
    return own(Method::post, "change-password", token_, body);
  };
  EXPECT_EQ(change(R"({"currentPassword":"wrong","newPassword":"a new password"})").faults(),
            Names{"currentPassword"});
  EXPECT_EQ(change(R"({"newPassword":"short","x":1})").faults(),
            (Names{"currentPassword", "newPassword", "x"}));
  for (int i = 0; i < 4; ++i)
    change(R"({"currentPassword":"wrong","newPassword":"a new password"})");
  EXPECT_EQ(change(R"({"currentPassword":"wrong","newPassword":"a new password"})").status, 429);
}

TEST_F(OwnLogin, SessionsAreListedAndEnded) {
  clock_.advance(second_ms);
  const Answered second = login("anna@b.se", "demo-password", {{"User-Agent", "Browser\x01 1"}});
  const std::string token = second.text("accessToken");
  const Answered list = own(Method::get, "sessions", token);
  ASSERT_EQ(list.body.at("total"), 2);
  EXPECT_TRUE(list.body.at("items").at(0).at("current").as_bool());
  EXPECT_FALSE(list.body.at("items").at(1).at("current").as_bool());
  EXPECT_EQ(list.body.at("items").at(0).at("userAgent").as_string(), "Browser 1");
  EXPECT_EQ(own(Method::get, "sessions?pageSize=1&pageNumber=2", token).item_texts("sid"),
            Names{list.item_texts("sid")[1]});
  const std::string other = list.item_texts("sid")[1];
  EXPECT_EQ(own(Method::delete_, "sessions/" + other, token, "", "usr-bo").status, 403);
  EXPECT_EQ(own(Method::delete_, "sessions/" + other, token).status, 204);
  EXPECT_EQ(verdict(token_), "REVOKED");
  EXPECT_EQ(own(Method::delete_, "sessions/" + other, token).status, 404);
  EXPECT_EQ(own(Method::get, "sessions", token).body.at("total"), 1);
  const Answered last = own(Method::delete_, "sessions/" + list.item_texts("sid")[0], token);
  EXPECT_EQ(last.status, 204);
  EXPECT_TRUE(last.fields.contains("Set-Cookie"));
}

}  // namespace
}  // namespace thenorsound::auth
