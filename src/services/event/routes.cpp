#include "services/event/routes.hpp"

#include "http/url.hpp"
#include "services/event/commands.hpp"
#include "services/event/queries.hpp"

namespace thenorsound::event {
namespace {

using http::Call;
using http::Response;
using Answer = Task<Result<Response>>;

constexpr auto organisers =
    http::Access::only({Role::Admin, Role::CustomerAdmin, Role::CustomerUser});
constexpr auto editors = http::Access::only({Role::Admin, Role::CustomerAdmin});

bool owns(const Actor& actor, std::string_view customer) {
  return actor.is_admin() || actor.customer.value == customer;
}

ExpectedVersion expected_version(const Call& call) {
  constexpr std::int64_t no_version = -1;
  const auto match = call.if_match();
  return match ? *match : ExpectedVersion(no_version);
}

// Somebody else's customerId in a body or query is refused before the other fields are looked at.
Result<void> check_own_customer(const Actor& actor, const json::object& fields) {
  const json::value* named = fields.if_contains("customerId");
  if (named == nullptr || named->is_null()) return {};
  const json::string* id = named->if_string();
  if (id == nullptr) return invalid_field("customerId", "must be a text");
  if (!owns(actor, std::string_view(*id))) return forbidden();
  return {};
}

// The stored event, where the caller may change it.
Task<Result<store::DocumentPtr>> own_event(Desk& desk, const Call& call) {
  auto stored = co_await find_document(desk, call.id());
  if (!stored) co_return stored.error();
  if (!owns(call.actor, std::string_view((*stored)->body.at("customerId").as_string())))
    co_return forbidden();
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  co_return stored;
}

// --- Reading ---

Answer get_event(Desk& desk, Call& call) {
  const auto stored = co_await find_document(desk, call.id());
  if (!stored) co_return stored.error();
  auto shown = show_event(desk, call.actor, **stored);
  if (!shown) co_return shown.error();
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  co_return shown;
}

void read_span(Fields& in, EventFilter& filter) {
  in.time("from", filter.from);
  in.time("to", filter.to);
  if (filter.from && filter.to && *filter.to <= *filter.from)
    in.problem("to", "must be after from");
}

Answer answer_list(Desk& desk, Call& call, json::object parameters, EventFilter filter,
                   bool may_name_customer) {
  Problems problems;
  Fields in(parameters, problems, Fields::Mode::query);
  if (may_name_customer) in.id("customerId", filter.customer);
  in.enumeration("status", filter.status);
  read_span(in, filter);
  in.text("q", filter.q, {.may_be_blank = true});
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const auto list = co_await list_events(desk, call.actor, std::move(filter), page);
  if (!list) co_return list.error();
  co_return http::ok(*list);
}

Answer list_all(Desk& desk, Call& call) {
  auto parameters = call.query();
  if (!parameters) co_return parameters.error();
  if (const auto own = check_own_customer(call.actor, *parameters); !own) co_return own.error();
  EventFilter filter;
  co_return co_await answer_list(desk, call, std::move(*parameters), std::move(filter), true);
}

// Only others' companies have to be asked for: one's own is there.
Answer list_of_customer(Desk& desk, Call& call) {
  if (call.actor.customer.value != call.id()) {
    const auto customer = co_await desk.customers.get(
        call.trace, "/internal/customers/" + http::encode_component(call.id()));
    if (!customer) co_return customer.error();
    if (!call.actor.is_admin()) co_return forbidden();
  }
  auto parameters = call.query();
  if (!parameters) co_return parameters.error();
  EventFilter filter;
  filter.customer = CustomerId{call.id()};
  co_return co_await answer_list(desk, call, std::move(*parameters), std::move(filter), false);
}

Answer get_calendar(Desk& desk, Call& call) {
  const auto parameters = call.query();
  if (!parameters) co_return parameters.error();
  Problems problems;
  Fields in(*parameters, problems, Fields::Mode::query);
  std::int64_t year = 0, month = 0;
  in.integer("year", year, 1970, 9998);
  in.integer("month", month, 1, 12);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const int y = static_cast<int>(year), m = static_cast<int>(month);
  const Time from = stockholm_time(day_of(y, m, 1));
  const Time to = stockholm_time(m == 12 ? day_of(y + 1, 1, 1) : day_of(y, m + 1, 1));
  const auto events = co_await calendar(desk, call.actor, from, to);
  if (!events) co_return events.error();
  co_return http::ok(*events);
}

Answer get_date_range(Desk& desk, Call& call) {
  const auto parameters = call.query();
  if (!parameters) co_return parameters.error();
  Problems problems;
  Fields in(*parameters, problems, Fields::Mode::query);
  EventFilter filter;
  read_span(in, filter);
  for (const char* name : {"from", "to"})
    if (!in.has(name)) in.problem(name, "is required");
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const auto list = co_await list_events(desk, call.actor, std::move(filter), page);
  if (!list) co_return list.error();
  co_return http::ok(*list);
}

// --- Changing ---

// Whose the new event is. Errors: forbidden; validation_error on customerId, noted in `problems`.
Task<Result<CustomerId>> organiser_of(Desk& desk, const Call& call, const json::object& body,
                                      Problems& problems) {
  if (const auto own = check_own_customer(call.actor, body); !own) co_return own.error();
  if (!call.actor.is_admin()) co_return call.actor.customer;
  Fields in(body, problems, Fields::Mode::create);
  CustomerId id;
  if (!in.id("customerId", id)) co_return id;
  const auto found = co_await desk.customers.get(
      call.trace, "/internal/customers/" + http::encode_component(id.value));
  // An id that no path can carry names nothing either.
  const auto code = found ? Code::not_found : found.error().code;
  if (code != Code::not_found && code != Code::validation_error) co_return found.error();
  const bool organiser =
      found && from_document<CustomerProfile>(found->as_object()).customer_type == 1;
  if (!organiser) in.problem("customerId", "names no event organiser");
  co_return id;
}

Answer create(Desk& desk, Call& call, std::string id) {
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  const auto body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  auto customer = co_await organiser_of(desk, call, **body, problems);
  if (!customer) co_return customer.error();
  const auto catalogue = co_await desk.catalogue.knowing(call.trace, skills_in(**body));
  if (!catalogue) co_return catalogue.error();
  auto event = decode_new_event(**body, **catalogue, EventId{std::move(id)}, desk.clock.now(),
                                std::move(problems));
  if (!event) co_return event.error();
  event->customer_id = std::move(*customer);
  const auto made = co_await create_event(desk, call.trace, std::move(*event));
  if (!made) co_return made.error();
  co_return http::created("/api/events/" + made->id.value, event_view(*made));
}

Answer post_event(Desk& desk, Call& call) {
  auto act = [&desk, &call](std::string id) { return create(desk, call, std::move(id)); };
  return desk.idempotency.run(call, std::string(EventKind::prefix), std::move(act));
}

Answer put_event(Desk& desk, Call& call) {
  const auto stored = co_await own_event(desk, call);
  if (!stored) co_return stored.error();
  const auto body = call.object();
  if (!body) co_return body.error();
  if (const auto own = check_own_customer(call.actor, **body); !own) co_return own.error();
  auto kept = std::make_shared<const json::object>(**body);
  const auto event =
      co_await change_event(desk, call.trace, call.id(), std::move(kept), expected_version(call));
  if (!event) co_return event.error();
  co_return http::ok(event_view(*event));
}

Answer put_status(Desk& desk, Call& call) {
  const auto stored = co_await own_event(desk, call);
  if (!stored) co_return stored.error();
  const auto body = call.object();
  if (!body) co_return body.error();
  auto wanted = decode_status(**body);
  if (!wanted) co_return wanted.error();
  const auto event = co_await change_event_status(desk, call.trace, call.id(), std::move(*wanted),
                                                  expected_version(call));
  if (!event) co_return event.error();
  co_return http::ok(event_view(*event));
}

Answer delete_event(Desk& desk, Call& call) {
  const auto stored = co_await own_event(desk, call);
  if (!stored) co_return stored.error();
  const auto done = co_await remove_event(desk, call.trace, call.id(), expected_version(call));
  if (!done) co_return done.error();
  co_return http::no_content();
}

}  // namespace

void add_routes(http::Router& router, Desk& desk) {
  using http::Access;
  using http::Body;
  using http::Method;
  const auto on = [&](Method method, std::string pattern, Access access,
                      Answer (*handler)(Desk&, Call&), Body body = Body::none) {
    auto handle = [&desk, handler](Call& call) { return handler(desk, call); };
    router.add(method, std::move(pattern), access, std::move(handle), body);
  };
  on(Method::get, "/api/events", Access::logged_in(), list_all);
  on(Method::get, "/api/events/calendar", Access::logged_in(), get_calendar);
  on(Method::get, "/api/events/date-range", Access::logged_in(), get_date_range);
  on(Method::get, "/api/events/{id}", Access::logged_in(), get_event);
  on(Method::get, "/api/customers/{id}/events", organisers, list_of_customer);
  on(Method::post, "/api/events", editors, post_event, Body::json);
  on(Method::put, "/api/events/{id}", editors, put_event, Body::json);
  on(Method::put, "/api/events/{id}/status", editors, put_status, Body::json);
  on(Method::delete_, "/api/events/{id}", editors, delete_event);
}

}  // namespace thenorsound::event
