#include "services/booking/invoice_amounts.hpp"

#include <algorithm>
#include <cstdio>

namespace thenorsound::booking {
namespace {
constexpr std::size_t max_ocr_digits = 25;

std::string six_digits(std::int64_t number) {
  char text[24];
  std::snprintf(text, sizeof text, "%06lld", static_cast<long long>(number));
  return text;
}

// Luhn: from the right, every second digit doubled, digit sums added up.
char check_digit(std::string_view digits) {
  int sum = 0;
  bool doubled = true;
  for (std::size_t i = digits.size(); i-- > 0; doubled = !doubled) {
    const int digit = (digits[i] - '0') * (doubled ? 2 : 1);
    sum += digit / 10 + digit % 10;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

char length_digit(std::size_t length) { return static_cast<char>('0' + length % 10); }

// Anything but A-Z and digits (Å, a hyphen) says nothing here: the number alone is unique.
std::string digits_of(std::string_view prefix) {
  std::string out;
  for (const char c : prefix) {
    if (c >= '0' && c <= '9') out += c;
    const int letter = c >= 'A' && c <= 'Z' ? c - 'A' + 1 : c >= 'a' && c <= 'z' ? c - 'a' + 1 : 0;
    if (letter == 0) continue;
    out += static_cast<char>('0' + letter / 10);
    out += static_cast<char>('0' + letter % 10);
  }
  return out;
}
}  // namespace

std::vector<VatTotal> vat_totals(const std::vector<InvoiceLine>& lines) {
  std::vector<VatTotal> totals;
  for (const InvoiceLine& line : lines) {
    const auto same = [&](const VatTotal& total) {
      return total.rate == line.vat_rate && (total.rate != 0 || total.reason == line.vat_reason);
    };
    auto found = std::find_if(totals.begin(), totals.end(), same);
    if (found == totals.end())
      found = totals.insert(totals.end(), VatTotal{line.vat_rate, {}, {}, line.vat_reason});
    found->base += line.amount;
  }
  std::stable_sort(totals.begin(), totals.end(),
                   [](const VatTotal& a, const VatTotal& b) { return a.rate > b.rate; });
  for (VatTotal& total : totals) total.amount = multiply_divide(total.base, total.rate, 100);
  return totals;
}

Day last_day_of_work(Time supply_to) { return stockholm_day(supply_to - 1); }

Day due_date(const Terms& terms, Day issued, Time supply_to) {
  Day from = issued;
  if (terms.due_from == DueFrom::Work) from = std::max(from, last_day_of_work(supply_to));
  return {from.days + static_cast<std::int32_t>(terms.payment_days)};
}

std::string invoice_number(std::string_view prefix, std::int64_t number) {
  return std::string(prefix) + "-" + six_digits(number);
}

std::string ocr(std::string_view prefix, std::int64_t number) {
  const std::string tail = six_digits(number);
  std::string digits = digits_of(prefix).substr(0, max_ocr_digits - 2 - tail.size()) + tail;
  digits += length_digit(digits.size() + 2);
  digits += check_digit(digits);
  return digits;
}

bool is_ocr(std::string_view digits) {
  if (digits.size() < 2 || digits.size() > max_ocr_digits ||
      digits.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  return digits[digits.size() - 2] == length_digit(digits.size()) &&
         digits.back() == check_digit(digits.substr(0, digits.size() - 1));
}

}  // namespace thenorsound::booking
