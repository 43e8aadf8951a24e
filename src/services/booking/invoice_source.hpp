// What invoices need to know of a booking, and the one way in which they ask for it: whoever owns
// the bookings hands in a BookingSource.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "contracts/customer_profile.hpp"

namespace thenorsound::booking {

struct InvoiceLine {
  std::string kind = "Work";  // Work, Minimum
  std::string text;
  double quantity = 0;
  std::string unit;
  Money unit_price;
  Money amount;                // without VAT
  std::int64_t vat_rate = 25;  // percent
  std::optional<std::string> vat_reason;
  BookingId booking_id;
  std::string category;  // by which VAT is charged
};
BOOST_DESCRIBE_STRUCT(InvoiceLine, (),
                      (kind, text, quantity, unit, unit_price, amount, vat_rate, vat_reason,
                       booking_id, category))

enum class BilledBooking { Open, Agreed, Done, Dropped };  // requested, confirmed, completed, over

struct BookingForInvoice {
  BookingId id;
  EventId event_id;
  std::string event_name;
  CustomerId customer_id;  // the organiser, who buys
  std::string customer_name;
  CustomerId crew_customer_id;  // the crew company, which sells
  std::string crew_customer_name;
  bool in_house = false;  // no invoice
  BilledBooking state = BilledBooking::Open;
  Time start_time;
  Time end_time;
  std::vector<InvoiceLine> lines;
  Terms terms;
};

// Nothing where there is no such booking.
using BookingSource = std::function<Task<Result<std::optional<BookingForInvoice>>>(BookingId)>;

}  // namespace thenorsound::booking
