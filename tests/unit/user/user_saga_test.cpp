// What stands when a step of making, changing or deleting a user fails, or the program dies there.
#include "world.hpp"

namespace thenorsound::user {
namespace {

using Names = std::vector<std::string>;

class UserSagas : public World {
 protected:
  Answer try_to_make(const std::string& email, const std::string& more = "") {
    return post(
        admin_, "/api/users",
        R"({"email":")" + email +
            R"(","firstName":"A","lastName":"B","userType":3,"role":5,"customerId":"cust-crew")" +
            more + "}");
  }
  std::int64_t users() { return get(admin_, "/api/users").body.at("total").as_int64(); }
  const Error down_ = make_error(Code::service_unavailable, "Down.");
};

TEST_F(UserSagas, UserAndCredentialAreMadeTogether) {
  const std::string id = try_to_make("a@b.se", R"(,"password":"long enough")").text("id");
  ASSERT_EQ(auth_.seen().size(), 2U);
  const auto made = auth_.seen()[0], enabled = auth_.seen()[1];
  EXPECT_EQ(made.method + " " + made.path, "POST /internal/credentials");
  EXPECT_EQ(made.body.at("userId").as_string(), id);
  EXPECT_EQ(made.body.at("password").as_string(), "long enough");
  EXPECT_EQ(enabled.method + " " + enabled.path, "PUT /internal/credentials/" + id);
  EXPECT_TRUE(enabled.body.at("enabled").as_bool());
  EXPECT_EQ(types_published(), (Names{"user.created", "crew.created"}));
  EXPECT_FALSE(bus_.messages()[0].data.contains("linkId"));
}

TEST_F(UserSagas, WithoutPasswordTheMessageNamesTheInvitation) {
  try_to_make("a@b.se");
  types_published();
  EXPECT_EQ(bus_.messages()[0].data.at("linkId").as_string(), "lnk-1");
}

TEST_F(UserSagas, DemoUsersAreNotInvited) {
  const Answer made =
      post(service_actor, "/internal/users",
           R"({"email":"a@b.se","firstName":"A","lastName":"B","userType":2,"role":2,
      "customerId":"cust-org","invite":false})");
  EXPECT_EQ(made.status, 201) << write_json(made.body);
  EXPECT_FALSE(auth_.seen()[0].body.at("invite").as_bool());
  types_published();
  EXPECT_FALSE(bus_.messages()[0].data.contains("linkId"));
  EXPECT_EQ(post(admin_, "/api/users", R"({"invite":false})").faults().at(2), "invite");
}

TEST_F(UserSagas, WithoutACredentialThereIsNoUser) {
  auth_faults_.emplace("POST /internal/credentials", down_);
  const Answer refused = try_to_make("a@b.se");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(users(), 0);
  EXPECT_TRUE(types_published().empty());
  auth_faults_.clear();
  EXPECT_EQ(try_to_make("a@b.se").status, 201);
}

TEST_F(UserSagas, AnAddressThatAuthKnowsIsTaken) {
  auth_faults_.emplace("POST /internal/credentials", conflict("Taken."));
  EXPECT_EQ(try_to_make("a@b.se").code(), "CONFLICT");
  EXPECT_EQ(users(), 0);
}

TEST_F(UserSagas, WhatCannotBeUndoneIsSweptCredentialFirst) {
  auth_faults_.emplace("POST /internal/credentials", down_);
  // The undo can't reach auth either.
  auth_.answer = [this](const Neighbour::Asked& asked) -> Result<json::value> {
    return asked.method == "GET" ? say_auth(asked) : Result<json::value>(down_);
  };
  EXPECT_EQ(try_to_make("a@b.se").status, 503);
  EXPECT_EQ(users(), 0);
  auth_.answer = [this](const Neighbour::Asked& asked) { return say_auth(asked); };
  auth_faults_.clear();
  keep_up();  // not yet: the time isn't over
  EXPECT_EQ(try_to_make("a@b.se").status, 409);
  clock_.advance(61 * second_ms);
  keep_up();
  EXPECT_EQ(try_to_make("a@b.se").status, 201);
}

TEST_F(UserSagas, ACredentialThatIsNotEnabledIsEnabledLater) {
  auth_.answer = [this](const Neighbour::Asked& asked) -> Result<json::value> {
    return asked.method == "PUT" ? Result<json::value>(down_) : say_auth(asked);
  };
  const Answer made = try_to_make("a@b.se");
  EXPECT_EQ(made.status, 201);
  const std::string path = "/internal/credentials/" + made.text("id");
  auth_.answer = [this](const Neighbour::Asked& asked) { return say_auth(asked); };
  clock_.advance(31 * second_ms);
  const std::size_t before = auth_.count("PUT", path);
  keep_up();
  EXPECT_EQ(auth_.count("PUT", path), before + 1);
  keep_up();
  EXPECT_EQ(auth_.count("PUT", path), before + 1);
  EXPECT_EQ(get(admin_, "/api/users/" + made.text("id")).body.at("version"), 1);
}

TEST_F(UserSagas, TheSameKeyMakesOneUser) {
  const std::string body =
      R"({"email":"a@b.se","firstName":"A","lastName":"B","userType":2,"role":2,"customerId":"cust-org"})";
  const auto once = [&] {
    return call(admin_, http::Method::post, "/api/users", body, {{"Idempotency-Key", "k1"}});
  };
  const Answer first = once(), again = once();
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(users(), 1);
}

TEST_F(UserSagas, AChangeOfMailReachesTheCredentialFirst) {
  const std::string id = make("old@b.se", 2, 2, "cust-org");
  const Answer changed =
      put(admin_, "/api/users/" + id, R"({"email":"new@b.se","firstName":"New"})");
  ASSERT_EQ(changed.status, 200) << write_json(changed.body);
  EXPECT_EQ(changed.text("email"), "new@b.se");
  EXPECT_EQ(changed.text("firstName"), "New");
  EXPECT_EQ(changed.body.at("version"), 2);
  EXPECT_EQ(auth_.seen().back().body.at("email").as_string(), "new@b.se");
  make("old@b.se", 2, 2, "cust-org");
}

TEST_F(UserSagas, AFailedChangeOfMailChangesNothing) {
  const std::string id = make("old@b.se", 2, 2, "cust-org");
  auth_faults_.emplace("PUT /internal/credentials/" + id, conflict("Taken."));
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"email":"new@b.se"})").status, 409);
  EXPECT_EQ(get(admin_, "/api/users/" + id).text("email"), "old@b.se");
  auth_faults_.clear();
  clock_.advance(31 * second_ms);
  keep_up();
  make("new@b.se", 2, 2, "cust-org");
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"email":"new@b.se"})").status, 409);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"email":"OLD@b.se"})").text("email"), "OLD@b.se");
}

TEST_F(UserSagas, AnInterruptedChangeOfMailIsUndoneLater) {
  const std::string id = make("old@b.se", 2, 2, "cust-org");
  auth_faults_.emplace("PUT /internal/credentials/" + id, down_);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"email":"new@b.se"})").status, 503);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"email":"other@b.se"})").status, 409);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"firstName":"Still"})").status, 200);
  auth_faults_.clear();
  clock_.advance(31 * second_ms);
  keep_up();
  EXPECT_EQ(auth_.seen().back().body.at("email").as_string(), "old@b.se");
  make("new@b.se", 2, 2, "cust-org");
}

TEST_F(UserSagas, CrewWithBookingsAheadStays) {
  const std::string id = make_crew("a@b.se");
  ASSERT_EQ(reserve(id, "book-1", "2026-08-01T10:00:00Z", "2026-08-01T12:00:00Z").status, 200);
  EXPECT_EQ(del(admin_, "/api/users/" + id).status, 409);
  EXPECT_EQ(reserve(id, "book-2", "2026-08-01T12:00:00Z", "2026-08-01T13:00:00Z").status, 200);
  release(id, "book-1");
  release(id, "book-2");
  EXPECT_EQ(del(admin_, "/api/users/" + id).status, 204);
  EXPECT_EQ(reserve(id, "book-3", "2026-08-02T10:00:00Z", "2026-08-02T12:00:00Z").status, 404);
}

TEST_F(UserSagas, ADeletionThatIsRefusedReopensTheCalendar) {
  const std::string id = make_crew("a@b.se");
  EXPECT_EQ(
      call(admin_, http::Method::delete_, "/api/users/" + id, "", {{"If-Match", "\"7\""}}).status,
      412);
  EXPECT_EQ(reserve(id, "book-1", "2026-08-01T10:00:00Z", "2026-08-01T12:00:00Z").status, 200);
}

TEST_F(UserSagas, WhatADeletionLeavesElsewhereGoesLater) {
  const std::string id = make_crew("a@b.se");
  put(admin_, "/api/users/" + id + "/sensitive", R"({"socialSecurityNumber":"811218-9876"})");
  auth_faults_.emplace("DELETE /internal/credentials/" + id, down_);
  EXPECT_EQ(del(admin_, "/api/users/" + id).status, 204);
  const auto left = [&] { return *run(store_->get("user_sensitive", id)) != nullptr; };
  EXPECT_TRUE(left());
  auth_faults_.clear();
  clock_.advance(31 * second_ms);
  keep_up();
  EXPECT_FALSE(left());
}

TEST_F(UserSagas, TheFirstAdminIsMadeOnce) {
  const auto first = run(service_->create_first_admin("root@b.se", "demo-password"));
  const auto again = run(service_->create_first_admin("root@b.se", "demo-password"));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first, *again);
  EXPECT_EQ(get(admin_, "/api/users/" + first->value).body.at("role"), 1);
}

}  // namespace
}  // namespace thenorsound::user
