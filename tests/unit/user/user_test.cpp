#include "services/user/user.hpp"

#include <gtest/gtest.h>

namespace thenorsound::user {
namespace {

CustomerProfile company(std::int64_t type) {
  CustomerProfile profile;
  profile.id.value = "cust-1";
  profile.customer_type = type;
  return profile;
}

User person(std::int64_t type, std::int64_t role, std::string customer = "cust-1") {
  User user;
  user.id.value = "usr-1";
  user.user_type = type;
  user.role = role;
  user.customer_id.value = std::move(customer);
  user.state = UserState::Active;
  return user;
}

Actor actor(Role role, std::string customer = {}, std::string id = "usr-9") {
  Actor who;
  who.user.value = std::move(id);
  who.role = role;
  who.customer.value = std::move(customer);
  return who;
}

std::vector<std::string> faults(const User& user, const CustomerProfile* where) {
  std::vector<std::string> names;
  for (const FieldError& fault : check_place(user, where)) names.push_back(fault.field);
  return names;
}

using Names = std::vector<std::string>;

TEST(UserPlace, EveryCombinationOfTypeRoleAndCompany) {
  const CustomerProfile organiser = company(1), crew = company(2);
  for (std::int64_t type = 1; type <= 3; ++type)
    for (std::int64_t role = 1; role <= 5; ++role)
      for (const CustomerProfile* where :
           {static_cast<const CustomerProfile*>(nullptr), &organiser, &crew}) {
        const User user = person(type, role, where == nullptr ? "" : "cust-1");
        const bool in_organiser = where == &organiser, in_crew = where == &crew;
        const bool allowed = (type == 1 && role == 1 && where == nullptr) ||
                             (type == 2 && (role == 2 || role == 3) && in_organiser) ||
                             (type == 3 && role == 4 && in_crew) ||
                             (type == 3 && role == 5 && (in_organiser || in_crew));
        EXPECT_EQ(check_place(user, where).empty(), allowed) << type << " " << role;
      }
}

TEST(UserPlace, NamesTheFieldAtFault) {
  const CustomerProfile organiser = company(1), crew = company(2);
  EXPECT_EQ(faults(person(3, 4), &organiser), Names{"role"});
  EXPECT_EQ(faults(person(2, 2), &crew), Names{"userType"});
  EXPECT_EQ(faults(person(2, 5), &organiser), Names{"role"});
  EXPECT_EQ(faults(person(2, 2, ""), nullptr), Names{"customerId"});
  EXPECT_EQ(faults(person(2, 2), nullptr), Names{"customerId"});
  EXPECT_EQ(faults(person(1, 1), nullptr), Names{"customerId"});
}

TEST(UserPlace, AClosingCompanyTakesNobody) {
  CustomerProfile closing = company(1);
  closing.closing = true;
  EXPECT_EQ(faults(person(2, 2), &closing), Names{"customerId"});
}

TEST(UserAccess, AProfileIsSeenByAdminOwnAdminsAndOneself) {
  const User user = person(2, 3);
  EXPECT_TRUE(may_see(actor(Role::Admin), user));
  EXPECT_TRUE(may_see(actor(Role::CustomerAdmin, "cust-1"), user));
  EXPECT_TRUE(may_see(actor(Role::CustomerUser, "cust-1", "usr-1"), user));
  EXPECT_FALSE(may_see(actor(Role::CustomerUser, "cust-1"), user));
  EXPECT_FALSE(may_see(actor(Role::CustomerAdmin, "cust-2"), user));
  EXPECT_FALSE(may_see(actor(Role::CrewUser, "cust-1"), user));
}

TEST(UserAccess, OrganisersBookCrewOfCrewCompaniesAndTheirOwn) {
  User crew = person(3, 5, "cust-crew");
  index(crew, crew_company);
  EXPECT_TRUE(may_book(actor(Role::CustomerAdmin, "cust-1"), crew));
  EXPECT_FALSE(may_book(actor(Role::CustomerUser, "cust-1"), crew));
  User in_house = person(3, 5, "cust-1");
  index(in_house, organiser_company);
  EXPECT_TRUE(may_book(actor(Role::CustomerAdmin, "cust-1"), in_house));
  EXPECT_FALSE(may_book(actor(Role::CustomerAdmin, "cust-2"), in_house));
  EXPECT_TRUE(may_book(actor(Role::Admin), in_house));
  in_house.is_active = false;
  EXPECT_FALSE(may_book(actor(Role::Admin), in_house));
}

TEST(UserEdit, OneselfChangesTheProfileAlone) {
  const User before = person(3, 5);
  const Actor self = actor(Role::CrewUser, "cust-1", "usr-1");
  User after = before;
  after.first_name = "New";
  after.phone = "08-123 45 67";
  after.about = "Loud";
  after.channels = {"sms"};
  EXPECT_TRUE(check_edit(self, before, after).has_value());
  const auto refused = [&](auto change) {
    User wanted = before;
    change(wanted);
    const Result<void> result = check_edit(self, before, wanted);
    return !result && result.error().code == Code::forbidden;
  };
  EXPECT_TRUE(refused([](User& user) { user.email = "b@c.se"; }));
  EXPECT_TRUE(refused([](User& user) { user.role = 4; }));
  EXPECT_TRUE(refused([](User& user) { user.is_active = false; }));
  EXPECT_TRUE(refused([](User& user) { user.skills.push_back({"Sound", "FOH", {}, {}}); }));
  EXPECT_TRUE(refused([](User& user) { user.customer_id.value = "cust-2"; }));
}

TEST(UserEdit, NobodyChangesTheirOwnRole) {
  const User before = person(1, 1, "");
  User after = before;
  after.role = 2;
  const Result<void> result = check_edit(actor(Role::Admin, "", "usr-1"), before, after);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::forbidden);
}

TEST(UserEdit, OnlyAdminMovesPeopleBetweenCompanies) {
  const User before = person(2, 3);
  User after = before;
  after.customer_id.value = "cust-2";
  EXPECT_FALSE(check_edit(actor(Role::CustomerAdmin, "cust-1"), before, after).has_value());
  EXPECT_TRUE(check_edit(actor(Role::Admin), before, after).has_value());
}

TEST(UserEdit, AccessChangesWithRoleCompanyAndActive) {
  const User before = person(2, 3);
  User after = before;
  after.first_name = "Other";
  EXPECT_FALSE(changes_access(before, after));
  after.role = 2;
  EXPECT_TRUE(changes_access(before, after));
}

TEST(UserEdit, TellsWhenACompanyLosesAnAdmin) {
  const User admin = person(2, 2);
  User after = admin;
  after.first_name = "Other";
  EXPECT_FALSE(loses_admin(admin, after));
  after.is_active = false;
  EXPECT_TRUE(loses_admin(admin, after));
  after = admin;
  after.role = 3;
  EXPECT_TRUE(loses_admin(admin, after));
  delete_user(after = admin, Time{1});
  EXPECT_TRUE(loses_admin(admin, after));
  EXPECT_FALSE(loses_admin(person(2, 3), person(2, 2)));
}

TEST(UserDeletion, FreesTheMailAddressAndDropsPersonalText) {
  User user = person(3, 5);
  user.email_key = "a@b.se";
  user.phone = "08-1234567";
  user.about = "Text";
  index(user, crew_company);
  EXPECT_TRUE(user.listed);
  delete_user(user, Time{5});
  EXPECT_EQ(user.email_key, "deleted:usr-1");
  EXPECT_FALSE(user.phone || user.about);
  EXPECT_FALSE(user.listed);
  EXPECT_EQ(user.version, 2);
}

TEST(UserIndex, FindsByCategorySkillAndBoth) {
  User user = person(3, 5);
  user.first_name = "Åsa";
  user.last_name = "Öberg-Lind";
  user.skills = {{"Sound", "FOH", {}, {}}, {"Sound", "Monitor", {}, {}}};
  index(user, crew_company);
  EXPECT_EQ(user.words, (Names{"åsa", "öberg", "lind"}));
  EXPECT_EQ(user.tags, (Names{"c:Sound", "s:FOH", "p:Sound/FOH", "s:Monitor", "p:Sound/Monitor"}));
  EXPECT_EQ(wanted_tags("Sound", "FOH"), Names{"p:Sound/FOH"});
  EXPECT_EQ(wanted_tags({}, "FOH"), Names{"s:FOH"});
  EXPECT_EQ(wanted_tags("Sound", {}), Names{"c:Sound"});
}

}  // namespace
}  // namespace thenorsound::user
