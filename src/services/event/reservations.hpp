// Reservations in an event: each live booking takes one of a slot's capacity, however short.
// Pure; idempotent by booking id; what was released stays released.
#pragma once
#include <unordered_map>

#include "services/event/event.hpp"

namespace thenorsound::event {

struct ReservationRequest {
  BookingId booking_id;  // empty where nothing is to be stored
  UserId crew_id;
  CustomerId crew_customer_id;
  Time start;
  Time end;
  std::optional<SlotId> slot_id;
  std::optional<std::string> category;
  std::optional<std::string> skill;
  std::vector<SkillName> skills;  // the crew member's
  bool may_book_back = false;     // whoever books may do so for Completed events
};

std::int64_t booked(const Event& event, const SlotId& slot);
const Reservation* reservation_of(const Event& event, const BookingId& booking);
SlotTaken taken_by(const Event& event, const Reservation& reservation);

// The slot that the request would get. Errors: validation_error on slotId (names no slot),
// crew_not_qualified, event_slot_unavailable, conflict (the event's status).
Result<SlotTaken> choose_slot(const Event& event, const ReservationRequest& request);
// Change::no where the booking has its place already. Error conflict: it was released.
Result<Change> reserve(Event& event, const ReservationRequest& request, Time now);
// Change::no where it was released before. Never fails.
Change release(Event& event, const BookingId& booking, Time now);

// What the booking service says of a booking.
enum class Standing { live, pending, dead };
// Reservations made at or before `before` that nobody has verified, as booking ids.
std::vector<BookingId> unverified(const Event& event, Time before);
// Live ones are verified, dead ones released, others left.
Change settle(Event& event, const std::unordered_map<std::string, Standing>& standings, Time now);

}  // namespace thenorsound::event
