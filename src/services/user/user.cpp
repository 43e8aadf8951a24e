#include "services/user/user.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace thenorsound::user {
namespace {

void add_once(std::vector<std::string>& list, std::string item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
}

bool role_suits_type(std::int64_t user_type, std::int64_t role) {
  switch (user_type) {
    case admin_type:
      return role == 1;
    case customer_type:
      return role == 2 || role == 3;
    case crew_type:
      return role == 4 || role == 5;
    default:
      return false;
  }
}

bool is_own(const Actor& actor, const CustomerId& customer) {
  return !actor.customer.empty() && actor.customer == customer;
}

}  // namespace

std::string category_tag(std::string_view category) { return "c:" + std::string(category); }
std::string skill_tag(std::string_view skill) { return "s:" + std::string(skill); }
std::string pair_tag(std::string_view category, std::string_view skill) {
  return "p:" + std::string(category) + "/" + std::string(skill);
}

std::vector<std::string> wanted_tags(const std::optional<std::string>& category,
                                     const std::optional<std::string>& skill) {
  if (category && skill) return {pair_tag(*category, *skill)};
  if (category) return {category_tag(*category)};
  if (skill) return {skill_tag(*skill)};
  return {};
}

std::string email_key(std::string_view email) { return fold_case(email); }

void index(User& user, std::int64_t company_type) {
  user.listed = user.state == UserState::Active;
  user.words = words_of(user.name());
  user.tags.clear();
  user.pool.clear();
  if (!user.is_crew()) return;
  user.pool = company_type == crew_company ? std::string(bookable_by_all) : user.customer_id.value;
  for (const CrewSkill& skill : user.skills) {
    add_once(user.tags, category_tag(skill.category));
    add_once(user.tags, skill_tag(skill.skill));
    add_once(user.tags, pair_tag(skill.category, skill.skill));
  }
}

std::vector<FieldError> check_place(const User& user, const CustomerProfile* company) {
  std::vector<FieldError> faults;
  if (!role_suits_type(user.user_type, user.role))
    faults.push_back({"role", "does not go with this userType"});
  if (user.user_type == admin_type) {
    if (!user.customer_id.empty()) faults.push_back({"customerId", "must be absent for an Admin"});
    return faults;
  }
  if (user.customer_id.empty()) {
    faults.push_back({"customerId", "is required"});
  } else if (company == nullptr || company->closing) {
    faults.push_back({"customerId", "names no company"});
  } else if (user.user_type == customer_type && company->customer_type != organiser_company) {
    faults.push_back({"userType", "does not go with a crew company"});
  } else if (user.role == 4 && company->customer_type != crew_company) {
    faults.push_back({"role", "is given in crew companies only"});
  }
  return faults;
}

bool manages(const Actor& actor, const CustomerId& customer) {
  if (actor.is_admin()) return true;
  return (actor.is(Role::CustomerAdmin) || actor.is(Role::CrewAdmin)) && is_own(actor, customer);
}

bool may_see(const Actor& actor, const User& user) {
  return manages(actor, user.customer_id) || (!actor.is_service && actor.user == user.id);
}

bool manages_crew(const Actor& actor, const User& user) {
  return user.is_crew() && manages(actor, user.customer_id);
}

bool may_book(const Actor& actor, const User& user) {
  if (!user.is_crew() || !user.is_active) return false;
  if (actor.is_admin()) return true;
  return actor.is(Role::CustomerAdmin) &&
         (user.pool == bookable_by_all || is_own(actor, user.customer_id));
}

bool may_give(const Actor& actor, std::int64_t user_type, std::int64_t role) {
  return actor.is_admin() || (user_type != admin_type && role != 1);
}

Result<void> check_edit(const Actor& actor, const User& before, const User& after) {
  const bool oneself = !actor.is_service && actor.user == before.id;
  if (oneself && after.role != before.role) return forbidden();
  if (actor.is_admin()) return {};
  if (after.customer_id != before.customer_id) return forbidden();
  if (after.role != before.role && !may_give(actor, after.user_type, after.role))
    return forbidden();
  if (manages(actor, before.customer_id)) return {};
  if (!oneself) return forbidden();
  if (after.email != before.email || after.is_active != before.is_active ||
      after.skills != before.skills)
    return forbidden();
  return {};
}

bool changes_access(const User& before, const User& after) {
  return before.role != after.role || before.customer_id != after.customer_id ||
         before.is_active != after.is_active;
}

bool loses_admin(const User& before, const User& after) {
  const auto counts = [](const User& user) {
    return user.state == UserState::Active && user.is_active && user.is_company_admin();
  };
  if (!counts(before)) return false;
  return !counts(after) || before.customer_id != after.customer_id;
}

Result<void> check_version(std::int64_t current, const std::optional<std::int64_t>& expected) {
  if (expected && *expected != current)
    return make_error(Code::precondition_failed, "It was changed in the meantime.");
  return {};
}

void delete_user(User& user, Time now) {
  user.state = UserState::Deleted;
  user.email_key = "deleted:" + user.id.value;
  user.phone.reset();
  user.about.reset();
  user.references.reset();
  user.is_active = false;
  user.listed = false;
  user.words.clear();
  user.tags.clear();
  user.must_enable = false;
  user.next_email.reset();
  user.unfinished_due.reset();
  ++user.version;
  ++user.access_version;
  user.updated_at = now;
}

UserProfile profile_of(const User& user) {
  UserProfile profile;
  profile.id = user.id;
  profile.email = user.email;
  profile.first_name = user.first_name;
  profile.last_name = user.last_name;
  profile.name = user.name();
  profile.phone = user.phone;
  profile.user_type = user.user_type;
  profile.role = user.role;
  profile.customer_id = user.customer_id;
  profile.language = user.language;
  profile.channels = user.channels;
  profile.is_active = user.is_active;
  profile.access_version = user.access_version;
  for (const CrewSkill& skill : user.skills)
    profile.skills.push_back({skill.category, skill.skill});
  return profile;
}

}  // namespace thenorsound::user
