#include "services/event/queries.hpp"

#include "base/text.hpp"

namespace thenorsound::event {
namespace {

using store::Op;

bool holds_text(const json::object& stored, std::string_view array, std::string_view wanted) {
  const json::value* items = stored.if_contains(array);
  if (items == nullptr) return false;
  for (const json::value& item : items->as_array())
    if (item.as_string() == wanted) return true;
  return false;
}

store::Query alive() {
  store::Query query;
  query.where.push_back({"alive", Op::eq, true});
  return query;
}

void limit_to_actor(store::Query& query, const Actor& actor) {
  if (actor.is_admin()) return;
  if (actor.is(Role::CrewUser))
    query.where.push_back({"crewIds", Op::eq, json::string(actor.user.value)});
  else if (actor.is(Role::CrewAdmin))
    query.where.push_back({"crewCustomerIds", Op::eq, json::string(actor.customer.value)});
  else
    query.where.push_back({"customerId", Op::eq, json::string(actor.customer.value)});
}

// No event is longer than max_event_ms, so one that ends after `from` starts not long before it:
// the index on startDate has a beginning to read from.
void limit_to_span(store::Query& query, std::optional<Time> from, std::optional<Time> to) {
  if (from) {
    query.where.push_back({"startDate", Op::gt, from->ms - max_event_ms});
    query.where.push_back({"endDate", Op::gt, from->ms});
  }
  if (to) query.where.push_back({"startDate", Op::lt, to->ms});
}

json::array views(const std::vector<Event>& events, const Actor& actor) {
  json::array items;
  items.reserve(events.size());
  for (const Event& event : events)
    items.emplace_back(sight_of(actor, event.customer_id.value) == Sight::whole
                           ? event_view(event)
                           : event_view_for_crew(event, actor));
  return items;
}

}  // namespace

Task<Result<store::DocumentPtr>> find_document(Desk& desk, std::string id) {
  auto found = co_await desk.events.store().get(desk.events.name(), std::move(id));
  if (!found) co_return found.error();
  if (!*found || !(*found)->body.at("alive").as_bool()) co_return not_found("event");
  co_return std::move(*found);
}

bool is_booked_on(const Actor& actor, const json::object& stored) {
  return actor.is(Role::CrewAdmin) ? holds_text(stored, "crewCustomerIds", actor.customer.value)
                                   : holds_text(stored, "crewIds", actor.user.value);
}

Result<http::Response> show_event(Desk& desk, const Actor& actor, const store::Document& stored) {
  const Sight sight = sight_of(actor, std::string_view(stored.body.at("customerId").as_string()));
  if (sight == Sight::whole) {
    const auto rendered = desk.rendered.of(stored);
    http::Response response = http::json_response(200, rendered->body);
    response.set("ETag", rendered->etag);
    return response;
  }
  if (sight == Sight::none || !is_booked_on(actor, stored.body)) return forbidden();
  return http::ok(event_view_for_crew(from_document<Event>(stored.body), actor));
}

Task<Result<json::object>> list_events(Desk& desk, Actor actor, EventFilter filter,
                                       http::Page page) {
  store::Query query = alive();
  limit_to_actor(query, actor);
  if (filter.customer)
    query.where.push_back({"customerId", Op::eq, json::string(filter.customer->value)});
  if (filter.status)
    query.where.push_back({"status", Op::eq, json::string(word_of(*filter.status))});
  limit_to_span(query, filter.from, filter.to);
  if (filter.q) {
    const std::vector<std::string> words = words_of(*filter.q);
    if (words.empty()) co_return http::page_of({}, page, 0);
    for (const std::string& word : words)
      query.where.push_back({"words", Op::prefix, json::string(word)});
  }
  query.order_by = "startDate";
  query.limit = page.limit();
  query.skip = page.skip();
  store::Query counted = query;
  const auto total = co_await desk.events.count(std::move(counted));
  if (!total) co_return total.error();
  const auto events = co_await desk.events.find(std::move(query));
  if (!events) co_return events.error();
  co_return http::page_of(views(*events, actor), page, *total);
}

Task<Result<json::array>> calendar(Desk& desk, Actor actor, Time from, Time to) {
  store::Query query = alive();
  limit_to_actor(query, actor);
  limit_to_span(query, from, to);
  query.order_by = "startDate";
  query.limit = max_calendar_events;
  const auto events = co_await desk.events.find(std::move(query));
  if (!events) co_return events.error();
  co_return views(*events, actor);
}

Task<Result<EventProfile>> event_profile(Desk& desk, std::string id) {
  const auto stored = co_await find_document(desk, std::move(id));
  if (!stored) co_return stored.error();
  co_return profile_of(from_document<Event>((*stored)->body));
}

Task<Result<SlotTaken>> check_slot(Desk& desk, std::string id, ReservationRequest request) {
  const auto stored = co_await find_document(desk, std::move(id));
  if (!stored) co_return stored.error();
  const auto event = from_document<Event>((*stored)->body);
  if (const Reservation* there = reservation_of(event, request.booking_id))
    co_return taken_by(event, *there);
  co_return choose_slot(event, request);
}

Task<Result<std::int64_t>> count_events(Desk& desk, CustomerId customer) {
  store::Query query = alive();
  query.where.push_back({"customerId", Op::eq, json::string(customer.value)});
  co_return co_await desk.events.count(std::move(query));
}

Task<Result<bool>> is_in_use(Desk& desk, std::string category, std::string skill) {
  store::Query query = alive();
  query.where.push_back({"slotNames", Op::eq, json::string(slot_name(category, skill))});
  query.limit = 1;
  const auto found = co_await desk.events.store().find(desk.events.name(), std::move(query));
  if (!found) co_return found.error();
  co_return !found->empty();
}

}  // namespace thenorsound::event
