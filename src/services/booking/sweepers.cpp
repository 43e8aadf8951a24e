// What happens to bookings without anybody asking: expiry, unfinished sagas, reservations still
// to be freed, cancelled events.
#include "base/metrics.hpp"
#include "services/booking/commands.hpp"
#include "services/booking/views.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::size_t most_at_once = 200;  // bookings a round
constexpr std::int64_t retry_release_ms = 10 * second_ms;

store::Condition condition(std::string field, store::Op op, json::value value) {
  return store::Condition{std::move(field), op, std::move(value)};
}
json::value word(BookingStatus status) { return json::value(json::string(word_of(status))); }

Task<Result<std::vector<Booking>>> overdue(BookingContext& context, BookingStatus status,
                                           std::string field) {
  store::Query query;
  query.where.push_back(condition("status", store::Op::eq, word(status)));
  query.where.push_back(condition(field, store::Op::le, context.clock.now().ms));
  query.order_by = std::move(field);
  query.limit = most_at_once;
  return context.bookings.find(std::move(query));
}

Task<Result<std::vector<Booking>>> of_event(BookingContext& context, const EventId& event,
                                            BookingStatus status) {
  store::Query query;
  query.where.push_back(condition("eventId", store::Op::eq, json::string(event.value)));
  query.where.push_back(condition("status", store::Op::eq, word(status)));
  query.limit = most_at_once;
  return context.bookings.find(std::move(query));
}

// Cancels by `transition` and frees; nothing where the booking went another way meanwhile.
template <class Transition>
Task<Result<void>> cancel_and_release(BookingContext& context, Trace trace, BookingId id,
                                      Transition transition) {
  auto change = [transition](Booking& booking, store::Outgoing& out) -> Result<store::Change> {
    const Result<Changed> changed = transition(booking);
    if (!changed) return changed.error();
    if (*changed == Changed::no) return store::Change::no;
    out.add("booking.cancelled", message_data(booking));
    return store::Change::yes;
  };
  Result<Booking> after =
      co_await context.bookings.modify(trace, std::move(id.value), std::move(change));
  if (!after) co_return after.error();
  if (after->release_due)
    co_await release_reservations(context, std::move(trace), std::move(*after));
  co_return Result<void>{};
}

// All live ones of one state; they leave it, so each round finds others.
Task<Result<void>> cancel_all(BookingContext& context, Trace trace, EventId event,
                              BookingStatus status) {
  for (;;) {
    const Result<std::vector<Booking>> found = co_await of_event(context, event, status);
    if (!found) co_return found.error();
    for (const Booking& booking : *found) {
      auto transition = [now = context.clock.now()](Booking& current) {
        return cancel_with_event(current, now);
      };
      const Result<void> done =
          co_await cancel_and_release(context, trace, booking.id, std::move(transition));
      if (!done) co_return done;
    }
    if (found->size() < most_at_once) co_return Result<void>{};
  }
}

void log_round(std::string_view what, const Error& error) {
  log_warning("a round of booking upkeep failed", {{"round", what}, {"reason", error.reason}});
}
}  // namespace

Task<Result<void>> cancel_event_bookings(BookingContext& context, Trace trace, EventId event) {
  // Sagas first: one that commits after this look is found as REQUESTED or CONFIRMED below.
  const Result<std::vector<Booking>> pending =
      co_await of_event(context, event, BookingStatus::PENDING);
  if (!pending) co_return pending.error();
  const Result<void> requested =
      co_await cancel_all(context, trace, event, BookingStatus::REQUESTED);
  if (!requested) co_return requested;
  const Result<void> confirmed =
      co_await cancel_all(context, trace, event, BookingStatus::CONFIRMED);
  if (!confirmed) co_return confirmed;
  if (!pending->empty()) co_return unavailable("bookings of the event are being placed");
  co_return Result<void>{};
}

Task<void> release_reservations(BookingContext& context, Trace trace, Booking booking) {
  const Result<void> crew =
      co_await context.neighbours.release_crew(trace, booking.crew_id, booking.id);
  const Result<void> slot =
      co_await context.neighbours.release_slot(trace, booking.event_id, booking.id);
  std::optional<Time> next;
  if (!crew || !slot) {
    next = context.clock.now() + retry_release_ms;
    log_warning("reservations are freed later",
                {{"bookingId", booking.id.value},
                 {"reason", !crew ? crew.error().reason : slot.error().reason}});
  }
  auto change = [next](Booking& current, store::Outgoing&) -> Result<store::Change> {
    if (!current.release_due) return store::Change::no;
    current.release_due = next;
    return store::Change::yes;
  };
  const Result<Booking> noted =
      co_await context.bookings.modify(std::move(trace), booking.id.value, std::move(change));
  if (!noted) log_round("release", noted.error());
}

Task<void> expire_requests(BookingContext& context) {
  const Result<std::vector<Booking>> found =
      co_await overdue(context, BookingStatus::REQUESTED, "expiresAt");
  if (!found) co_return log_round("expire", found.error());
  for (const Booking& booking : *found) {
    auto transition = [now = context.clock.now()](Booking& current) {
      return expire(current, now);
    };
    const Result<void> done =
        co_await cancel_and_release(context, new_trace(), booking.id, std::move(transition));
    if (!done) co_return log_round("expire", done.error());
  }
}

Task<void> recover_sagas(BookingContext& context) {
  const Result<std::vector<Booking>> found =
      co_await overdue(context, BookingStatus::PENDING, "leaseUntil");
  if (!found) co_return log_round("recover", found.error());
  for (const Booking& booking : *found) {
    const Time now = context.clock.now();
    auto change = [now, until = now + context.settings.lease.count()](
                      Booking& current, store::Outgoing&) -> Result<store::Change> {
      const Result<Changed> taken = take_over(current, now, until);
      if (!taken) return taken.error();
      return store::Change::yes;
    };
    const Trace trace = new_trace();
    Result<Booking> mine =
        co_await context.bookings.modify(trace, booking.id.value, std::move(change));
    if (mine) co_await undo_request(context, trace, std::move(*mine));
  }
  gauge("thenorsound_booking_sagas_unfinished", "Booking sagas that a sweeper found unfinished.")
      .set(static_cast<double>(found->size()));
}

Task<void> release_leftovers(BookingContext& context) {
  store::Query query;
  query.where.push_back(condition("releaseDue", store::Op::le, context.clock.now().ms));
  query.order_by = "releaseDue";
  query.limit = most_at_once;
  const Result<std::vector<Booking>> found = co_await context.bookings.find(std::move(query));
  if (!found) co_return log_round("release", found.error());
  for (const Booking& booking : *found)
    co_await release_reservations(context, new_trace(), booking);
}

}  // namespace thenorsound::booking
