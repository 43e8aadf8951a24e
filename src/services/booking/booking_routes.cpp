#include "services/booking/booking_routes.hpp"

#include "services/booking/order.hpp"
#include "services/booking/views.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::size_t longest_reason = 500;
constexpr std::size_t most_states = 5'000;

// The action's own field, where it has one, and If-Match.
Result<void> read_action(const http::Call& call, std::string* reason) {
  if (const Result<void> query = call.refuse_query(); !query) return query.error();
  const Result<const json::object*> body = call.object();
  if (!body) return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  if (reason != nullptr) in.text("reason", *reason, {.max = longest_reason, .min = 1});
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return {};
}

json::object offer_view(const Offer& offer) {
  json::object out = quote_view(offer.quote);
  json::array conflicts;
  for (const Obstacle& obstacle : offer.conflicts) {
    json::object item;
    item["code"] = obstacle.code;
    item["message"] = obstacle.message;
    conflicts.push_back(std::move(item));
  }
  out["conflicts"] = std::move(conflicts);
  return out;
}

http::Response answer(const Booking& booking, const Actor& actor) {
  return http::ok(booking_view(booking, actor));
}
}  // namespace

BookingRoutes::BookingRoutes(BookingContext& context, workflow::Idempotency& idempotency)
    : context_(context), idempotency_(idempotency) {}

void BookingRoutes::add_to(http::Router& router) {
  using enum Role;
  using http::Access;
  using http::Body;
  using http::Call;
  using http::Method;
  const Access organiser = Access::only({Admin, CustomerAdmin});
  const Access either = Access::only({Admin, CustomerAdmin, CrewAdmin});
  const Access everyone = Access::logged_in();

  router.add(
      Method::post, "/api/bookings", organiser, [this](Call& call) { return post(call); },
      Body::json);
  router.add(Method::get, "/api/bookings/pricing", organiser,
             [this](Call& call) { return price(call); });
  router.add(Method::get, "/api/bookings", everyone, [this](Call& call) { return list(call); });
  router.add(Method::get, "/api/bookings/{id}", everyone, [this](Call& call) { return get(call); });
  router.add(Method::get, "/api/bookings/{id}/history", everyone,
             [this](Call& call) { return history(call); });
  router.add(Method::get, "/api/bookings/event/{id}",
             Access::only({Admin, CustomerAdmin, CustomerUser, CrewAdmin}),
             [this](Call& call) { return list_of_event(call); });
  router.add(Method::get, "/api/bookings/crew/{id}",
             Access::only({Admin, CustomerAdmin, CrewAdmin, CrewUser}),
             [this](Call& call) { return list_of_crew(call); });
  router.add(Method::get, "/api/customers/{id}/bookings",
             Access::only({Admin, CustomerAdmin, CustomerUser, CrewAdmin}),
             [this](Call& call) { return list_of_company(call); });
  router.add(
      Method::put, "/api/bookings/{id}/confirm", either,
      [this](Call& call) { return act(call, may_answer, confirm_booking); }, Body::json);
  router.add(
      Method::put, "/api/bookings/{id}/decline", either,
      [this](Call& call) { return refuse(call, may_answer, decline_booking); }, Body::json);
  router.add(
      Method::put, "/api/bookings/{id}/cancel", either,
      [this](Call& call) { return refuse(call, may_cancel, cancel_booking); }, Body::json);
  router.add(
      Method::put, "/api/bookings/{id}/complete", organiser,
      [this](Call& call) { return act(call, may_complete, complete_booking); }, Body::json);
  router.add(
      Method::post, "/internal/bookings/states", Access::internal(),
      [this](Call& call) { return states(call); }, Body::json);
  router.add(Method::get, "/internal/bookings/live", Access::internal(),
             [this](Call& call) { return live(call); });
}

BookingRoutes::Answer BookingRoutes::post(http::Call& call) {
  std::function<Answer(std::string)> act = [this, &call](std::string id) {
    return place(call, std::move(id));
  };
  std::string prefix{BookingKind::prefix};
  co_return co_await idempotency_.run(call, std::move(prefix), std::move(act));
}

BookingRoutes::Answer BookingRoutes::place(http::Call& call, std::string id) {
  if (call.field("Idempotency-Key")) {  // a repeat whose first answer was lost
    const Result<std::optional<Booking>> placed = co_await context_.bookings.get(id);
    if (!placed) co_return placed.error();
    if (*placed && (*placed)->listed)
      co_return http::created("/api/bookings/" + id, booking_view(**placed, call.actor));
  }
  if (const Result<void> query = call.refuse_query(); !query) co_return query.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Result<BookingOrder> order = co_await read_order(context_, call, **body, Fields::Mode::create);
  if (!order) co_return order.error();
  BookingId booking_id{std::move(id)};
  const Result<Booking> booking =
      co_await place_booking(context_, call.trace, std::move(booking_id), std::move(*order));
  if (!booking) co_return booking.error();
  co_return http::created("/api/bookings/" + booking->id.value, booking_view(*booking, call.actor));
}

BookingRoutes::Answer BookingRoutes::price(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Result<BookingOrder> order =
      co_await read_order(context_, call, std::move(*query), Fields::Mode::query);
  if (!order) co_return order.error();
  const Result<Offer> offer = co_await make_offer(context_, call.trace, std::move(*order));
  if (!offer) co_return offer.error();
  co_return http::ok(offer_view(*offer));
}

BookingRoutes::Answer BookingRoutes::get(http::Call& call) {
  Result<Booking> booking = co_await load_booking(context_, call.id());
  if (!booking) co_return booking.error();
  if (!may_see(call.actor, *booking)) co_return forbidden();
  if (const Result<void> query = call.refuse_query(); !query) co_return query.error();
  const json::object view =
      co_await booking_in_full(context_, call.trace, std::move(*booking), call.actor);
  co_return http::ok(view);
}

BookingRoutes::Answer BookingRoutes::history(http::Call& call) {
  const Result<Booking> booking = co_await load_booking(context_, call.id());
  if (!booking) co_return booking.error();
  if (!may_see(call.actor, *booking)) co_return forbidden();
  const Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const json::array all = history_view(*booking);
  json::array items;
  for (std::size_t i = page.skip(); i < std::min(all.size(), page.skip() + page.limit()); ++i)
    items.push_back(all[i]);
  co_return http::ok(http::page_of(std::move(items), page, static_cast<std::int64_t>(all.size())));
}

BookingRoutes::Answer BookingRoutes::act(http::Call& call, Whose whose, Transition transition) {
  const Result<Booking> booking = co_await load_booking(context_, call.id());
  if (!booking) co_return booking.error();
  if (!whose(call.actor, *booking)) co_return forbidden();
  if (const Result<void> read = read_action(call, nullptr); !read) co_return read.error();
  const Result<Expected> expected = call.if_match();
  if (!expected) co_return expected.error();
  const Result<Booking> after =
      co_await transition(context_, call.trace, booking->id, call.actor, *expected);
  if (!after) co_return after.error();
  co_return answer(*after, call.actor);
}

BookingRoutes::Answer BookingRoutes::refuse(http::Call& call, Whose whose, Refusal refusal) {
  const Result<Booking> booking = co_await load_booking(context_, call.id());
  if (!booking) co_return booking.error();
  if (!whose(call.actor, *booking)) co_return forbidden();
  std::string reason;
  if (const Result<void> read = read_action(call, &reason); !read) co_return read.error();
  const Result<Expected> expected = call.if_match();
  if (!expected) co_return expected.error();
  const Result<Booking> after =
      co_await refusal(context_, call.trace, booking->id, call.actor, std::move(reason), *expected);
  if (!after) co_return after.error();
  co_return answer(*after, call.actor);
}

BookingRoutes::Answer BookingRoutes::states(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::vector<std::string> ids;
  if (const json::array* items = in.array("ids", most_states, true))
    for (const json::value& item : *items) {
      if (const json::string* id = item.if_string())
        ids.emplace_back(std::string_view(*id));
      else
        in.problem("ids", "must be texts");
    }
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<json::object> found = co_await booking_states(context_, std::move(ids));
  if (!found) co_return found.error();
  co_return http::ok(*found);
}

BookingRoutes::Answer BookingRoutes::live(http::Call& call) {
  const Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  CustomerId company;
  in.text("customerId", company.value);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<std::int64_t> count = co_await count_live(context_, std::move(company));
  if (!count) co_return count.error();
  json::object out;
  out["count"] = *count;
  co_return http::ok(out);
}

}  // namespace thenorsound::booking
