#include "services/booking/queries.hpp"

#include "services/booking/views.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::size_t ids_at_once = 500;

store::Condition condition(std::string field, store::Op op, json::value value) {
  return store::Condition{std::move(field), op, std::move(value)};
}

store::Condition is_live_one() {
  json::array live;
  for (const BookingStatus status :
       {BookingStatus::PENDING, BookingStatus::REQUESTED, BookingStatus::CONFIRMED})
    live.push_back(json::value(json::string(word_of(status))));
  return condition("status", store::Op::in, std::move(live));
}

store::Query list_query(Scope scope, const BookingFilter& filter) {
  store::Query query;
  query.where = std::move(scope);
  if (filter.status)
    query.where.push_back(is("status", std::string(word_of(*filter.status))));
  else
    query.where.push_back(condition("listed", store::Op::eq, true));
  if (filter.to) query.where.push_back(condition("startTime", store::Op::lt, filter.to->ms));
  if (filter.from) query.where.push_back(condition("endTime", store::Op::gt, filter.from->ms));
  return query;
}
}  // namespace

store::Condition is(std::string field, std::string value) {
  return condition(std::move(field), store::Op::eq, json::value(json::string(value)));
}

Task<Result<Booking>> load_booking(BookingContext& context, std::string id) {
  Result<std::optional<Booking>> found = co_await context.bookings.get(std::move(id));
  if (!found) co_return found.error();
  if (!*found) co_return not_found("booking");
  co_return std::move(**found);
}

void read_filter(Fields& in, BookingFilter& filter) {
  in.enumeration("status", filter.status);
  in.time("from", filter.from);
  in.time("to", filter.to);
  if (filter.from && filter.to && *filter.to <= *filter.from)
    in.problem("to", "must be after from");
}

Scope own_scope(const Actor& actor) {
  Scope scope;
  switch (actor.role) {
    case Role::Admin:
      break;
    case Role::CustomerAdmin:
    case Role::CustomerUser:
      scope.push_back(is("customerId", actor.customer.value));
      break;
    case Role::CrewAdmin:
      scope.push_back(is("crewCustomerId", actor.customer.value));
      break;
    case Role::CrewUser:
      scope.push_back(is("crewId", actor.user.value));
      break;
  }
  return scope;
}

Task<Result<json::object>> list_bookings(BookingContext& context, Actor actor, Scope scope,
                                         BookingFilter filter, http::Page page) {
  store::Query query = list_query(std::move(scope), filter);
  const Result<std::int64_t> total = co_await context.bookings.count(query);
  if (!total) co_return total.error();
  query.order_by = "createdAt";
  query.descending = true;
  query.skip = page.skip();
  query.limit = page.limit();
  const Result<std::vector<Booking>> found = co_await context.bookings.find(std::move(query));
  if (!found) co_return found.error();
  json::array items;
  for (const Booking& booking : *found) items.push_back(booking_view(booking, actor));
  co_return http::page_of(std::move(items), page, *total);
}

Task<json::object> booking_in_full(BookingContext& context, Trace trace, Booking booking,
                                   Actor actor) {
  const auto event = co_await context.neighbours.find_event(trace, booking.event_id);
  const auto crew = co_await context.neighbours.find_user(std::move(trace), booking.crew_id);
  const EventProfile* event_found = event && *event ? &**event : nullptr;
  const UserProfile* crew_found = crew && *crew ? &**crew : nullptr;
  json::object out = booking_view(booking, actor);
  out["event"] = event_in_short(booking, event_found);
  out["crew"] =
      crew_in_short(booking, crew_found, may_see_phone(actor, booking, context.clock.now()));
  co_return out;
}

Task<Result<json::object>> booking_states(BookingContext& context, std::vector<std::string> ids) {
  json::object states;
  for (std::size_t from = 0; from < ids.size(); from += ids_at_once) {
    json::array some;
    for (std::size_t i = from; i < std::min(ids.size(), from + ids_at_once); ++i)
      some.push_back(json::value(json::string(ids[i])));
    store::Query query;
    query.where.push_back(condition("id", store::Op::in, std::move(some)));
    query.limit = ids_at_once;
    const Result<std::vector<Booking>> found = co_await context.bookings.find(std::move(query));
    if (!found) co_return found.error();
    for (const Booking& booking : *found)
      states[booking.id.value] = json::string(word_of(booking.status));
  }
  json::object out;
  out["states"] = std::move(states);
  co_return out;
}

Task<Result<std::int64_t>> count_live(BookingContext& context, CustomerId company) {
  store::Query as_organiser;
  as_organiser.where.push_back(is("customerId", company.value));
  as_organiser.where.push_back(is_live_one());
  store::Query as_crew;  // in-house ones are counted above
  as_crew.where.push_back(is("crewCustomerId", company.value));
  as_crew.where.push_back(
      condition("customerId", store::Op::ne, json::value(json::string(company.value))));
  as_crew.where.push_back(is_live_one());
  const Result<std::int64_t> bought = co_await context.bookings.count(std::move(as_organiser));
  if (!bought) co_return bought;
  const Result<std::int64_t> sold = co_await context.bookings.count(std::move(as_crew));
  if (!sold) co_return sold;
  co_return *bought + *sold;
}

}  // namespace thenorsound::booking
