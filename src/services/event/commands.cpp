#include "services/event/commands.hpp"

#include "services/event/views.hpp"

namespace thenorsound::event {
namespace {

Error no_event() { return not_found("event"); }

// 404 for what never was reads as for what has been deleted.
template <class T>
Result<T> named(Result<T> outcome) {
  if (!outcome && outcome.error().reason == "absent") return no_event();
  return outcome;
}

Result<void> check_version(const Event& event, const ExpectedVersion& expected) {
  if (!expected || *expected == event.version) return {};
  return make_error(Code::precondition_failed, "The event has been changed in the meantime.");
}

void tell(store::Outgoing& out, std::string type, const Event& event,
          const std::vector<BookingId>& affected) {
  out.add(std::move(type), message_data(event, affected));
}

}  // namespace

Task<Result<Event>> create_event(Desk& desk, Trace trace, Event event) {
  store::Outgoing out;
  tell(out, "event.created", event, {});
  const std::string id = event.id.value;
  auto made = co_await desk.events.insert(std::move(trace), std::move(event), std::move(out));
  if (made || made.error().reason != "exists") co_return made;
  auto there = co_await desk.events.get(id);
  if (!there) co_return there.error();
  if (!*there) co_return no_event();
  co_return std::move(**there);
}

Task<Result<Event>> change_event(Desk& desk, Trace trace, std::string id, BodyPtr body,
                                 ExpectedVersion expected) {
  auto catalogue = co_await desk.catalogue.knowing(trace, skills_in(*body));
  if (!catalogue) co_return catalogue.error();
  auto change = [body, expected, catalogue = *catalogue, now = desk.clock.now()](
                    Event& event, store::Outgoing& out) -> Result<Change> {
    if (event.deleted_at) return no_event();
    const auto current = check_version(event, expected);
    auto wanted = decode_changes(event, *body, *catalogue, !current, now);
    if (!wanted) return wanted.error();
    // Bookings in the way are the better answer, where there are any.
    if (!wanted->misplaced.empty() && displaced(event, wanted->facts).empty())
      return invalid_fields(wanted->misplaced);
    if (!current) return current.error();
    const Event before = event;
    const auto outcome = change_facts(event, std::move(wanted->facts), now);
    if (outcome && *outcome == Change::yes)
      tell(out, "event.updated", event, affected_bookings(before, event));
    return outcome;
  };
  auto done = co_await desk.events.modify(std::move(trace), std::move(id), std::move(change));
  co_return named(std::move(done));
}

Task<Result<Event>> change_event_status(Desk& desk, Trace trace, std::string id,
                                        StatusChange wanted, ExpectedVersion expected) {
  auto change = [wanted, expected, now = desk.clock.now()](Event& event,
                                                           store::Outgoing& out) -> Result<Change> {
    if (event.deleted_at) return no_event();
    if (const auto current = check_version(event, expected); !current) return current.error();
    const Event before = event;
    const auto outcome = change_status(event, wanted.status, wanted.reason, now);
    if (outcome && *outcome == Change::yes)
      tell(out, "event.updated", event, affected_bookings(before, event));
    return outcome;
  };
  auto done = co_await desk.events.modify(std::move(trace), std::move(id), std::move(change));
  co_return named(std::move(done));
}

Task<Result<void>> remove_event(Desk& desk, Trace trace, std::string id, ExpectedVersion expected) {
  auto change = [expected, now = desk.clock.now()](Event& event,
                                                   store::Outgoing& out) -> Result<Change> {
    if (event.deleted_at) return no_event();
    if (const auto current = check_version(event, expected); !current) return current.error();
    const auto outcome = delete_event(event, now);
    if (outcome) tell(out, "event.deleted", event, {});
    return outcome;
  };
  auto done = co_await desk.events.modify(std::move(trace), std::move(id), std::move(change));
  auto outcome = named(std::move(done));
  if (!outcome) co_return outcome.error();
  co_return Result<void>();
}

Task<Result<SlotTaken>> reserve_slot(Desk& desk, Trace trace, std::string id,
                                     ReservationRequest request) {
  const BookingId booking = request.booking_id;
  auto change = [request = std::move(request), now = desk.clock.now()](
                    Event& event, store::Outgoing&) -> Result<Change> {
    if (event.deleted_at) return no_event();
    return reserve(event, request, now);
  };
  auto done = co_await desk.events.modify(std::move(trace), std::move(id), std::move(change));
  auto after = named(std::move(done));
  if (!after) co_return after.error();
  co_return taken_by(*after, *reservation_of(*after, booking));
}

Task<Result<void>> release_slot(Desk& desk, Trace trace, std::string id, BookingId booking) {
  auto change = [booking = std::move(booking), now = desk.clock.now()](
                    Event& event, store::Outgoing&) -> Result<Change> {
    return release(event, booking, now);
  };
  const auto done = co_await desk.events.modify(std::move(trace), std::move(id), std::move(change));
  if (!done && done.error().reason != "absent") co_return done.error();
  co_return Result<void>();
}

}  // namespace thenorsound::event
