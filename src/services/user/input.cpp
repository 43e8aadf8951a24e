#include "services/user/input.hpp"

#include <algorithm>
#include <array>

#include "base/fields.hpp"
#include "contracts/password_rule.hpp"
#include "services/user/views.hpp"

namespace thenorsound::user {
namespace {

constexpr std::size_t max_skills = 50;
constexpr std::array<std::string_view, 3> channel_names = {"email", "sms", "push"};

void read_language(Fields& in, std::string& language) {
  std::string word = language;
  if (!in.text("language", word, {}, true)) return;
  if (word != "sv" && word != "en") return in.problem("language", "must be one of sv, en");
  language = word;
}

void read_channels(Fields& in, std::vector<std::string>& into) {
  if (in.is_null("channels") && in.mode() == Fields::Mode::merge)
    return in.problem("channels", "is required");
  const json::array* given = in.has("channels") ? in.array("channels", 3) : nullptr;
  if (given == nullptr) return;
  std::vector<std::string> channels;
  for (std::size_t i = 0; i < given->size(); ++i) {
    const json::string* word = (*given)[i].if_string();
    const std::string at = "channels[" + std::to_string(i) + "]";
    if (word == nullptr || std::find(channel_names.begin(), channel_names.end(),
                                     std::string_view(*word)) == channel_names.end())
      in.problem(at, "must be one of email, sms, push");
    else if (std::find(channels.begin(), channels.end(), std::string_view(*word)) != channels.end())
      in.problem(at, "is given twice");
    else
      channels.emplace_back(std::string_view(*word));
  }
  into = std::move(channels);
}

void read_skills(Fields& in, std::vector<CrewSkill>& into, const Catalogue& catalogue) {
  if (in.is_null("skills") && in.mode() == Fields::Mode::merge)
    return in.problem("skills", "is required");
  if (!in.has("skills")) return;
  std::vector<CrewSkill> skills;
  const auto read = [&](Fields& item, std::size_t) {
    CrewSkill skill;
    const bool has_category = item.text("category", skill.category);
    const bool has_skill = item.text("skill", skill.skill);
    const bool named = has_category && has_skill;
    item.number("yearsOfExperience", skill.years_of_experience, 0, 80);
    item.text("proficiency", skill.proficiency);
    if (named && catalogue.category(skill.category) == nullptr)
      item.problem("category", "is not in the catalogue");
    else if (named && !catalogue.has(skill.category, skill.skill))
      item.problem("skill", "is not in the catalogue");
    const auto same = [&](const CrewSkill& other) {
      return other.category == skill.category && other.skill == skill.skill;
    };
    if (named && std::any_of(skills.begin(), skills.end(), same))
      item.problem("skill", "is given twice");
    skills.push_back(std::move(skill));
  };
  if (in.objects("skills", max_skills, false, read)) into = std::move(skills);
}

// What every person has, then what only crew has.
void read_profile(Fields& in, User& user, const Catalogue& catalogue) {
  in.email("email", user.email);
  in.text("firstName", user.first_name);
  in.text("lastName", user.last_name);
  in.phone("phone", user.phone);
  in.integer("role", user.role, 1, 5);
  read_language(in, user.language);
  read_channels(in, user.channels);
  in.boolean("isActive", user.is_active, true);
  if (user.is_crew()) {
    read_skills(in, user.skills, catalogue);
    in.text("about", user.about, {.max = 2'000});
    in.text("references", user.references);
    return;
  }
  for (const std::string_view name :
       {"skills", "about", "references", "socialSecurityNumber", "bankAccount"})
    if (in.has(name)) in.problem(name, "is for crew only");
}

void add_place_faults(const User& user, const Surroundings& around, Problems& problems) {
  for (FieldError& fault : check_place(user, around.company.get()))
    if (!problems.has(fault.field)) problems.add(std::move(fault.field), std::move(fault.message));
}

// Of a URL with a scheme: the host, without user, port or path.
std::string_view host_of(std::string_view url) {
  std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

bool is_host_name(std::string_view host) {
  std::size_t labels = 1;
  bool letters_at_end = false;
  char last = '.';
  for (const char c : host) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (c == '.') {
      if (last == '.' || last == '-') return false;
      ++labels;
      letters_at_end = false;
    } else if (!letter && !digit && (c != '-' || last == '.')) {
      return false;
    }
    letters_at_end = letters_at_end || letter;
    last = c;
  }
  return labels >= 2 && letters_at_end && last != '.' && last != '-' && host.size() <= 253;
}

}  // namespace

Result<std::optional<CustomerId>> customer_in(const json::object& body) {
  const json::value* value = body.if_contains("customerId");
  if (value == nullptr || value->is_null()) return std::optional<CustomerId>();
  const json::string* text = value->if_string();
  if (text == nullptr) return invalid_field("customerId", "must be a text");
  return std::optional(CustomerId{std::string(std::string_view(*text))});
}

bool knows_all_skills(const Catalogue& catalogue, const json::object& body) {
  const json::value* skills = body.if_contains("skills");
  if (skills == nullptr || !skills->is_array()) return true;
  for (const json::value& item : skills->get_array()) {
    if (!item.is_object()) continue;
    const json::value* category = item.get_object().if_contains("category");
    const json::value* skill = item.get_object().if_contains("skill");
    if (category != nullptr && skill != nullptr && category->is_string() && skill->is_string() &&
        !catalogue.has(std::string_view(category->get_string()),
                       std::string_view(skill->get_string())))
      return false;
  }
  return true;
}

Result<NewUser> read_new_user(const json::object& body, const Surroundings& around, bool internal) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::create);
  NewUser made;
  User& user = made.user;
  in.integer("userType", user.user_type, 1, 3);
  std::optional<CustomerId> customer;
  in.id("customerId", customer);
  if (customer) user.customer_id = *customer;
  read_profile(in, user, *around.catalogue);
  if (user.is_crew()) {
    read_personal_number(in, made.social_security_number);
    read_bank_account(in, made.bank_account);
  }
  if (std::string password; in.has("password") && read_new_password(in, "password", password))
    made.password = std::move(password);
  if (internal) in.boolean("invite", made.invite, true);
  in.refuse_unknown();
  if (!problems.has("userType") && !problems.has("role") && !problems.has("customerId"))
    add_place_faults(user, around, problems);
  if (problems.any()) return problems.error();
  user.email_key = email_key(user.email);
  return made;
}

Result<EditedUser> read_edit(const User& before, const json::object& body,
                             const Surroundings& around, Sensitive& sensitive) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  EditedUser edited{before};
  User& user = edited.user;
  const json::object shown = view_of(before);
  for (const std::string_view name :
       {"id", "version", "createdAt", "updatedAt", "name", "userType"})
    in.read_only(name, shown.at(name));
  if (before.user_type == admin_type) {
    in.read_only("customerId", json::value(nullptr));
  } else {
    in.id("customerId", user.customer_id);
  }
  read_profile(in, user, *around.catalogue);
  if (user.is_crew()) {
    edited.touches_personal_number = in.raw("socialSecurityNumber") != nullptr;
    edited.touches_bank_account = in.raw("bankAccount") != nullptr;
    read_personal_number(in, sensitive.social_security_number);
    read_bank_account(in, sensitive.bank_account);
  }
  if (in.raw("password") != nullptr) in.problem("password", "is changed by change-password");
  in.refuse_unknown();

  const bool manager = manages(around.actor, before.customer_id);
  if (edited.touches_personal_number && !manager) return forbidden();
  if (Result<void> allowed = check_edit(around.actor, before, user); !allowed)
    return allowed.error();
  const bool moved = user.role != before.role || user.customer_id != before.customer_id;
  if (moved && !problems.has("role") && !problems.has("customerId"))
    add_place_faults(user, around, problems);
  if (problems.any()) return problems.error();
  return edited;
}

// The host must be a name: the push services have names, and an address would need lists of which
// are private. What a name resolves to is checked where it is called.
bool is_public_https(std::string_view url) {
  if (!url.starts_with("https://")) return false;
  for (const char c : url)
    if (c <= ' ' || c > '~' || c == '"' || c == '<' || c == '>' || c == '\\') return false;
  const std::string_view host = host_of(url);
  if (!is_host_name(host)) return false;
  std::string lower(host);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view local : {".local", ".localhost", ".internal", ".lan", ".home.arpa"})
    if (lower.ends_with(local)) return false;
  return true;
}

Result<PushInput> read_push_subscription(const json::object& body) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::create);
  PushInput input;
  if (in.text("endpoint", input.endpoint, {.max = 2'000}) && !is_public_https(input.endpoint))
    in.problem("endpoint", "must be a public https address");
  in.raw("expirationTime");  // browsers send it along; a dead subscription shows itself
  if (const json::object* keys = in.object("keys", true)) {
    Fields fields(*keys, problems, Fields::Mode::create, "keys");
    fields.text("p256dh", input.p256dh);
    fields.text("auth", input.auth);
    fields.refuse_unknown();
  }
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return input;
}

}  // namespace thenorsound::user
