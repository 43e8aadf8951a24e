#include "auth_scene.hpp"

namespace thenorsound::auth {
namespace {

class Hearing : public AuthScene {
 protected:
  void hear(const std::string& type, bool access_changed, std::int64_t access_version) {
    Message message;
    message.type = type;
    message.subject = "usr-anna";
    message.data["userId"] = "usr-anna";
    message.data["accessChanged"] = access_changed;
    message.data["accessVersion"] = access_version;
    const auto heard = wait_for(loops_, hearing_.consumer_(message));
    ASSERT_TRUE(heard.has_value());
    EXPECT_EQ(*heard, bus::Delivery::done);
  }
};

TEST_F(Hearing, ChangedAccessEndsTheSessionsBegunBefore) {
  const std::string before = login().text("accessToken");
  hear("user.updated", false, 2);
  EXPECT_EQ(verdict(before), "valid");
  person("usr-anna")["accessVersion"] = 2;
  const std::string after = login().text("accessToken");  // before the message comes
  hear("user.updated", true, 2);
  EXPECT_EQ(verdict(before), "REVOKED");
  EXPECT_EQ(verdict(after), "valid");
  hear("user.updated", true, 2);
  EXPECT_EQ(verdict(after), "valid");
}

TEST_F(Hearing, ALoginThatSawTheOldRoleIsEnded) {
  hear("user.updated", true, 2);
  // The user service still answers with the old one.
  EXPECT_EQ(login().status, 401);
  person("usr-anna")["accessVersion"] = 2;
  EXPECT_EQ(login().status, 200);
}

TEST_F(Hearing, ADeletedUserHasNoLogin) {
  const std::string token = login().text("accessToken");
  hear("user.deleted", true, 2);
  EXPECT_EQ(verdict(token), "REVOKED");
  EXPECT_EQ(login().status, 401);
  hear("user.deleted", true, 2);
}

TEST_F(Hearing, ManySessionsAllEnd) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 205; ++i) tokens.push_back(login().text("accessToken"));
  hear("user.updated", true, 2);
  EXPECT_EQ(verdict(tokens.front()), "REVOKED");
  EXPECT_EQ(verdict(tokens.back()), "REVOKED");
  EXPECT_EQ(told("session.revoked").size(), 205U);
}

}  // namespace
}  // namespace thenorsound::auth
