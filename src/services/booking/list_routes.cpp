// Lists of bookings, and whose they are.
#include "services/booking/booking_routes.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::int64_t crew_user_type = 3;
constexpr std::int64_t crew_company_type = 2;

std::optional<std::string> text_of(const json::object& query, std::string_view name) {
  const json::value* value = query.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

bool is_of_organiser(const Actor& actor) {
  return actor.is(Role::CustomerAdmin) || actor.is(Role::CustomerUser);
}

store::Condition side_of(std::int64_t customer_type, std::string company) {
  return is(customer_type == crew_company_type ? "crewCustomerId" : "customerId",
            std::move(company));
}
}  // namespace

BookingRoutes::Answer BookingRoutes::answer_page(http::Call& call, json::object query,
                                                 Scope scope) {
  Problems problems;
  Fields in(query, problems, Fields::Mode::query);
  const http::Page page = http::read_page(in);
  BookingFilter filter;
  read_filter(in, filter);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<json::object> found =
      co_await list_bookings(context_, call.actor, std::move(scope), filter, page);
  if (!found) co_return found.error();
  co_return http::ok(*found);
}

BookingRoutes::Answer BookingRoutes::list(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Scope scope = own_scope(call.actor);
  if (auto company = text_of(*query, "customerId")) {
    const Result<void> mine = co_await narrow_to_company(call, std::move(*company), scope);
    if (!mine) co_return mine.error();
  }
  if (auto event = text_of(*query, "eventId")) {
    const Result<void> mine = co_await narrow_to_event(call, std::move(*event), scope);
    if (!mine) co_return mine.error();
  }
  if (auto crew = text_of(*query, "crewId")) {
    const Result<void> mine = co_await narrow_to_crew(call, std::move(*crew), scope);
    if (!mine) co_return mine.error();
  }
  query->erase("customerId");
  query->erase("eventId");
  query->erase("crewId");
  co_return co_await answer_page(call, std::move(*query), std::move(scope));
}

Task<Result<void>> BookingRoutes::narrow_to_company(http::Call& call, std::string id,
                                                    Scope& scope) {
  if (!call.actor.is_admin()) {
    if (id != call.actor.customer.value) co_return forbidden();
    co_return Result<void>{};  // the caller's scope says it all
  }
  CustomerId company{id};
  const Result<std::optional<Company>> found =
      co_await context_.neighbours.find_company(call.trace, std::move(company));
  if (!found) co_return found.error();
  scope.push_back(side_of(*found ? (*found)->customer_type : 0, std::move(id)));
  co_return Result<void>{};
}

Task<Result<void>> BookingRoutes::narrow_to_event(http::Call& call, std::string id, Scope& scope) {
  if (!call.actor.is_admin()) {
    EventId event_id{id};
    const Result<std::optional<EventProfile>> event =
        co_await context_.neighbours.find_event(call.trace, std::move(event_id));
    if (!event) co_return event.error();
    if (!*event) co_return forbidden();
    // Crew companies see their part.
    if (is_of_organiser(call.actor) && (*event)->customer_id != call.actor.customer)
      co_return forbidden();
  }
  scope.push_back(is("eventId", std::move(id)));
  co_return Result<void>{};
}

Task<Result<void>> BookingRoutes::narrow_to_crew(http::Call& call, std::string id, Scope& scope) {
  const bool oneself = id == call.actor.user.value;
  if (call.actor.is(Role::CrewUser) && !oneself) co_return forbidden();
  if (!call.actor.is_admin() && !oneself) {
    UserId crew_id{id};
    const Result<std::optional<UserProfile>> crew =
        co_await context_.neighbours.find_user(call.trace, std::move(crew_id));
    if (!crew) co_return crew.error();
    if (!*crew || (*crew)->customer_id != call.actor.customer) co_return forbidden();
  }
  scope.push_back(is("crewId", std::move(id)));
  co_return Result<void>{};
}

BookingRoutes::Answer BookingRoutes::list_of_event(http::Call& call) {
  EventId event_id{call.id()};
  const Result<std::optional<EventProfile>> event =
      co_await context_.neighbours.find_event(call.trace, std::move(event_id));
  if (!event) co_return event.error();
  if (!*event) co_return not_found("event");
  if (is_of_organiser(call.actor) && (*event)->customer_id != call.actor.customer)
    co_return forbidden();
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Scope scope = own_scope(call.actor);
  scope.push_back(is("eventId", call.id()));
  co_return co_await answer_page(call, std::move(*query), std::move(scope));
}

BookingRoutes::Answer BookingRoutes::list_of_crew(http::Call& call) {
  UserId crew_id{call.id()};
  const Result<std::optional<UserProfile>> crew =
      co_await context_.neighbours.find_user(call.trace, std::move(crew_id));
  if (!crew) co_return crew.error();
  if (!*crew || (*crew)->user_type != crew_user_type) co_return not_found("crew member");
  const bool mine = call.actor.is(Role::CrewUser) ? (*crew)->id == call.actor.user
                                                  : (*crew)->customer_id == call.actor.customer;
  if (!call.actor.is_admin() && !mine) co_return forbidden();
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Scope scope = own_scope(call.actor);
  if (!call.actor.is(Role::CrewUser)) scope.push_back(is("crewId", call.id()));
  co_return co_await answer_page(call, std::move(*query), std::move(scope));
}

BookingRoutes::Answer BookingRoutes::list_of_company(http::Call& call) {
  CustomerId id{call.id()};
  const Result<std::optional<CustomerProfile>> company =
      co_await context_.neighbours.find_customer(call.trace, std::move(id));
  if (!company) co_return company.error();
  if (!*company) co_return not_found("customer");
  if (!call.actor.is_admin() && call.actor.customer.value != call.id()) co_return forbidden();
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Scope scope = own_scope(call.actor);
  if (call.actor.is_admin()) scope.push_back(side_of((*company)->customer_type, call.id()));
  co_return co_await answer_page(call, std::move(*query), std::move(scope));
}

}  // namespace thenorsound::booking
