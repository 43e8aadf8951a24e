// What of a booking reaches its invoice.
#include "services/booking/booking_source.hpp"

#include <gtest/gtest.h>

#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::booking {
namespace {
Booking booking_in(BookingStatus status) {
  Booking booking;
  booking.id = {"book-1"};
  booking.event_id = {"evt-1"};
  booking.event_name = "Malmö Live";
  booking.customer_id = {"cust-buyer"};
  booking.customer_name = "Festivalen AB";
  booking.crew_customer_id = {"cust-seller"};
  booking.crew_customer_name = "Ljudbolaget AB";
  booking.start_time = {1'800'000'000'000};
  booking.end_time = booking.start_time + 4 * hour_ms;
  BookingLine line;
  line.kind = LineKind::Minimum;
  line.text = "Sound, FOH";
  line.quantity = 4;
  line.unit = TimeType::Hour;
  line.unit_price = {50'000};
  line.amount = {200'000};
  line.vat_rate = 0;
  line.vat_reason = "Not registered";
  booking.lines = {line};
  booking.terms.payment_days = 20;
  booking.status = status;
  return booking;
}

TEST(ForInvoice, TakesPartiesSpanLinesAndTerms) {
  const BookingForInvoice out = for_invoice(booking_in(BookingStatus::CONFIRMED));
  EXPECT_EQ(out.id.value, "book-1");
  EXPECT_EQ(out.customer_name, "Festivalen AB");
  EXPECT_EQ(out.crew_customer_id.value, "cust-seller");
  EXPECT_EQ(out.end_time.ms - out.start_time.ms, 4 * hour_ms);
  EXPECT_EQ(out.terms.payment_days, 20);
  EXPECT_FALSE(out.in_house);
  ASSERT_EQ(out.lines.size(), 1U);
  EXPECT_EQ(out.lines.front().kind, "Minimum");
  EXPECT_EQ(out.lines.front().unit, "Hour");
  EXPECT_EQ(out.lines.front().amount, Money{200'000});
  EXPECT_EQ(out.lines.front().vat_reason, "Not registered");
}

TEST(ForInvoice, ReducesTheStatusToWhatInvoicesNeed) {
  EXPECT_EQ(for_invoice(booking_in(BookingStatus::PENDING)).state, BilledBooking::Open);
  EXPECT_EQ(for_invoice(booking_in(BookingStatus::REQUESTED)).state, BilledBooking::Open);
  EXPECT_EQ(for_invoice(booking_in(BookingStatus::CONFIRMED)).state, BilledBooking::Agreed);
  EXPECT_EQ(for_invoice(booking_in(BookingStatus::COMPLETED)).state, BilledBooking::Done);
  EXPECT_EQ(for_invoice(booking_in(BookingStatus::CANCELLED)).state, BilledBooking::Dropped);
}

TEST(BookingSource, FindsWhatIsStoredAndNothingElse) {
  Loops loops(1);
  loops.start();
  SettableClock clock{Time{1'800'000'000'000}};
  store::MemoryStore store;
  Bookings bookings(store, clock, "bookings", "booking");
  ASSERT_TRUE(wait_for(loops, bookings.insert({}, booking_in(BookingStatus::REQUESTED))));
  const BookingSource source = booking_source(bookings);
  EXPECT_EQ(wait_for(loops, source({"book-1"})).value()->event_name, "Malmö Live");
  EXPECT_FALSE(wait_for(loops, source({"book-2"})).value());
  store.down = true;
  EXPECT_EQ(wait_for(loops, source({"book-1"})).error().code, Code::service_unavailable);
  loops.stop();
}
}  // namespace
}  // namespace thenorsound::booking
