#include "auth_scene.hpp"

namespace thenorsound::auth {
namespace {

using http::Method;

class Credentials : public AuthScene {
 protected:
  Answered change(const std::string& id, const std::string& body) {
    return ask(service_, service_actor(), Method::put, "/internal/credentials/" + id, body);
  }
  Answered remove(const std::string& id) {
    return ask(service_, service_actor(), Method::delete_, "/internal/credentials/" + id);
  }
};

TEST_F(Credentials, AreMadeOnceAnAddress) {
  EXPECT_EQ(make_credential("usr-anna", "anna@b.se", "demo-password").status, 200);
  EXPECT_EQ(make_credential("usr-anna", "else@b.se", "demo-password").status, 409);
  EXPECT_EQ(make_credential("usr-bo", "ANNA@b.se", "demo-password").code(), "CONFLICT");
  EXPECT_EQ(internal("/internal/credentials", {{"email", "x"}}).faults(),
            (Names{"email", "userId"}));
}

TEST_F(Credentials, OfSomebodyDeletedHoldNoAddress) {
  people_.clear();  // their deletion has not reached this service yet
  EXPECT_EQ(make_credential("usr-bo", "anna@b.se", "demo-password").status, 200);
  EXPECT_EQ(change("usr-anna", R"({"enabled":true})").status, 404);
}

TEST_F(Credentials, OfSomebodyBeingMadeHoldTheirAddress) {
  make_credential("usr-new", "new@b.se", "demo-password");  // pending: users shows nobody
  EXPECT_EQ(make_credential("usr-bo", "new@b.se", "demo-password").status, 409);
}

TEST_F(Credentials, ChangeTheirAddress) {
  add_person("usr-bo", "bo@b.se");
  EXPECT_EQ(change("usr-bo", R"({"email":"anna@b.se"})").status, 409);
  EXPECT_EQ(change("usr-bo", R"({"email":"new@b.se"})").status, 204);
  EXPECT_EQ(login("bo@b.se").status, 401);
  EXPECT_EQ(login("new@b.se").status, 200);
  EXPECT_EQ(change("usr-none", R"({"enabled":true})").status, 404);
}

TEST_F(Credentials, GoWithAllSessions) {
  const std::string token = login().text("accessToken");
  EXPECT_EQ(remove("usr-anna").status, 204);
  EXPECT_EQ(remove("usr-anna").status, 204);
  EXPECT_EQ(verdict(token), "REVOKED");
  EXPECT_EQ(login().status, 401);
}

TEST_F(Credentials, AreForOtherServicesOnly) {
  const Actor admin = actor_of(Role::Admin, "usr-root");
  EXPECT_EQ(ask(service_, admin, Method::post, "/internal/credentials", "{}").status, 403);
  EXPECT_EQ(ask(service_, admin, Method::get, "/internal/links/x").status, 403);
  EXPECT_EQ(ask(service_, Actor(), Method::post, "/internal/auth/validate", "{}").status, 401);
}

}  // namespace
}  // namespace thenorsound::auth
