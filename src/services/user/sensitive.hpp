// What of a person is kept apart from everything else: personal number and bank account.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/fields.hpp"

namespace thenorsound::user {

struct BankAccount {
  std::string clearing_number;
  std::string account_number;
  std::string holder_name;
};
BOOST_DESCRIBE_STRUCT(BankAccount, (), (clearing_number, account_number, holder_name))

struct Sensitive {
  UserId id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;
  std::optional<std::string> social_security_number;
  std::optional<BankAccount> bank_account;
  std::string document_id() const { return id.value; }
};
BOOST_DESCRIBE_STRUCT(Sensitive, (),
                      (id, version, created_at, updated_at, social_security_number, bank_account))

// A Swedish personal or coordination number, with or without century and separator: a date that
// there is, and the check digit (Luhn over the last ten).
bool is_personal_number(std::string_view text);
bool is_clearing_number(std::string_view text);  // four digits, or five ("8327-9")
bool is_account_number(std::string_view text);   // up to twelve digits, spaces and hyphens between

void read_personal_number(Fields& in, std::optional<std::string>& into);
void read_bank_account(Fields& in, std::optional<BankAccount>& into);

json::object view_of(const Sensitive& sensitive);

}  // namespace thenorsound::user
