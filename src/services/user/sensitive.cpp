#include "services/user/sensitive.hpp"

#include <algorithm>

namespace thenorsound::user {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
    const int value = (*it - '0') * (twice ? 2 : 1);
    sum += value / 10 + value % 10;
  }
  return sum % 10 == 0;
}

// Coordination numbers add 60 to the day.
bool is_birth_date(std::string_view year, std::string_view month_and_day) {
  const int day = (month_and_day[2] - '0') * 10 + (month_and_day[3] - '0');
  const int real = day > 60 ? day - 60 : day;
  const std::string text = std::string(year) + "-" + std::string(month_and_day.substr(0, 2)) + "-" +
                           static_cast<char>('0' + real / 10) + static_cast<char>('0' + real % 10);
  // Born before 1970, as far as Day reaches: 28-year steps keep leap years where they are.
  std::string shifted = text;
  const int number = std::stoi(std::string(year));
  if (number < 1970) shifted.replace(0, 4, std::to_string(number + 28 * ((1997 - number) / 28)));
  return day_from_iso(shifted).has_value();
}

}  // namespace

bool is_personal_number(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digits += text[i];
    } else if ((text[i] != '-' && text[i] != '+') || i + 5 != text.size()) {
      return false;
    }
  }
  if (digits.size() != 10 && digits.size() != 12) return false;
  const std::string_view ten = std::string_view(digits).substr(digits.size() - 10);
  if (!passes_luhn(ten)) return false;
  if (digits.size() == 12)
    return digits >= "1800" && digits < "2200" &&
           is_birth_date(std::string_view(digits).substr(0, 4), ten.substr(2, 4));
  const std::string short_year(ten.substr(0, 2));
  return is_birth_date("20" + short_year, ten.substr(2, 4)) ||
         is_birth_date("19" + short_year, ten.substr(2, 4));
}

bool is_clearing_number(std::string_view text) {
  if (text.size() == 6 && text[4] == '-') return all_digits(text.substr(0, 4)) && is_digit(text[5]);
  return (text.size() == 4 || text.size() == 5) && all_digits(text);
}

bool is_account_number(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    if (is_digit(c))
      ++digits;
    else if (c != ' ' && c != '-')
      return false;
  }
  return digits >= 5 && digits <= 12 && text.size() <= 20;
}

void read_personal_number(Fields& in, std::optional<std::string>& into) {
  std::optional<std::string> number = into;
  if (in.text("socialSecurityNumber", number, {.max = 13})) {
    if (!is_personal_number(*number))
      return in.problem("socialSecurityNumber", "must be a Swedish personal number");
  }
  into = std::move(number);
}

void read_bank_account(Fields& in, std::optional<BankAccount>& into) {
  if (in.is_null("bankAccount") && in.mode() == Fields::Mode::merge) into.reset();
  if (!in.has("bankAccount")) return;
  const json::object* given = in.object("bankAccount");
  if (given == nullptr) return;
  BankAccount account;
  Fields fields(*given, in.problems(), Fields::Mode::create, in.path("bankAccount"));
  if (fields.text("clearingNumber", account.clearing_number, {.max = 6}) &&
      !is_clearing_number(account.clearing_number))
    fields.problem("clearingNumber", "must be a clearing number");
  if (fields.text("accountNumber", account.account_number, {.max = 20}) &&
      !is_account_number(account.account_number))
    fields.problem("accountNumber", "must be an account number");
  fields.text("holderName", account.holder_name);
  fields.refuse_unknown();
  into = std::move(account);
}

json::object view_of(const Sensitive& sensitive) {
  json::object out;
  out["id"] = sensitive.id.value;
  out["version"] = sensitive.version;
  if (sensitive.social_security_number)
    out["socialSecurityNumber"] = *sensitive.social_security_number;
  if (sensitive.bank_account) out["bankAccount"] = codec::write(*sensitive.bank_account);
  if (sensitive.created_at.ms != 0) out["createdAt"] = to_iso(sensitive.created_at);
  if (sensitive.updated_at.ms != 0) out["updatedAt"] = to_iso(sensitive.updated_at);
  return out;
}

}  // namespace thenorsound::user
