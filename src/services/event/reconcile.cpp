#include "base/log.hpp"
#include "services/event/commands.hpp"

namespace thenorsound::event {
namespace {

constexpr std::size_t events_per_page = 100;
constexpr std::size_t max_pages = 20;

using Standings = std::unordered_map<std::string, Standing>;

Standing standing_of(std::string_view status) {
  if (status == "PENDING") return Standing::pending;
  return status == "CANCELLED" ? Standing::dead : Standing::live;
}

// Nothing where the booking service gives no answer: then nothing is released.
Task<std::optional<Standings>> ask_for(Desk& desk, Trace trace, std::vector<BookingId> bookings) {
  json::object body;
  body["ids"] = codec::write(bookings);
  auto answer = co_await desk.bookings.send(trace, http::Method::post, "/internal/bookings/states",
                                            std::move(body));
  if (!answer) {
    log_warning("reservations not verified", {{"reason", answer.error().reason}});
    co_return std::nullopt;
  }
  const json::object& states = answer->as_object().at("states").as_object();
  Standings standings;
  for (const BookingId& booking : bookings) {
    const json::value* state = states.if_contains(booking.value);
    standings[booking.value] =
        state == nullptr ? Standing::dead : standing_of(std::string_view(state->as_string()));
  }
  co_return standings;
}

Task<bool> reconcile_event(Desk& desk, Event event, Time now) {
  std::vector<BookingId> doubtful = unverified(event, now - desk.settings.reconcile_after_ms);
  if (doubtful.empty()) co_return true;
  const Trace trace = new_trace();
  auto standings = co_await ask_for(desk, trace, std::move(doubtful));
  if (!standings) co_return false;
  auto change = [standings = *standings, now](Event& latest, store::Outgoing&) -> Result<Change> {
    return settle(latest, standings, now);
  };
  const auto done = co_await desk.events.modify(trace, event.id.value, std::move(change));
  if (!done) co_return false;
  for (const auto& [booking, standing] : *standings)
    if (standing == Standing::dead)
      log_warning("reservation without a live booking released",
                  {{"eventId", event.id.value}, {"bookingId", booking}});
  co_return true;
}

}  // namespace

Task<void> reconcile_reservations(Desk& desk) {
  const Time now = desk.clock.now();
  std::size_t left = 0;  // events still in doubt are passed over
  for (std::size_t page = 0; page < max_pages; ++page) {
    store::Query query;
    const std::int64_t latest = now.ms - desk.settings.reconcile_after_ms;
    query.where.push_back({"unverifiedSince", store::Op::le, latest});
    query.order_by = "unverifiedSince";
    query.limit = events_per_page;
    query.skip = left;
    auto events = co_await desk.events.find(std::move(query));
    if (!events || events->empty()) co_return;
    for (Event& event : *events) {
      const EventId id = event.id;
      if (!co_await reconcile_event(desk, std::move(event), now)) co_return;
      auto after = co_await desk.events.get(id.value);
      if (after && *after && !unverified(**after, {latest}).empty()) ++left;
    }
  }
}

}  // namespace thenorsound::event
