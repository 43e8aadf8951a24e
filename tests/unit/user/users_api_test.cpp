#include "world.hpp"

namespace thenorsound::user {
namespace {

class UsersApi : public World {};
using Names = std::vector<std::string>;

TEST_F(UsersApi, AUserIsMadeReadAndListed) {
  const Answer made = post(admin_, "/api/users",
                           R"({"email":"Anna@Example.com","firstName":"Anna","lastName":"Berg",
      "userType":2,"role":2,"customerId":"cust-org","phone":"070-123 45 67"})");
  ASSERT_EQ(made.status, 201) << write_json(made.body);
  const std::string id = made.text("id");
  EXPECT_TRUE(id.starts_with("usr-"));
  EXPECT_EQ(made.fields.at("Location"), "/api/users/" + id);
  EXPECT_EQ(made.fields.at("ETag"), "\"1\"");
  EXPECT_EQ(made.text("name"), "Anna Berg");
  EXPECT_EQ(made.text("email"), "Anna@Example.com");
  EXPECT_EQ(made.text("language"), "sv");
  EXPECT_TRUE(made.body.at("isActive").as_bool());
  EXPECT_FALSE(made.body.as_object().contains("skills"));
  EXPECT_EQ(get(admin_, "/api/users/" + id).body, made.body);
  const Answer list = get(admin_, "/api/users?customerId=cust-org&userType=2&role=2&q=an%20ber");
  EXPECT_EQ(list.body.at("total"), 1);
  EXPECT_EQ(list.body.at("items").at(0), made.body);
  EXPECT_EQ(types_published(), Names{"user.created"});
}

TEST_F(UsersApi, EveryWrongFieldOfANewUserIsNamed) {
  const Answer bad = post(admin_, "/api/users",
                          R"({"email":"x","lastName":" ","phone":"abc","userType":9,"role":"x",
      "language":"de","channels":["fax","sms","sms"],"isActive":"yes","password":"short","extra":1})");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.faults(),
            (Names{"channels[0]", "channels[2]", "email", "extra", "firstName", "isActive",
                   "language", "lastName", "password", "phone", "role", "userType"}));
}

TEST_F(UsersApi, CrewFieldsAreCheckedAndForCrewOnly) {
  const std::string start =
      R"({"email":"a@b.se","firstName":"A","lastName":"B","customerId":"cust-crew","userType":3,"role":5)";
  const Answer bad =
      post(admin_, "/api/users", start + R"(,"skills":[{"category":"Sound","skill":"Nope"},
      {"category":"No","skill":"FOH"},{"category":"Sound","skill":"FOH","yearsOfExperience":-1},
      {"category":"Sound","skill":"FOH"}],"socialSecurityNumber":"1","bankAccount":{}})");
  EXPECT_EQ(bad.faults(),
            (Names{"bankAccount.accountNumber", "bankAccount.clearingNumber",
                   "bankAccount.holderName", "skills[0].skill", "skills[1].category",
                   "skills[2].yearsOfExperience", "skills[3].skill", "socialSecurityNumber"}));
  const Answer organiser =
      post(admin_, "/api/users",
           R"({"email":"a@b.se","firstName":"A","lastName":"B","customerId":"cust-org",
      "userType":2,"role":2,"skills":[],"about":"x"})");
  EXPECT_EQ(organiser.faults(), (Names{"about", "skills"}));
}

TEST_F(UsersApi, RoleTypeAndCompanyMustGoTogether) {
  const auto faults = [&](int type, int role, const std::string& customer) {
    const Answer answer =
        post(admin_, "/api/users",
             R"({"email":"a@b.se","firstName":"A","lastName":"B","userType":)" +
                 std::to_string(type) + R"(,"role":)" + std::to_string(role) +
                 (customer.empty() ? "" : R"(,"customerId":")" + customer + "\"") + "}");
    EXPECT_EQ(answer.status, 400);
    return answer.faults();
  };
  EXPECT_EQ(faults(3, 4, "cust-org"), Names{"role"});
  EXPECT_EQ(faults(2, 2, "cust-crew"), Names{"userType"});
  EXPECT_EQ(faults(2, 4, "cust-org"), Names{"role"});
  EXPECT_EQ(faults(1, 1, "cust-org"), Names{"customerId"});
  EXPECT_EQ(faults(2, 2, ""), Names{"customerId"});
  EXPECT_EQ(faults(2, 2, "cust-nobody"), Names{"customerId"});
}

TEST_F(UsersApi, ANewSkillOfTheCatalogueIsKnownAtOnce) {
  make_crew("one@crew.se");
  catalogue_.categories[1].skills.push_back({"Playback", {"Playback", "Playback"}});
  const Answer made =
      post(admin_, "/api/users",
           R"({"email":"two@crew.se","firstName":"A","lastName":"B","customerId":"cust-crew",
      "userType":3,"role":5,"skills":[{"category":"Sound","skill":"Playback"}]})");
  EXPECT_EQ(made.status, 201) << write_json(made.body);
}

TEST_F(UsersApi, AMailAddressIsTakenInAnyCase) {
  make("anna@example.com", 2, 2, "cust-org");
  const Answer again =
      post(admin_, "/api/users",
           R"({"email":"ANNA@example.com","firstName":"A","lastName":"B","userType":2,
      "role":3,"customerId":"cust-org"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.code(), "CONFLICT");
}

TEST_F(UsersApi, WhoMayMakeWhom) {
  const Who organiser = who("usr-o", Role::CustomerAdmin, "cust-org");
  const Who crew = who("usr-c", Role::CrewAdmin, "cust-crew");
  int number = 0;
  const auto status = [&](const Who& actor, int type, int role, const std::string& customer) {
    return post(actor, "/api/users",
                R"({"email":"p)" + std::to_string(++number) +
                    R"(@b.se","firstName":"A","lastName":"B","userType":)" + std::to_string(type) +
                    R"(,"role":)" + std::to_string(role) + R"(,"customerId":")" + customer + "\"}")
        .status;
  };
  EXPECT_EQ(status(organiser, 2, 2, "cust-org"), 201);
  EXPECT_EQ(status(organiser, 2, 3, "cust-org"), 201);
  EXPECT_EQ(status(organiser, 3, 5, "cust-org"), 201);
  EXPECT_EQ(status(organiser, 3, 4, "cust-org"), 400);
  EXPECT_EQ(status(organiser, 1, 1, "cust-org"), 403);
  EXPECT_EQ(status(organiser, 2, 3, "cust-org2"), 403);
  EXPECT_EQ(status(organiser, 3, 5, "cust-crew"), 403);
  EXPECT_EQ(status(crew, 3, 4, "cust-crew"), 201);
  EXPECT_EQ(status(crew, 3, 5, "cust-crew"), 201);
  EXPECT_EQ(status(crew, 2, 2, "cust-crew"), 400);
  EXPECT_EQ(status(crew, 3, 5, "cust-crew2"), 403);
  EXPECT_EQ(status(who("usr-u", Role::CustomerUser, "cust-org"), 2, 3, "cust-org"), 403);
  EXPECT_EQ(status(who("usr-x", Role::CrewUser, "cust-crew"), 3, 5, "cust-crew"), 403);
  const Answer no_text = post(organiser, "/api/users", R"({"customerId":7})");
  EXPECT_EQ(no_text.status, 400);
  EXPECT_EQ(no_text.faults(), Names{"customerId"});
}

TEST_F(UsersApi, WhoMayReadWhom) {
  const std::string id = make("a@b.se", 2, 3, "cust-org");
  EXPECT_EQ(get(who(id, Role::CustomerUser, "cust-org"), "/api/users/" + id).status, 200);
  EXPECT_EQ(get(who("usr-o", Role::CustomerAdmin, "cust-org"), "/api/users/" + id).status, 200);
  EXPECT_EQ(get(who("usr-o", Role::CustomerAdmin, "cust-org2"), "/api/users/" + id).status, 403);
  EXPECT_EQ(get(who("usr-u", Role::CustomerUser, "cust-org"), "/api/users/" + id).status, 403);
  EXPECT_EQ(get(admin_, "/api/users/usr-none").status, 404);
  EXPECT_EQ(get(who("usr-u", Role::CustomerUser, "cust-org"), "/api/users/usr-none").status, 404);
}

TEST_F(UsersApi, ListsHoldOnesOwnCompany) {
  make("a@b.se", 2, 2, "cust-org");
  make_crew("c@b.se");
  const Who organiser = who("usr-o", Role::CustomerAdmin, "cust-org");
  EXPECT_EQ(get(admin_, "/api/users").body.at("total"), 2);
  EXPECT_EQ(get(organiser, "/api/users").body.at("total"), 1);
  EXPECT_EQ(get(organiser, "/api/users?customerId=cust-org").status, 200);
  EXPECT_EQ(get(organiser, "/api/users?customerId=cust-crew").status, 403);
  EXPECT_EQ(get(organiser, "/api/users?customerId=cust-nobody").status, 403);
  EXPECT_EQ(get(admin_, "/api/users?customerId=cust-nobody").body.at("total"), 0);
  EXPECT_EQ(get(who("usr-u", Role::CrewUser, "cust-crew"), "/api/users").status, 403);
  EXPECT_EQ(get(admin_, "/api/users?skill=FOH").body.at("total"), 1);
  EXPECT_EQ(get(admin_, "/api/users?skill=Nothing").body.at("total"), 0);
  EXPECT_EQ(get(admin_, "/api/users?q=%21").body.at("total"), 0);
  EXPECT_EQ(get(admin_, "/api/users?colour=red").faults(), Names{"colour"});
  EXPECT_EQ(get(admin_, "/api/users?userType=7&role=x").faults(), (Names{"role", "userType"}));
  for (const std::string path : {"/api/users/customer/cust-org", "/api/customers/cust-org/users"}) {
    EXPECT_EQ(get(admin_, path).body.at("total"), 1);
    EXPECT_EQ(get(organiser, path).body.at("total"), 1);
    EXPECT_EQ(get(who("x", Role::CustomerAdmin, "cust-org2"), path).status, 403);
  }
  EXPECT_EQ(get(admin_, "/api/users/customer/cust-nobody").status, 404);
}

TEST_F(UsersApi, ListsArePagedNewestFirst) {
  const std::string first = make("a@b.se", 2, 2, "cust-org");
  const std::string second = make("b@b.se", 2, 2, "cust-org");
  const Answer page = get(admin_, "/api/users?pageNumber=2&pageSize=1");
  EXPECT_EQ(page.body.at("items").at(0).at("id").as_string(), first);
  EXPECT_EQ(page.body.at("total"), 2);
  EXPECT_TRUE(get(admin_, "/api/users?pageNumber=9").body.at("items").as_array().empty());
  EXPECT_EQ(get(admin_, "/api/users?pageSize=201").status, 400);
}

TEST_F(UsersApi, PutMergesAndCountsTheVersion) {
  const std::string id = make_crew("a@b.se");
  const Answer changed = put(admin_, "/api/users/" + id,
                             R"({"firstName":"Eva","about":"Loud","phone":"08-123 45 67"})");
  ASSERT_EQ(changed.status, 200) << write_json(changed.body);
  EXPECT_EQ(changed.text("name"), "Eva Berg");
  EXPECT_EQ(changed.fields.at("ETag"), "\"2\"");
  const Answer same = put(admin_, "/api/users/" + id, write_json(changed.body));
  EXPECT_EQ(same.status, 200);
  EXPECT_EQ(same.body, changed.body);
  const Answer removed = put(admin_, "/api/users/" + id, R"({"phone":null,"skills":[]})");
  EXPECT_FALSE(removed.body.as_object().contains("phone"));
  EXPECT_TRUE(removed.body.at("skills").as_array().empty());
  const Answer bad = put(admin_, "/api/users/" + id,
                         R"({"id":"usr-2","version":9,"userType":2,"firstName":null,"nope":1})");
  EXPECT_EQ(bad.faults(), (Names{"firstName", "id", "nope", "userType", "version"}));
}

TEST_F(UsersApi, IfMatchRefusesTheSlowerOne) {
  const std::string id = make("a@b.se", 2, 2, "cust-org");
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"firstName":"B"})", {{"If-Match", "\"1\""}}).status,
            200);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"firstName":"C"})", {{"If-Match", "\"1\""}}).status,
            412);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"firstName":""})", {{"If-Match", "\"1\""}}).status,
            400);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"firstName":"C"})", {{"If-Match", "W/x"}}).status,
            412);
}

TEST_F(UsersApi, OneselfChangesTheProfileOnly) {
  const std::string id = make_crew("a@b.se");
  const Who self = who(id, Role::CrewUser, "cust-crew");
  EXPECT_EQ(put(self, "/api/users/" + id,
                R"({"firstName":"B","lastName":"C","phone":"08-1234567","language":"en",
      "channels":["sms"],"about":"x","references":"y",
      "bankAccount":{"clearingNumber":"5000","accountNumber":"1234567","holderName":"B"}})")
                .status,
            200);
  for (const std::string body :
       {R"({"role":4})", R"({"email":"x@y.se"})", R"({"isActive":false})", R"({"skills":[]})",
        R"({"customerId":"cust-crew2"})", R"({"socialSecurityNumber":"811218-9876"})"})
    EXPECT_EQ(put(self, "/api/users/" + id, body).status, 403) << body;
  EXPECT_EQ(put(who("usr-u", Role::CrewUser, "cust-crew"), "/api/users/" + id, "{}").status, 403);
}

TEST_F(UsersApi, CompanyAdminsChangeTheirOwnPeople) {
  make("first@b.se", 2, 2, "cust-org");
  const std::string id = make("a@b.se", 2, 3, "cust-org");
  const Who chief = who("usr-o", Role::CustomerAdmin, "cust-org");
  EXPECT_EQ(put(chief, "/api/users/" + id, R"({"role":2})").body.at("role"), 2);
  EXPECT_EQ(put(chief, "/api/users/" + id, R"({"role":1})").status, 403);
  EXPECT_EQ(put(chief, "/api/users/" + id, R"({"role":4})").faults(), Names{"role"});
  EXPECT_EQ(put(chief, "/api/users/" + id, R"({"customerId":"cust-org2"})").status, 403);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"customerId":"cust-org2"})").status, 200);
  EXPECT_EQ(put(chief, "/api/users/" + id, R"({"firstName":"B"})").status, 403);
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"customerId":"cust-nobody"})").faults(),
            Names{"customerId"});
  EXPECT_EQ(put(admin_, "/api/users/" + id, R"({"customerId":"cust-crew"})").faults(),
            Names{"userType"});
}

TEST_F(UsersApi, OnlyWhatEndsSessionsSaysSo) {
  const std::string id = make("a@b.se", 2, 3, "cust-org");
  put(admin_, "/api/users/" + id, R"({"firstName":"B"})");
  put(admin_, "/api/users/" + id, R"({"role":2})");
  types_published();
  const std::vector<Message> sent = bus_.messages();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_FALSE(sent[1].data.at("accessChanged").as_bool());
  EXPECT_TRUE(sent[2].data.at("accessChanged").as_bool());
  EXPECT_EQ(sent[2].data.at("accessVersion"), 2);
  EXPECT_EQ(sent[2].subject, id);
  EXPECT_EQ(sent[2].sequence, 3);
  EXPECT_FALSE(sent[2].data.contains("email") || sent[2].data.contains("name"));
}

TEST_F(UsersApi, NobodyChangesTheirOwnRoleOrDeletesThemselves) {
  make("b@b.se", 2, 2, "cust-org");
  const std::string id = make("a@b.se", 2, 2, "cust-org");
  const Who self = who(id, Role::CustomerAdmin, "cust-org");
  EXPECT_EQ(put(self, "/api/users/" + id, R"({"role":3})").status, 403);
  EXPECT_EQ(put(self, "/api/users/" + id, R"({"role":2,"email":"n@b.se"})").status, 200);
  EXPECT_EQ(del(self, "/api/users/" + id).status, 403);
}

TEST_F(UsersApi, ACompanyKeepsItsLastAdmin) {
  const std::string one = make("a@b.se", 2, 2, "cust-org");
  const std::string two = make("b@b.se", 2, 2, "cust-org");
  EXPECT_EQ(del(admin_, "/api/users/" + two).status, 204);
  EXPECT_EQ(del(admin_, "/api/users/" + one).status, 409);
  EXPECT_EQ(put(admin_, "/api/users/" + one, R"({"role":3})").status, 409);
  EXPECT_EQ(put(admin_, "/api/users/" + one, R"({"isActive":false})").status, 409);
  EXPECT_EQ(put(admin_, "/api/users/" + one, R"({"customerId":"cust-org2"})").status, 409);
  EXPECT_EQ(put(admin_, "/api/users/" + one, R"({"firstName":"Still"})").status, 200);
}

TEST_F(UsersApi, TwoAdminsTakenAwayAtOnceLeaveOne) {
  for (int round = 0; round < 5; ++round) {
    const std::string tail = std::to_string(round) + "@b.se";
    const std::string one = make("a" + tail, 2, 2, "cust-org2");
    const std::string two = make("b" + tail, 2, 2, "cust-org2");
    auto other =
        std::async(std::launch::async, [&] { return del(admin_, "/api/users/" + one).status; });
    const int mine = del(admin_, "/api/users/" + two).status;
    const int theirs = other.get();
    // In later rounds the survivors of earlier ones are admins too.
    if (round == 0) {
      EXPECT_EQ(mine + theirs, 204 + 409);
    }
    EXPECT_GE(get(admin_, "/api/users?customerId=cust-org2&role=2").body.at("total").as_int64(), 1);
  }
}

TEST_F(UsersApi, ADeletedUserIsGoneAndTheAddressFree) {
  make("b@b.se", 2, 2, "cust-org");
  const std::string id = make("a@b.se", 2, 3, "cust-org");
  EXPECT_EQ(del(admin_, "/api/users/" + id).status, 204);
  EXPECT_EQ(get(admin_, "/api/users/" + id).status, 404);
  EXPECT_EQ(del(admin_, "/api/users/" + id).status, 404);
  EXPECT_EQ(get(admin_, "/api/users").body.at("total"), 1);
  EXPECT_EQ(get(service_actor, "/internal/users/" + id).status, 404);
  EXPECT_EQ(auth_.count("DELETE", "/internal/credentials/" + id), 1U);
  make("a@b.se", 2, 3, "cust-org");
  EXPECT_EQ(types_published().at(2), "user.deleted");
  EXPECT_EQ(del(who("x", Role::CustomerUser, "cust-org"), "/api/users/" + id).status, 403);
}

TEST_F(UsersApi, SensitiveDataIsApartAndItsReadingNoted) {
  const Answer made =
      post(admin_, "/api/users",
           R"({"email":"a@b.se","firstName":"A","lastName":"B","customerId":"cust-crew",
      "userType":3,"role":5,"socialSecurityNumber":"811218-9876"})");
  const std::string id = made.text("id");
  EXPECT_FALSE(made.body.as_object().contains("socialSecurityNumber"));
  const std::string path = "/api/users/" + id + "/sensitive";
  EXPECT_EQ(get(admin_, path).text("socialSecurityNumber"), "811218-9876");
  const Who self = who(id, Role::CrewUser, "cust-crew");
  const Answer kept = put(
      self, path,
      R"({"bankAccount":{"clearingNumber":"5000","accountNumber":"1234567","holderName":"B"}})");
  EXPECT_EQ(kept.status, 200);
  EXPECT_EQ(kept.fields.at("ETag"), "\"2\"");
  EXPECT_EQ(kept.text("socialSecurityNumber"), "811218-9876");
  EXPECT_EQ(put(self, path, R"({"socialSecurityNumber":"811218-9875"})").faults(),
            Names{"socialSecurityNumber"});
  EXPECT_EQ(put(self, path, "{}", {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(put(self, path, R"({"socialSecurityNumber":null})")
                .body.as_object()
                .contains("socialSecurityNumber"),
            false);
  clock_.advance(second_ms);
  EXPECT_EQ(get(who("usr-a", Role::CrewAdmin, "cust-crew"), path).status, 200);
  EXPECT_EQ(get(who("usr-a", Role::CrewAdmin, "cust-crew2"), path).status, 403);
  EXPECT_EQ(get(who("usr-a", Role::CustomerAdmin, "cust-org"), path).status, 403);
  EXPECT_EQ(get(who("usr-a", Role::CrewUser, "cust-crew"), path).status, 403);
  const Answer audit = get(service_actor, "/internal/user-audit?subject=" + id);
  EXPECT_EQ(audit.body.as_array().size(), 2U);
  EXPECT_EQ(audit.body.at(0).at("userId").as_string(), "usr-a");
}

TEST_F(UsersApi, SensitiveDataIsForCrewOnly) {
  const std::string id = make("a@b.se", 2, 2, "cust-org");
  EXPECT_EQ(
      put(admin_, "/api/users/" + id + "/sensitive", R"({"socialSecurityNumber":"811218-9876"})")
          .status,
      400);
  EXPECT_EQ(
      get(who("usr-o", Role::CustomerAdmin, "cust-org"), "/api/users/" + id + "/sensitive").status,
      403);
}

TEST_F(UsersApi, PushSubscriptionsAreOnesOwn) {
  const std::string id = make_crew("a@b.se");
  const Who self = who(id, Role::CrewUser, "cust-crew");
  const std::string path = "/api/users/" + id + "/push-subscriptions";
  const std::string body =
      R"({"endpoint":"https://push.example.com/1","keys":{"p256dh":"BAbc","auth":"xyz"}})";
  const Answer made = post(self, path, body);
  EXPECT_EQ(made.status, 201) << write_json(made.body);
  EXPECT_EQ(made.fields.at("Location"), path + "/" + made.text("id"));
  EXPECT_EQ(post(self, path, body).text("id"), made.text("id"));
  EXPECT_EQ(
      get(service_actor, "/internal/users/" + id + "/push-subscriptions").body.as_array().size(),
      1U);
  EXPECT_EQ(post(admin_, path, body).status, 403);
  EXPECT_EQ(post(self, path, R"({"endpoint":"https://10.0.0.1/","keys":{"auth":"x"}})").faults(),
            (Names{"endpoint", "keys.p256dh"}));
  EXPECT_EQ(del(admin_, path + "/" + made.text("id")).status, 403);
  EXPECT_EQ(del(self, path + "/" + made.text("id")).status, 204);
  EXPECT_EQ(del(self, path + "/" + made.text("id")).status, 404);
}

TEST_F(UsersApi, OtherServicesAskForProfiles) {
  const std::string id = make_crew("a@b.se");
  make("o@b.se", 2, 2, "cust-org");
  const Answer one = get(service_actor, "/internal/users/" + id);
  EXPECT_EQ(one.status, 200);
  const auto profile = from_document<UserProfile>(one.body.as_object());
  EXPECT_EQ(profile.name, "Anna Berg");
  EXPECT_EQ(profile.skills.size(), 1U);
  EXPECT_EQ(profile.access_version, 1);
  EXPECT_EQ(get(service_actor, "/internal/users?customerId=cust-org&role=2").body.as_array().size(),
            1U);
  EXPECT_TRUE(get(service_actor, "/internal/users/uses?category=Sound&skill=FOH")
                  .body.at("inUse")
                  .as_bool());
  EXPECT_TRUE(get(service_actor, "/internal/users/uses?category=Sound").body.at("inUse").as_bool());
  EXPECT_FALSE(
      get(service_actor, "/internal/users/uses?category=Light").body.at("inUse").as_bool());
  EXPECT_EQ(get(admin_, "/internal/users/" + id).status, 403);
}

}  // namespace
}  // namespace thenorsound::user
