// An invoice as the API and the bus show it.
#pragma once
#include "base/json.hpp"
#include "services/booking/invoice.hpp"

namespace thenorsound::booking {

// Status is that of `today` (a Stockholm day).
json::object invoice_view(const Invoice& invoice, Day today);
// A message's data: ids, days, amounts and codes only.
json::object invoice_message(const Invoice& invoice, Day today);

}  // namespace thenorsound::booking
