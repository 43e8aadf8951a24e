// Passwords by links: invitation, forgotten, and what they end.
#include "auth_scene.hpp"

namespace thenorsound::auth {
namespace {

class Links : public AuthScene {
 protected:
  std::string invite(const std::string& id = "usr-new", const std::string& email = "new@b.se") {
    people_[id] = person("usr-anna");
    const Answered made = make_credential(id, email, "");
    EXPECT_EQ(made.status, 200);
    EXPECT_EQ(enable(id).status, 204);
    return made.text("linkId");
  }
  std::string token_of(const std::string& link_id) {
    const Answered link = internal_get("/internal/links/" + link_id);
    EXPECT_EQ(link.status, 200) << write_json(link.body);
    const std::string url = link.text("url");
    return url.substr(url.find("#token=") + 7);
  }
  Answered set(const std::string& how, const std::string& token, const std::string& password) {
    return post(how, write_json(json::object{{"token", token}, {"password", password}}));
  }
  std::string forget(const std::string& email = "anna@b.se") {
    const std::size_t before = told("user.reset").size();
    EXPECT_EQ(post("forgot-password", write_json(json::object{{"email", email}})).status, 202);
    const std::vector<Message> sent = told("user.reset");
    if (sent.size() == before) return "";
    return std::string(std::string_view(sent.back().data.at("linkId").as_string()));
  }
};

TEST_F(Links, AnInvitationSetsThePasswordOnce) {
  const std::string id = invite();
  const Answered link = internal_get("/internal/links/" + id);
  EXPECT_TRUE(link.text("url").starts_with("https://crew.example/register#token=" + id + "."));
  EXPECT_EQ(link.text("userId"), "usr-new");
  EXPECT_EQ(link.text("kind"), "Invitation");
  const std::string token = token_of(id);
  EXPECT_EQ(set("register", token, "a new password").status, 200);
  EXPECT_EQ(login("new@b.se", "a new password").status, 200);
  EXPECT_EQ(set("register", token, "another password").faults(), Names{"token"});
  EXPECT_EQ(internal_get("/internal/links/" + id).status, 404);
}

TEST_F(Links, AskingAgainMakesNoSecondInvitation) {
  const std::string id = invite();
  EXPECT_EQ(make_credential("usr-new", "new@b.se", "").text("linkId"), id);
  const auto kept = *wait_for(loops_, store_->get("links", id));
  EXPECT_EQ(write_json(kept->body).find(token_of(id).substr(id.size() + 1)), std::string::npos);
}

TEST_F(Links, EveryWrongFieldIsNamed) {
  EXPECT_EQ(set("register", "nonsense", "short").faults(), (Names{"password", "token"}));
  EXPECT_EQ(post("register", R"({"more":1})").faults(), (Names{"more", "password", "token"}));
  const std::string token = token_of(invite());
  EXPECT_EQ(set("register", token, std::string(73, 'x')).faults(), Names{"password"});
  EXPECT_EQ(set("register", token + "x", "a new password").faults(), Names{"token"});
  EXPECT_EQ(set("reset-password", token, "a new password").faults(), Names{"token"});
  EXPECT_EQ(set("register", token, "a new password").status, 200);
}

TEST_F(Links, AnInvitationLastsThreeDays) {
  const std::string token = token_of(invite());
  clock_.advance(72 * hour_ms);
  EXPECT_EQ(set("register", token, "a new password").faults(), Names{"token"});
}

TEST_F(Links, AForgottenPasswordIsResetAndEndsAllSessions) {
  const Answered before = login();
  const std::string id = forget();
  ASSERT_FALSE(id.empty());
  const Message sent = told("user.reset").back();
  EXPECT_EQ(sent.data.at("userId").as_string(), "usr-anna");
  EXPECT_EQ(sent.subject, id);
  const std::string token = token_of(id);
  EXPECT_TRUE(internal_get("/internal/links/" + id)
                  .text("url")
                  .starts_with("https://crew.example/reset-password#token="));
  EXPECT_EQ(set("reset-password", token, "a new password").status, 200);
  EXPECT_EQ(verdict(before.text("accessToken")), "REVOKED");
  EXPECT_EQ(refresh(before.text("refreshToken")).status, 401);
  EXPECT_EQ(login().status, 401);
  EXPECT_EQ(login("anna@b.se", "a new password").status, 200);
  EXPECT_EQ(set("reset-password", token, "a third password").status, 400);
}

TEST_F(Links, AResetLastsAnHour) {
  const std::string token = token_of(forget());
  clock_.advance(hour_ms);
  EXPECT_EQ(set("reset-password", token, "a new password").status, 400);
}

TEST_F(Links, OneUsedLinkClosesTheOthers) {
  const std::string one = token_of(forget()), two = token_of(forget());
  EXPECT_EQ(set("reset-password", one, "a new password").status, 200);
  EXPECT_EQ(set("reset-password", two, "a third password").status, 400);
}

TEST_F(Links, EveryWellFormedAddressIsAnsweredAlike) {
  EXPECT_EQ(forget("nobody@b.se"), "");
  EXPECT_EQ(post("forgot-password", R"({"email":"x"})").faults(), Names{"email"});
  EXPECT_EQ(post("forgot-password", R"({"email":"anna@b.se","x":1})").faults(), Names{"x"});
  person("usr-anna")["isActive"] = false;
  EXPECT_EQ(forget(), "");
}

TEST_F(Links, NobodysMailboxIsFlooded) {
  for (int i = 0; i < 3; ++i) EXPECT_NE(forget(), "");
  EXPECT_EQ(forget(), "");
  clock_.advance(hour_ms);
  EXPECT_NE(forget(), "");
}

TEST_F(Links, SomebodyWithoutInvitationCanStillGetAPassword) {
  people_["usr-demo"] = person("usr-anna");
  const Answered made = make_credential("usr-demo", "demo@b.se", "", false);
  EXPECT_FALSE(made.body.as_object().contains("linkId"));
  enable("usr-demo");
  EXPECT_EQ(set("reset-password", token_of(forget("demo@b.se")), "a new password").status, 200);
  EXPECT_EQ(login("demo@b.se", "a new password").status, 200);
}

}  // namespace
}  // namespace thenorsound::auth
