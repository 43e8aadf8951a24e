// A sole trader is numbered by its owner's personal number, and so is its VAT number.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace thenorsound {

// "850709-9805", ten digits, a country's letters and a colon before them, or a VAT number of SE
// around them: where it is the number of a company, its third digit is 2 or more.
inline bool holds_personal_number(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool vat = text.starts_with("SE") && !text.starts_with("SE:");
  if (text.size() > 2 && !is_digit(text[0]) && !is_digit(text[1])) {
    text.remove_prefix(2);
    if (text.starts_with(':')) text.remove_prefix(1);
  }
  std::string digits(text);
  std::erase(digits, '-');
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
  return digits.size() == (vat ? 12U : 10U) && digits[2] < '2';
}

inline bool holds_personal_number(const json::value& value) {
  return value.is_string() && holds_personal_number(std::string_view(value.get_string()));
}

}  // namespace thenorsound
