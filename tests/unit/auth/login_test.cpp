#include "auth_scene.hpp"
#include "services/auth/token.hpp"

namespace thenorsound::auth {
namespace {

class LoggingIn : public AuthScene {};

TEST_F(LoggingIn, GivesTwoTokensAndTheCookie) {
  const Answered answer = login("ANNA@b.se");
  ASSERT_EQ(answer.status, 200) << write_json(answer.body);
  EXPECT_EQ(answer.body.at("expiresIn"), 900);
  EXPECT_EQ(answer.text("tokenType"), "Bearer");
  EXPECT_EQ(answer.fields.at("Set-Cookie"),
            "thenorsound_refresh=" + answer.text("refreshToken") +
                "; Path=/api; Max-Age=604800; HttpOnly; SameSite=Strict; Secure");
  const TokenSigner signer("jwt key of the test", "thenorsound", "thenorsound");
  const auto claims = signer.read(answer.text("accessToken"));
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->user.value, "usr-anna");
  EXPECT_EQ(claims->email, "anna@b.se");
  EXPECT_EQ(claims->role, Role::CustomerAdmin);
  EXPECT_EQ(claims->customer.value, "cust-1");
  EXPECT_EQ(claims->customer_type, 1);
  EXPECT_EQ(claims->exp - claims->iat, 900);
  EXPECT_EQ(claims->iat, clock_.now().ms / 1000);
  EXPECT_EQ(verdict(answer.text("accessToken")), "valid");
}

TEST_F(LoggingIn, UnknownAddressAndWrongPasswordAreAlike) {
  const Answered wrong = login("anna@b.se", "not this one");
  const Answered unknown = login("nobody@b.se", "not this one");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.code(), "UNAUTHORIZED");
  EXPECT_EQ(wrong.body.at("error").at("message"), unknown.body.at("error").at("message"));
  EXPECT_FALSE(wrong.fields.contains("Set-Cookie"));
  EXPECT_EQ(unknown.status, 401);
}

TEST_F(LoggingIn, EveryWrongFieldIsNamed) {
  EXPECT_EQ(post("login", R"({"email":7,"extra":true})").faults(),
            (Names{"email", "extra", "password"}));
  EXPECT_EQ(post("login", R"({"email":"x","password":""})").faults(), (Names{"email", "password"}));
  EXPECT_EQ(post("login", "[]").faults(), Names{""});
  EXPECT_EQ(post("login?x=1", R"({"email":"a@b.se","password":"x"})").faults(), Names{"x"});
}

TEST_F(LoggingIn, PeopleWhoAreGoneOrInactiveAreUnknown) {
  const std::string message = std::string(
      std::string_view(login("nobody@b.se").body.at("error").at("message").as_string()));
  const auto refused = [&] {
    const Answered answer = login();
    return answer.status == 401 && answer.body.at("error").at("message").as_string() == message;
  };
  person("usr-anna")["isActive"] = false;
  EXPECT_TRUE(refused());
  person("usr-anna")["isActive"] = true;
  const auto company = companies_;
  companies_.clear();
  EXPECT_TRUE(refused());
  companies_ = company;
  EXPECT_EQ(login().status, 200);
  people_.clear();
  EXPECT_TRUE(refused());
}

TEST_F(LoggingIn, AnAdminHasNoCompany) {
  add_person("usr-root", "root@b.se");
  person("usr-root")["customerId"] = "";
  person("usr-root")["role"] = 1;
  const Answered answer = login("root@b.se");
  ASSERT_EQ(answer.status, 200);
  const Answered seen = post("validate", "", bearer(answer.text("accessToken")));
  EXPECT_EQ(seen.body.at("roles"), json::value(json::array{"Admin"}));
  EXPECT_FALSE(seen.body.as_object().contains("customerId"));
}

TEST_F(LoggingIn, ADisabledCredentialAndOneWithoutPasswordDontLogIn) {
  make_credential("usr-new", "new@b.se", "demo-password");
  people_["usr-new"] = person("usr-anna");
  EXPECT_EQ(login("new@b.se").status, 401);
  enable("usr-new");
  EXPECT_EQ(login("new@b.se").status, 200);
  make_credential("usr-invited", "invited@b.se", "");
  enable("usr-invited");
  EXPECT_EQ(login("invited@b.se", "").status, 400);
  EXPECT_EQ(login("invited@b.se", "nobody has this password").status, 401);
}

TEST_F(LoggingIn, AnOutageIsNoRefusal) {
  users_.set_down(true);
  EXPECT_EQ(login().status, 503);
  users_.set_down(false);
  EXPECT_EQ(login().status, 200);
}

TEST_F(LoggingIn, FailuresMakeTheNextOnesWait) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(login("anna@b.se", "wrong").status, 401);
  const Answered waits = login("anna@b.se", "wrong");
  EXPECT_EQ(waits.status, 429);
  EXPECT_EQ(waits.code(), "RATE_LIMITED");
  EXPECT_EQ(waits.fields.at("Retry-After"), "1");
  EXPECT_EQ(login().status, 429);  // also with the right password
  clock_.advance(second_ms);
  EXPECT_EQ(login().status, 200);
  EXPECT_EQ(login("anna@b.se", "wrong").status, 401);
}

TEST_F(LoggingIn, UnknownAddressesWaitAlike) {
  for (int i = 0; i < 5; ++i) login("nobody@b.se", "wrong");
  EXPECT_EQ(login("nobody@b.se", "wrong").status, 429);
}

TEST_F(LoggingIn, TheAddressIsTheGatewaysWordOnly) {
  const auto attempt = [&](const Actor& actor, const std::string& address) {
    return ask(service_, actor, http::Method::post, "/api/auth/login",
               R"({"email":"anna@b.se","password":"wrong"})",
               {{"X-Internal-Credential", "gateway:key"}, {"X-Forwarded-For", address}})
        .status;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt(service_actor(), "10.0.0.1"), 401);
  EXPECT_EQ(attempt(service_actor(), "10.0.0.1"), 429);
  EXPECT_EQ(attempt(service_actor(), "10.0.0.2"), 401);
  // Without a credential the field counts for nothing.
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt(Actor(), "10.0.1." + std::to_string(i)), 401);
  EXPECT_EQ(attempt(Actor(), "10.0.1.9"), 429);
}

}  // namespace
}  // namespace thenorsound::auth
