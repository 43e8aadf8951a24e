// What other services ask (contracts/README.md).
#include "services/user/routes.hpp"
#include "services/user/views.hpp"

namespace thenorsound::user {
namespace {

using http::Access;
using http::Method;
constexpr std::size_t max_profiles = 1'000;

http::Response answer(json::object body) { return http::ok(body); }

}  // namespace

void Routes::add_internal_routes(http::Router& router) {
  const Access internal = Access::internal();
  const auto json_body = http::Body::json;
  router.add(Method::get, "/internal/users", internal, bind(&Routes::internal_users));
  router.add(Method::post, "/internal/users", internal, bind(&Routes::internal_create), json_body);
  router.add(Method::get, "/internal/users/uses", internal, bind(&Routes::internal_uses));
  router.add(Method::get, "/internal/users/{id}", internal, bind(&Routes::internal_user));
  router.add(Method::post, "/internal/users/{id}/reservations", internal,
             bind(&Routes::internal_reserve), json_body);
  router.add(Method::delete_, "/internal/users/{id}/reservations/{bookingId}", internal,
             bind(&Routes::internal_release));
  router.add(Method::get, "/internal/users/{id}/conflicts", internal,
             bind(&Routes::internal_conflicts));
  router.add(Method::get, "/internal/users/{id}/marks", internal, bind(&Routes::internal_marks));
  router.add(Method::get, "/internal/users/{id}/push-subscriptions", internal,
             bind(&Routes::internal_subscriptions));
  router.add(Method::delete_, "/internal/users/{id}/push-subscriptions/{subscriptionId}", internal,
             bind(&Routes::internal_drop_subscription));
  router.add(Method::get, "/internal/user-audit", internal, bind(&Routes::internal_audit));
}

Task<Result<http::Response>> Routes::internal_user(http::Call& call) {
  const Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  co_return answer(to_document(profile_of(*user)));
}

Task<Result<http::Response>> Routes::internal_users(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  UserFilter filter;
  in.id("customerId", filter.customer);
  in.integer("role", filter.role, 1, 5);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const http::Page all{.number = 1, .size = max_profiles};
  const Result<UserPage> found = co_await repository_.list(std::move(filter), all);
  if (!found) co_return found.error();
  json::array list;
  for (const User& user : found->users) list.push_back(to_document(profile_of(user)));
  co_return http::ok(list);
}

// As POST /api/users by an Admin; the body may say "invite": false, then nobody is written to.
Task<Result<http::Response>> Routes::internal_create(http::Call& call) {
  co_return co_await create_user(call, new_id(UserKind::prefix, clock_.now()));
}

Task<Result<http::Response>> Routes::internal_uses(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  UserFilter filter;
  in.text("category", filter.category);
  in.text("skill", filter.skill);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  if (!filter.category) co_return invalid_field("category", "is required");
  const http::Page one{.number = 1, .size = 1};
  const Result<UserPage> found = co_await repository_.list(std::move(filter), one);
  if (!found) co_return found.error();
  json::object body;
  body["inUse"] = !found->users.empty();
  co_return answer(std::move(body));
}

Task<Result<http::Response>> Routes::internal_reserve(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  BookingId booking;
  in.id("bookingId", booking);
  const std::optional<Span> span = read_span(in, "startTime", "endTime", true, max_reservation_ms);
  if (span && !span->start.whole_minute()) in.problem("startTime", "must be a whole minute");
  if (span && !span->end.whole_minute()) in.problem("endTime", "must be a whole minute");
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<void> reserved =
      co_await calendars_.reserve(call.trace, path_user(call), booking, *span);
  if (!reserved) co_return reserved.error();
  co_return answer({});
}

Task<Result<http::Response>> Routes::internal_release(http::Call& call) {
  const Result<void> released =
      co_await calendars_.release(call.trace, path_user(call), path_booking(call));
  if (!released) co_return released.error();
  co_return http::no_content();
}

Task<Result<http::Response>> Routes::internal_conflicts(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  const std::optional<Span> span = read_span(in, "startTime", "endTime", true, max_query_ms);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<bool> busy = co_await calendars_.is_busy(path_user(call), *span);
  if (!busy) co_return busy.error();
  json::object body;
  body["busy"] = *busy;
  co_return answer(std::move(body));
}

Task<Result<http::Response>> Routes::internal_marks(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  Day from, to;
  in.day("from", from);
  in.day("to", to);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<std::vector<Mark>> marks =
      co_await calendars_.marks_between(path_user(call), from, to);
  if (!marks) co_return marks.error();
  json::array list;
  for (const Mark& mark : *marks) list.push_back(view_of(mark));
  co_return http::ok(list);
}

Task<Result<http::Response>> Routes::internal_subscriptions(http::Call& call) {
  const Result<std::vector<PushSubscription>> found =
      co_await repository_.subscriptions_of(path_user(call));
  if (!found) co_return found.error();
  json::array list;
  for (const PushSubscription& item : *found) {
    json::object view;
    view["id"] = item.id;
    view["endpoint"] = item.endpoint;
    view["p256dh"] = item.p256dh;
    view["auth"] = item.auth;
    list.push_back(std::move(view));
  }
  co_return http::ok(list);
}

// A push service has said that the subscription is gone.
Task<Result<http::Response>> Routes::internal_drop_subscription(http::Call& call) {
  const Result<void> erased = co_await repository_.subscriptions.erase(call.path.at(1));
  if (!erased) co_return erased.error();
  co_return http::no_content();
}

Task<Result<http::Response>> Routes::internal_audit(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  std::optional<Time> from, to;
  std::optional<std::string> user, subject;
  in.time("from", from);
  in.time("to", to);
  in.text("userId", user);
  in.text("subject", subject);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  store::Query wanted;
  wanted.order_by = "at";
  wanted.descending = true;
  wanted.limit = max_profiles;
  const auto add = [&](std::string field, store::Op op, json::value value) {
    wanted.where.push_back(store::Condition{std::move(field), op, std::move(value)});
  };
  add("at", store::Op::ge, from.value_or(Time{}).ms);
  if (to) add("at", store::Op::lt, to->ms);
  if (user) add("userId", store::Op::eq, json::string(*user));
  if (subject) add("subject", store::Op::eq, json::string(*subject));
  const Result<std::vector<AuditEntry>> found = co_await repository_.audit.find(std::move(wanted));
  if (!found) co_return found.error();
  json::array list;
  for (const AuditEntry& entry : *found) list.push_back(to_document(entry));
  co_return http::ok(list);
}

}  // namespace thenorsound::user
