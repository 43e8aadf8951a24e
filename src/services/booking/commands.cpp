#include "services/booking/commands.hpp"

#include "services/booking/views.hpp"

namespace thenorsound::booking {
namespace {

Result<void> check_version(const Booking& booking, Expected expected) {
  if (!expected || *expected == booking.version) return {};
  return make_error(Code::precondition_failed, "The booking has been changed meanwhile.");
}

// Applies `transition(Booking&)` and says `message` where it changed anything.
template <class Transition>
Task<Result<Booking>> apply(BookingContext& context, Trace trace, BookingId id, Expected expected,
                            std::string message, Transition transition) {
  auto change = [expected, message = std::move(message), transition = std::move(transition)](
                    Booking& booking, store::Outgoing& out) -> Result<store::Change> {
    if (const Result<void> current = check_version(booking, expected); !current)
      return current.error();
    const Result<Changed> changed = transition(booking);
    if (!changed) return changed.error();
    if (*changed == Changed::no) return store::Change::no;
    out.add(message, message_data(booking));
    return store::Change::yes;
  };
  return context.bookings.modify(std::move(trace), std::move(id.value), std::move(change));
}

template <class Transition>
Task<Result<Booking>> apply_and_release(BookingContext& context, Trace trace, BookingId id,
                                        Expected expected, Transition transition) {
  std::string message = "booking.cancelled";
  Result<Booking> cancelled = co_await apply(context, trace, std::move(id), expected,
                                             std::move(message), std::move(transition));
  if (!cancelled) co_return cancelled;
  if (cancelled->release_due) co_await release_reservations(context, std::move(trace), *cancelled);
  co_return cancelled;
}

std::optional<Obstacle> as_obstacle(const Error& error) {
  switch (error.code) {
    case Code::conflict:
    case Code::event_slot_unavailable:
    case Code::crew_not_qualified:
    case Code::crew_unavailable:
      return Obstacle{std::string(code_name(error.code)), error.message};
    default:
      return {};
  }
}
}  // namespace

Task<Result<Booking>> confirm_booking(BookingContext& context, Trace trace, BookingId id,
                                      Actor actor, Expected expected) {
  auto transition = [actor = std::move(actor), now = context.clock.now()](Booking& booking) {
    return confirm(booking, actor, now);
  };
  return apply(context, std::move(trace), std::move(id), expected, "booking.confirmed",
               std::move(transition));
}

Task<Result<Booking>> complete_booking(BookingContext& context, Trace trace, BookingId id,
                                       Actor actor, Expected expected) {
  auto transition = [actor = std::move(actor), now = context.clock.now()](Booking& booking) {
    return complete(booking, actor, now);
  };
  return apply(context, std::move(trace), std::move(id), expected, "booking.completed",
               std::move(transition));
}

Task<Result<Booking>> decline_booking(BookingContext& context, Trace trace, BookingId id,
                                      Actor actor, std::string reason, Expected expected) {
  auto transition = [actor = std::move(actor), reason = std::move(reason),
                     now = context.clock.now()](Booking& booking) {
    return decline(booking, actor, reason, now);
  };
  return apply_and_release(context, std::move(trace), std::move(id), expected,
                           std::move(transition));
}

Task<Result<Booking>> cancel_booking(BookingContext& context, Trace trace, BookingId id,
                                     Actor actor, std::string reason, Expected expected) {
  auto transition = [actor = std::move(actor), reason = std::move(reason),
                     now = context.clock.now()](Booking& booking) {
    return cancel(booking, actor, reason, now);
  };
  return apply_and_release(context, std::move(trace), std::move(id), expected,
                           std::move(transition));
}

Task<Result<Offer>> make_offer(BookingContext& context, Trace trace, BookingOrder order) {
  Offer offer;
  SlotTaken slot;
  PlaceInEvent place = place_in_event(order);
  Result<SlotTaken> found = co_await context.neighbours.check_slot(trace, std::move(place));
  if (found) {
    slot = std::move(*found);
  } else {
    auto obstacle = as_obstacle(found.error());
    if (!obstacle) co_return found.error();
    offer.conflicts.push_back(std::move(*obstacle));
  }
  const Result<bool> busy =
      co_await context.neighbours.is_crew_busy(trace, order.crew.id, order.start, order.end);
  if (!busy) co_return busy.error();
  if (*busy)
    offer.conflicts.push_back(
        Obstacle{"CREW_UNAVAILABLE", "The crew member is not available at that time."});
  const Result<PricingBasis> basis = co_await context.neighbours.pricing_basis(
      std::move(trace), order.event.customer_id, order.crew.customer_id);
  if (!basis) co_return basis.error();
  Result<Quote> priced = quote(price_question(order, slot), *basis);
  if (!priced) co_return priced.error();
  offer.quote = std::move(*priced);
  co_return offer;
}

}  // namespace thenorsound::booking
