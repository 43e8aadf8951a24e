// What other services ask the event service.
#include "services/event/commands.hpp"
#include "services/event/queries.hpp"
#include "services/event/routes.hpp"

namespace thenorsound::event {
namespace {

using http::Call;
using http::Response;
using Answer = Task<Result<Response>>;

Answer get_profile(Desk& desk, Call& call) {
  const auto profile = co_await event_profile(desk, call.id());
  if (!profile) co_return profile.error();
  co_return http::ok(to_document(*profile));
}

Answer post_reservation(Desk& desk, Call& call) {
  const auto body = call.object();
  if (!body) co_return body.error();
  auto request = decode_reservation(**body, true);
  if (!request) co_return request.error();
  const auto taken = co_await reserve_slot(desk, call.trace, call.id(), std::move(*request));
  if (!taken) co_return taken.error();
  co_return http::ok(to_document(*taken));
}

Answer post_check(Desk& desk, Call& call) {
  const auto body = call.object();
  if (!body) co_return body.error();
  auto request = decode_reservation(**body, false);
  if (!request) co_return request.error();
  const auto taken = co_await check_slot(desk, call.id(), std::move(*request));
  if (!taken) co_return taken.error();
  co_return http::ok(to_document(*taken));
}

Answer delete_reservation(Desk& desk, Call& call) {
  BookingId booking{call.path.at(1)};
  const auto done = co_await release_slot(desk, call.trace, call.id(), std::move(booking));
  if (!done) co_return done.error();
  co_return http::no_content();
}

Answer get_count(Desk& desk, Call& call) {
  const auto parameters = call.query();
  if (!parameters) co_return parameters.error();
  Problems problems;
  Fields in(*parameters, problems, Fields::Mode::query);
  CustomerId customer;
  in.id("customerId", customer);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const auto count = co_await count_events(desk, std::move(customer));
  if (!count) co_return count.error();
  json::object answer;
  answer["count"] = *count;
  co_return http::ok(answer);
}

Answer get_uses(Desk& desk, Call& call) {
  const auto parameters = call.query();
  if (!parameters) co_return parameters.error();
  Problems problems;
  Fields in(*parameters, problems, Fields::Mode::query);
  std::string category;
  std::optional<std::string> skill;
  in.text("category", category);
  in.text("skill", skill);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const auto used = co_await is_in_use(desk, std::move(category), skill.value_or(""));
  if (!used) co_return used.error();
  json::object answer;
  answer["inUse"] = *used;
  co_return http::ok(answer);
}

}  // namespace

void add_internal_routes(http::Router& router, Desk& desk) {
  using http::Body;
  using http::Method;
  const auto on = [&](Method method, std::string pattern, Answer (*handler)(Desk&, Call&),
                      Body body = Body::none) {
    auto handle = [&desk, handler](Call& call) { return handler(desk, call); };
    router.add(method, "/internal/events" + pattern, http::Access::internal(), std::move(handle),
               body);
  };
  on(Method::get, "/count", get_count);
  on(Method::get, "/uses", get_uses);
  on(Method::get, "/{id}", get_profile);
  on(Method::post, "/{id}/reservations", post_reservation, Body::json);
  on(Method::post, "/{id}/reservations/check", post_check, Body::json);
  on(Method::delete_, "/{id}/reservations/{bookingId}", delete_reservation);
}

}  // namespace thenorsound::event
