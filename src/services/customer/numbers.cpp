#include "services/customer/numbers.hpp"

#include <algorithm>

namespace thenorsound::customer {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
int digit(char c) { return c - '0'; }

bool only_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

int two_digits(std::string_view text, std::size_t at) {
  return digit(text[at]) * 10 + digit(text[at + 1]);
}

std::string without(std::string_view text, std::string_view marks) {
  std::string rest;
  for (const char c : text)
    if (marks.find(c) == std::string_view::npos) rest += c;
  return rest;
}

// Ten digits. A day above 60 is a co-ordination number's.
bool has_birth_date(std::string_view digits) {
  const int month = two_digits(digits, 2);
  const int day = two_digits(digits, 4);
  return month >= 1 && month <= 12 && ((day >= 1 && day <= 31) || (day >= 61 && day <= 91));
}

constexpr std::string_view countries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW";

}  // namespace

bool has_check_digit(std::string_view digits) {
  if (!only_digits(digits)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int value = digit(digits[digits.size() - 1 - i]);
    if (i % 2 == 1) value *= 2;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

std::optional<std::string> swedish_org_number(std::string_view text) {
  std::string digits(text);
  if (digits.size() == 11 && digits[6] == '-') digits.erase(6, 1);
  if (digits.size() != 10 || !has_check_digit(digits)) return {};
  if (digits[2] < '2' && !has_birth_date(digits)) return {};
  return digits.insert(6, 1, '-');
}

bool is_swedish_vat_number(std::string_view text) {
  return text.size() == 14 && text.starts_with("SE") && text.ends_with("01") &&
         only_digits(text.substr(2));
}

std::optional<std::string> swedish_zip_code(std::string_view text) {
  std::string digits(text);
  if (digits.size() == 6 && digits[3] == ' ') digits.erase(3, 1);
  if (digits.size() != 5 || !only_digits(digits)) return {};
  return digits.insert(3, 1, ' ');
}

bool is_bankgiro(std::string_view text) {
  std::string digits(text);
  const std::size_t hyphen = digits.find('-');
  if (hyphen != std::string::npos) {
    if (hyphen + 5 != digits.size()) return false;
    digits.erase(hyphen, 1);
  }
  return (digits.size() == 7 || digits.size() == 8) && has_check_digit(digits);
}

bool is_plusgiro(std::string_view text) {
  const std::size_t hyphen = text.find('-');
  if (hyphen != std::string_view::npos && hyphen + 2 != text.size()) return false;
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return false;
  const std::string digits = without(text, " -");
  return digits.size() >= 2 && digits.size() <= 8 && has_check_digit(digits);
}

bool is_iban(std::string_view text) {
  const std::string iban = without(text, " ");
  if (iban.size() < 15 || iban.size() > 34 || !is_upper(iban[0]) || !is_upper(iban[1]) ||
      !is_digit(iban[2]) || !is_digit(iban[3]))
    return false;
  if (iban.starts_with("SE") && (iban.size() != 24 || !only_digits(iban.substr(2)))) return false;
  int rest = 0;
  for (const char c : iban.substr(4) + iban.substr(0, 4)) {
    if (is_digit(c))
      rest = (rest * 10 + digit(c)) % 97;
    else if (is_upper(c))
      rest = (rest * 100 + (c - 'A' + 10)) % 97;
    else
      return false;
  }
  return rest == 1;
}

bool is_bic(std::string_view text) {
  if (text.size() != 8 && text.size() != 11) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!is_upper(text[i]) && (i < 6 || !is_digit(text[i]))) return false;
  return true;
}

bool is_country(std::string_view text) {
  if (text.size() != 2 || !is_upper(text[0]) || !is_upper(text[1])) return false;
  for (std::size_t at = 0; at < countries.size(); at += 3)
    if (countries.substr(at, 2) == text) return true;
  return false;
}

}  // namespace thenorsound::customer
