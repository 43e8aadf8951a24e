// Everything that changes events.
#pragma once
#include "services/event/desk.hpp"
#include "services/event/wire.hpp"

namespace thenorsound::event {

using BodyPtr = std::shared_ptr<const json::object>;
// The version that If-Match names (a number no version has, where it can't match); nothing where
// any will do.
using ExpectedVersion = std::optional<std::int64_t>;

// Publishes event.created. An event whose id is there already is what a first attempt made.
Task<Result<Event>> create_event(Desk& desk, Trace trace, Event event);
// PUT: merges `body` with the latest state. event.updated with the bookings that it concerns.
// Errors: not_found, validation_error, precondition_failed, conflict.
Task<Result<Event>> change_event(Desk& desk, Trace trace, std::string id, BodyPtr body,
                                 ExpectedVersion expected);
Task<Result<Event>> change_event_status(Desk& desk, Trace trace, std::string id,
                                        StatusChange wanted, ExpectedVersion expected);
// Publishes event.deleted. Error 409 where there are live reservations, seen in the same write.
Task<Result<void>> remove_event(Desk& desk, Trace trace, std::string id, ExpectedVersion expected);

// Idempotent by booking id.
Task<Result<SlotTaken>> reserve_slot(Desk& desk, Trace trace, std::string id,
                                     ReservationRequest request);
// No error for what never was; a later reserve of the booking is refused.
Task<Result<void>> release_slot(Desk& desk, Trace trace, std::string id, BookingId booking);

// Asks the booking service for reservations that nobody has verified for a while; releases those
// that no live booking holds. One round.
Task<void> reconcile_reservations(Desk& desk);

}  // namespace thenorsound::event
