#include <map>

#include "services/user/routes.hpp"
#include "services/user/views.hpp"

namespace thenorsound::user {
namespace {

using http::Access;
using http::Method;

constexpr Access bookers = Access::only({Role::Admin, Role::CustomerAdmin, Role::CrewAdmin});
constexpr Access bookers_and_crew =
    Access::only({Role::Admin, Role::CustomerAdmin, Role::CrewAdmin, Role::CrewUser});

bool is_oneself(const Actor& actor, const User& user) { return actor.user == user.id; }

// Notes are for the person and their own company.
std::optional<Detail> detail_for(const Actor& actor, const User& user) {
  if (is_oneself(actor, user)) return Detail::kinds_and_notes;
  if (manages_crew(actor, user)) return actor.is_admin() ? Detail::kinds : Detail::kinds_and_notes;
  if (may_book(actor, user)) return Detail::bare;
  return {};
}

}  // namespace

void Routes::add_crew_routes(http::Router& router) {
  router.add(Method::get, "/api/users/crew", bookers, bind(&Routes::list_crew));
  router.add(Method::get, "/api/users/crew/availability", bookers,
             bind(&Routes::list_crew_availability));
  router.add(Method::get, "/api/users/{id}/availability", bookers_and_crew,
             bind(&Routes::get_availability));
  router.add(Method::put, "/api/users/{id}/availability", bookers_and_crew,
             bind(&Routes::put_availability), http::Body::json);
}

Task<Result<CrewFilter>> Routes::crew_filter(http::Call& call, Fields& in) {
  CrewFilter filter;
  in.id("customerId", filter.customer);
  const Actor& actor = call.actor;
  if (actor.is_admin()) {
    filter.every_pool = true;
  } else if (actor.is(Role::CrewAdmin)) {
    if (filter.customer && *filter.customer != actor.customer) co_return forbidden();
    filter.customer = actor.customer;
  } else {
    filter.in_house = actor.customer;
    if (filter.customer && *filter.customer != actor.customer) {
      const Result<CompanyPtr> company = co_await companies_.find(call.trace, *filter.customer);
      if (!company) co_return company.error();
      if (*company == nullptr || (*company)->customer_type != crew_company) co_return forbidden();
    }
  }
  in.text("category", filter.category);
  in.text("skill", filter.skill);
  in.text("q", filter.q);
  filter.free = read_span(in, "availableFrom", "availableTo", false, max_query_ms);
  co_return filter;
}

Task<Result<http::Response>> Routes::list_crew(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  Result<CrewFilter> filter = co_await crew_filter(call, in);
  if (!filter) co_return filter.error();
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<UserPage> found = co_await repository_.crew(std::move(*filter), page);
  if (!found) co_return found.error();
  std::map<CustomerId, std::string> names;
  json::array items;
  for (const User& user : found->users) {
    if (!names.contains(user.customer_id)) {
      const Result<CompanyPtr> company = co_await companies_.find(call.trace, user.customer_id);
      if (!company) co_return company.error();
      names[user.customer_id] = *company ? (*company)->name : "";
    }
    items.push_back(card_of(user, names[user.customer_id]));
  }
  co_return http::ok(http::page_of(std::move(items), page, found->total));
}

Task<Result<http::Response>> Routes::list_crew_availability(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  Result<CrewFilter> filter = co_await crew_filter(call, in);
  if (!filter) co_return filter.error();
  const std::optional<Span> within = read_span(in, "from", "to", true, max_query_ms);
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<UserPage> found = co_await repository_.crew(std::move(*filter), page);
  if (!found) co_return found.error();
  std::vector<UserId> ids;
  for (const User& user : found->users) ids.push_back(user.id);
  const Result<std::vector<Calendar>> calendars = co_await repository_.calendars_of(ids);
  if (!calendars) co_return calendars.error();
  std::map<UserId, json::array> busy;
  for (const Calendar& calendar : *calendars)
    busy[calendar.user_id] = spans_of(merged(busy_between(calendar, *within), *within));
  json::array items;
  for (const UserId& id : ids) {
    json::object item;
    item["crewId"] = id.value;
    item["busy"] = std::move(busy[id]);
    items.push_back(std::move(item));
  }
  co_return http::ok(http::page_of(std::move(items), page, found->total));
}

Task<Result<http::Response>> Routes::get_availability(http::Call& call) {
  const Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!user->is_crew()) co_return not_found("crew member");
  const std::optional<Detail> detail = detail_for(call.actor, *user);
  if (!detail) co_return forbidden();
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  AvailabilityView asked;
  asked.crew = user->id;
  asked.bookable = user->is_active;
  asked.detail = *detail;
  asked.by_date = !in.has("from") && !in.has("to");
  if (asked.by_date) {
    Day day;
    in.day("date", day);
    asked.within = {stockholm_time(day), stockholm_time(Day{day.days + 1})};
  } else {
    if (in.has("date")) in.problem("date", "goes without from and to");
    asked.within = read_span(in, "from", "to", true, max_query_ms).value_or(Span{});
  }
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<CalendarCommands::Seen> seen = co_await calendars_.busy(user->id, asked.within);
  if (!seen) co_return seen.error();
  asked.ahead = seen->ahead;
  asked.version = seen->version;
  co_return http::ok(view_of(asked, seen->busy));
}

Task<Result<http::Response>> Routes::put_availability(http::Call& call) {
  Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!user->is_crew()) co_return not_found("crew member");
  if (!manages_crew(call.actor, *user) && !is_oneself(call.actor, *user)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Result<std::vector<Mark>> marks = read_marks(**body, clock_.now());
  if (!marks) co_return marks.error();
  const std::string id = user->id.value;
  const auto notes = detail_for(call.actor, *user) == Detail::kinds_and_notes
                         ? CalendarCommands::Notes::as_given
                         : CalendarCommands::Notes::kept;
  const Result<Marked> marked = co_await calendars_.mark(
      call.trace, std::move(*user), std::move(*marks), expected_version(call), notes);
  if (!marked) co_return marked.error();
  json::array spans, clashing;
  for (const Mark& mark : marked->ahead) spans.push_back(view_of(mark));
  for (const BookingId& booking : marked->clashes) clashing.push_back(json::string(booking.value));
  json::object view;
  view["crewId"] = id;
  view["spans"] = std::move(spans);
  view["clashes"] = std::move(clashing);
  view["version"] = marked->version;
  co_return http::ok(view);
}

}  // namespace thenorsound::user
