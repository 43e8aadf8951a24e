#include "services/booking/booking_source.hpp"

namespace thenorsound::booking {
namespace {
BilledBooking billed(BookingStatus status) {
  switch (status) {
    case BookingStatus::CONFIRMED:
      return BilledBooking::Agreed;
    case BookingStatus::COMPLETED:
      return BilledBooking::Done;
    case BookingStatus::CANCELLED:
      return BilledBooking::Dropped;
    case BookingStatus::PENDING:
    case BookingStatus::REQUESTED:
      break;
  }
  return BilledBooking::Open;
}

InvoiceLine line_of(const BookingLine& from) {
  InvoiceLine line;
  line.kind = std::string(word_of(from.kind));
  line.text = from.text;
  line.quantity = from.quantity;
  line.unit = std::string(word_of(from.unit));
  line.unit_price = from.unit_price;
  line.amount = from.amount;
  line.vat_rate = from.vat_rate;
  line.vat_reason = from.vat_reason;
  return line;
}

Task<Result<std::optional<BookingForInvoice>>> read_booking(Bookings& bookings, BookingId id) {
  auto found = co_await bookings.get(std::move(id.value));
  if (!found) co_return found.error();
  std::optional<BookingForInvoice> booking;
  if (*found) booking = for_invoice(**found);
  co_return booking;
}
}  // namespace

BookingForInvoice for_invoice(const Booking& booking) {
  BookingForInvoice out;
  out.id = booking.id;
  out.event_id = booking.event_id;
  out.event_name = booking.event_name;
  out.customer_id = booking.customer_id;
  out.customer_name = booking.customer_name;
  out.crew_customer_id = booking.crew_customer_id;
  out.crew_customer_name = booking.crew_customer_name;
  out.in_house = booking.in_house;
  out.state = billed(booking.status);
  out.start_time = booking.start_time;
  out.end_time = booking.end_time;
  for (const BookingLine& line : booking.lines) {
    out.lines.push_back(line_of(line));
    out.lines.back().category = booking.category;
  }
  out.terms = booking.terms;
  return out;
}

BookingSource booking_source(Bookings& bookings) {
  return [&bookings](BookingId id) { return read_booking(bookings, std::move(id)); };
}

}  // namespace thenorsound::booking
