// A person who can log in: what is known of them, and the rules of who may be what and who may
// change what. Pure.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "contracts/customer_profile.hpp"
#include "contracts/user_profile.hpp"

namespace thenorsound::user {

constexpr std::int64_t admin_type = 1;
constexpr std::int64_t customer_type = 2;
constexpr std::int64_t crew_type = 3;
constexpr std::int64_t organiser_company = 1;  // CustomerProfile::customer_type
constexpr std::int64_t crew_company = 2;
constexpr std::string_view bookable_by_all = "*";

struct CrewSkill {
  std::string category;
  std::string skill;
  std::optional<double> years_of_experience;
  std::optional<std::string> proficiency;
  bool operator==(const CrewSkill&) const = default;
};
BOOST_DESCRIBE_STRUCT(CrewSkill, (), (category, skill, years_of_experience, proficiency))

// Pending: made, but without a credential yet. Abandoned: a pending one that is being taken away.
enum class UserState { Pending, Abandoned, Active, Deleted };
BOOST_DESCRIBE_ENUM(UserState, Pending, Abandoned, Active, Deleted)

struct User {
  UserId id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;
  std::string email;
  std::string email_key;  // unique: lower case, or "deleted:<id>"
  std::string first_name;
  std::string last_name;
  std::optional<std::string> phone;
  std::int64_t user_type = 0;
  std::int64_t role = 0;
  CustomerId customer_id;  // empty for Admin
  std::string language = "sv";
  std::vector<std::string> channels{"email"};
  bool is_active = true;
  std::vector<CrewSkill> skills;
  std::optional<std::string> about;
  std::optional<std::string> references;

  UserState state = UserState::Pending;
  std::int64_t access_version = 1;  // counts what ends sessions: role, company, isActive, deletion
  bool must_enable = false;         // the credential isn't enabled yet
  std::optional<std::string> next_email;  // a change of mail that is under way
  std::optional<Time> unfinished_due;     // from then on a sweeper finishes what is under way

  // For queries.
  bool listed = false;             // active, not deleted
  std::string pool;                // crew: "*" for a crew company's, else the only company; or ""
  std::vector<std::string> words;  // of the name
  std::vector<std::string> tags;   // see category_tag …

  std::string document_id() const { return id.value; }
  std::string name() const { return first_name + " " + last_name; }
  bool is_crew() const { return user_type == crew_type; }
  bool is_company_admin() const { return role == 1 || role == 2 || role == 4; }
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (id, version, created_at, updated_at, email, email_key, first_name, last_name,
                       phone, user_type, role, customer_id, language, channels, is_active, skills,
                       about, references, state, access_version, must_enable, next_email,
                       unfinished_due, listed, pool, words, tags))

std::string category_tag(std::string_view category);
std::string skill_tag(std::string_view skill);
std::string pair_tag(std::string_view category, std::string_view skill);
// The tags that a filter by category, skill or both asks for.
std::vector<std::string> wanted_tags(const std::optional<std::string>& category,
                                     const std::optional<std::string>& skill);

// Case doesn't tell mail addresses apart.
std::string email_key(std::string_view email);

// Fills what queries need. `company_type` counts for crew only.
void index(User& user, std::int64_t company_type);

// userType, role and company together; every fault is named. `company` is null where customerId
// names none that is alive.
std::vector<FieldError> check_place(const User& user, const CustomerProfile* company);

// Who may see somebody's profile, and edit all of it.
bool manages(const Actor& actor, const CustomerId& customer);
bool may_see(const Actor& actor, const User& user);
// Manages the person as crew: their own company's CrewAdmin, in-house their CustomerAdmin, Admin.
bool manages_crew(const Actor& actor, const User& user);
// May book the person, and so see them as a card.
bool may_book(const Actor& actor, const User& user);
// 403 for a role or type that the actor may not give in any company.
bool may_give(const Actor& actor, std::int64_t user_type, std::int64_t role);

// 403 where `after` changes what the actor may not change; 400 fields are somebody else's matter.
Result<void> check_edit(const Actor& actor, const User& before, const User& after);
bool changes_access(const User& before, const User& after);
// True where the company has one admin fewer afterwards.
bool loses_admin(const User& before, const User& after);

Result<void> check_version(std::int64_t current, const std::optional<std::int64_t>& expected);

// Personal data goes; the mail address can be used anew.
void delete_user(User& user, Time now);

UserProfile profile_of(const User& user);

}  // namespace thenorsound::user
