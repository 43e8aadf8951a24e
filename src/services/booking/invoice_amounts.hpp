// What Swedish law and the banks' rules say about an invoice's numbers. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/booking/invoice_source.hpp"

namespace thenorsound::booking {

// One rate's share. Mervärdesskattelagen 17 kap.: base, rate and tax per rate; where none is
// charged, why not.
struct VatTotal {
  std::int64_t rate = 0;
  Money base;
  Money amount;
  std::optional<std::string> reason;
  bool operator==(const VatTotal&) const = default;
};
BOOST_DESCRIBE_STRUCT(VatTotal, (), (rate, base, amount, reason))

// Highest rate first. Bases are summed, then the tax is rounded half up to the öre, once per rate.
std::vector<VatTotal> vat_totals(const std::vector<InvoiceLine>& lines);

// The Stockholm day on which the last minute before `supply_to` lies.
Day last_day_of_work(Time supply_to);
// `payment_days` after the issue, or (DueFrom::Work) after the later of it and the last day of
// work.
Day due_date(const Terms& terms, Day issued, Time supply_to);

// "ACME-000042"; more digits from a million on.
std::string invoice_number(std::string_view prefix, std::int64_t number);

// A payment reference of 2 to 25 digits: the prefix (letters as two digits, A = 01), the number,
// the length's last digit, and a check digit (modulus 10, Bankgirot's OCR level 4).
std::string ocr(std::string_view prefix, std::int64_t number);
bool is_ocr(std::string_view digits);

}  // namespace thenorsound::booking
