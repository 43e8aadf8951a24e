// Everything that reads events. Each list is answered by an index.
#pragma once
#include "http/router.hpp"
#include "services/event/desk.hpp"
#include "services/event/reservations.hpp"
#include "services/event/views.hpp"

namespace thenorsound::event {

// The stored document; error not_found where there is none or it has been deleted.
Task<Result<store::DocumentPtr>> find_document(Desk& desk, std::string id);
// Whether crew is booked on the stored event; by the members made for queries.
bool is_booked_on(const Actor& actor, const json::object& stored);
// Error forbidden where the actor may not see it. The answer of GET /api/events/{id}.
Result<http::Response> show_event(Desk& desk, const Actor& actor, const store::Document& stored);

struct EventFilter {
  std::optional<CustomerId> customer;
  std::optional<EventStatus> status;
  std::optional<Time> from;  // overlap; end exclusive
  std::optional<Time> to;
  std::optional<std::string> q;
};
// What the actor may see, by startDate, as the actor may see it.
Task<Result<json::object>> list_events(Desk& desk, Actor actor, EventFilter filter,
                                       http::Page page);
// All of a span, at most `max_calendar_events`.
constexpr std::size_t max_calendar_events = 2'000;
Task<Result<json::array>> calendar(Desk& desk, Actor actor, Time from, Time to);

Task<Result<EventProfile>> event_profile(Desk& desk, std::string id);
// As reserve_slot, but nothing is stored.
Task<Result<SlotTaken>> check_slot(Desk& desk, std::string id, ReservationRequest request);
Task<Result<std::int64_t>> count_events(Desk& desk, CustomerId customer);
// Whether a slot of any event has the category, or that skill of it.
Task<Result<bool>> is_in_use(Desk& desk, std::string category, std::string skill);

}  // namespace thenorsound::event
