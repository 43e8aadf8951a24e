// The saga that makes a booking: event service, user service, customer service, commit.
#pragma once
#include "services/booking/neighbours.hpp"
#include "services/booking/pricing.hpp"
#include "services/booking/repository.hpp"
#include "services/booking/settings.hpp"

namespace thenorsound::booking {

// What commands, the saga and the sweepers work with. All of it outlives them.
struct BookingContext {
  Bookings& bookings;
  Neighbours& neighbours;
  const Clock& clock;
  const BookingSettings& settings;
};

// Somebody's wish, with what it names already found.
struct BookingOrder {
  Actor actor;
  EventProfile event;
  UserProfile crew;
  Company crew_company;
  Time start;
  Time end;
  std::optional<std::string> slot_id;
  std::optional<std::string> category;
  std::optional<std::string> skill;
  std::optional<TimeType> time_type;
  std::optional<std::string> notes;
  std::optional<Time> answer_by;
  bool auto_confirm = false;
  std::optional<Money> expected_total;

  bool in_house() const { return crew.customer_id == event.customer_id; }
};
PlaceInEvent place_in_event(const BookingOrder& order);
PriceQuestion price_question(const BookingOrder& order, const SlotTaken& slot);

// The booking, REQUESTED or CONFIRMED; the same one where `id` was placed before. Errors: the one
// of the step that failed, everything undone (or left to the sweeper); service_unavailable where
// the saga was lost, with reason start-afresh where `id` is used up. An order at another price
// than expected: conflict with the quote in `extra`.
Task<Result<Booking>> place_booking(BookingContext& context, Trace trace, BookingId id,
                                    BookingOrder order);

// Undoes a saga that nobody finished. The lease must be had (take_over).
Task<void> undo_request(BookingContext& context, Trace trace, Booking booking);

}  // namespace thenorsound::booking
