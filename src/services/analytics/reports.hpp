// The reports: figures by day, week or month, computed from rows. Pure.
#pragma once
#include <set>
#include <vector>

#include "services/analytics/repository.hpp"

namespace thenorsound::analytics {

enum class By { day, week, month };
BOOST_DESCRIBE_ENUM(By, day, week, month)

struct Span {
  Day from;
  Day to;  // the last day, included
};
struct Period {
  std::string label;  // "2027-02-01", "2027-W05" (ISO 8601), "2027-02"
  Day from;
  Day to;           // included; cut to the span asked for
  Time begin, end;  // the same as instants, `end` excluded
};
std::vector<Period> periods_of(Span span, By by);
Period whole(Span span);

// What the event service says of a slot.
struct SlotFill {
  Time start_time;
  std::int64_t capacity = 0;
  std::int64_t booked = 0;
};

struct Rows {
  std::vector<BookingRow> bookings;  // that start in the span, or were requested in it
  std::vector<InvoiceRow> invoices;  // issued, paid or credited in it
  std::map<std::string, Money> net;  // of bookings, for invoices without VAT
  std::vector<SlotFill> slots;       // of events in it; empty where the reader may not know
};

// Bookings by the day their work starts, invoices by the day of what became of them.
json::array booking_items(const Rows& rows, const std::vector<Period>& periods, Time now);
json::object booking_totals(const Rows& rows, Span span, Time now);

// Bookings by the day they were requested, each period beside the one before it.
json::array trend_items(const Rows& rows, const std::vector<Period>& periods);

struct CrewFacts {
  std::string id;
  std::string customer_id;
  std::string name;
  std::vector<BookingRow> bookings;  // that overlap the span
  std::set<Day> marked;              // unavailable
};
// Booked hours by hours available: 8 for each weekday that is not marked.
json::array utilisation_items(const CrewFacts& crew, const std::vector<Period>& periods);

// RFC 4180, with a header line. Texts that a spreadsheet would run are made harmless.
std::string to_csv(const std::vector<std::string>& columns, const json::array& items);
std::vector<std::string> booking_columns();
std::vector<std::string> trend_columns();
std::vector<std::string> utilisation_columns();

}  // namespace thenorsound::analytics
