// Reads what is sent of a user, into commands.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "services/user/companies.hpp"
#include "services/user/sensitive.hpp"
#include "services/user/user.hpp"

namespace thenorsound::user {

// What the fields are judged by.
struct Surroundings {
  Actor actor;
  CompanyPtr company;  // of customerId, as sent or as it was
  CataloguePtr catalogue;
};

struct NewUser {
  User user;  // without id and times
  std::optional<std::string> password;
  bool invite = true;  // without password: by a link
  std::optional<std::string> social_security_number;
  std::optional<BankAccount> bank_account;
};
// 400 naming every fault. `internal`: may say "invite".
Result<NewUser> read_new_user(const json::object& body, const Surroundings& around, bool internal);

struct SensitiveChange {
  bool any = false;
  std::optional<std::string> social_security_number;
  std::optional<BankAccount> bank_account;
};
struct EditedUser {
  User user;
  bool touches_bank_account = false;
  bool touches_personal_number = false;
};
// The merge of `body` into `before`; what it says of sensitive things is merged into `sensitive`.
// 403 where it changes what the actor may not, 400 naming every fault. Pure: may be done again.
Result<EditedUser> read_edit(const User& before, const json::object& body,
                             const Surroundings& around, Sensitive& sensitive);

// The text of customerId in a body: nothing where there is none. 400 where it is no text.
Result<std::optional<CustomerId>> customer_in(const json::object& body);
// Are all its skills' names in the catalogue, as far as they are texts?
bool knows_all_skills(const Catalogue& catalogue, const json::object& body);

struct PushInput {
  std::string endpoint;
  std::string p256dh;
  std::string auth;
};
Result<PushInput> read_push_subscription(const json::object& body);
// An https address with a public host name: no port tricks, no private or local address.
bool is_public_https(std::string_view url);

}  // namespace thenorsound::user
