// What people do with bookings. A request is placed by place_booking.hpp.
#pragma once
#include "services/booking/place_booking.hpp"

namespace thenorsound::booking {

// If-Match, where it was sent.
using Expected = std::optional<std::int64_t>;

// Each answers with the booking as it now is. Errors: precondition_failed, conflict.
Task<Result<Booking>> confirm_booking(BookingContext& context, Trace trace, BookingId id,
                                      Actor actor, Expected expected);
Task<Result<Booking>> complete_booking(BookingContext& context, Trace trace, BookingId id,
                                       Actor actor, Expected expected);
// These free both reservations before they answer; where a service is down, a sweeper does later.
Task<Result<Booking>> decline_booking(BookingContext& context, Trace trace, BookingId id,
                                      Actor actor, std::string reason, Expected expected);
Task<Result<Booking>> cancel_booking(BookingContext& context, Trace trace, BookingId id,
                                     Actor actor, std::string reason, Expected expected);

// A price for an order, with what stands in its way; stores nothing.
struct Obstacle {
  std::string code;
  std::string message;
};
struct Offer {
  Quote quote;
  std::vector<Obstacle> conflicts;
};
Task<Result<Offer>> make_offer(BookingContext& context, Trace trace, BookingOrder order);

// --- Without anybody asking ---
// Cancels what is live of a cancelled event. Error service_unavailable while sagas for it run.
Task<Result<void>> cancel_event_bookings(BookingContext& context, Trace trace, EventId event);
// Frees what a cancelled booking still holds.
Task<void> release_reservations(BookingContext& context, Trace trace, Booking booking);
// One round each of the sweepers.
Task<void> expire_requests(BookingContext& context);
Task<void> recover_sagas(BookingContext& context);
Task<void> release_leftovers(BookingContext& context);

}  // namespace thenorsound::booking
