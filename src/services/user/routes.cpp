#include "services/user/routes.hpp"

#include "services/user/views.hpp"

namespace thenorsound::user {
namespace {

using http::Access;
using http::Body;
using http::Method;

constexpr Access admins = Access::only({Role::Admin, Role::CustomerAdmin, Role::CrewAdmin});

bool says_one(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  return value != nullptr && value->is_number() && value->to_number<double>() == 1;
}

http::Response page_of_users(const UserPage& found, const http::Page& page) {
  json::array items;
  for (const User& user : found.users) items.push_back(view_of(user));
  return http::ok(http::page_of(std::move(items), page, found.total));
}

}  // namespace

std::optional<Span> read_span(Fields& in, std::string_view from, std::string_view to, bool required,
                              std::int64_t max_ms) {
  if (!required && !in.has(from) && !in.has(to)) return {};
  Span span;
  const bool both = in.time(from, span.start) & in.time(to, span.end);
  if (!both) return {};
  if (span.end <= span.start) {
    in.problem(to, "must be after " + std::string(from));
  } else if (span.end.ms - span.start.ms > max_ms) {
    in.problem(to, "must be at most " + std::to_string(max_ms / day_ms) + " days after " +
                       std::string(from));
  }
  return span;
}

std::optional<std::int64_t> expected_version(const http::Call& call) {
  const Result<std::optional<std::int64_t>> version = call.if_match();
  return version ? *version : std::optional<std::int64_t>(-1);
}

void Routes::add_to(http::Router& router) {
  add_user_routes(router);
  add_crew_routes(router);
  add_internal_routes(router);
}

void Routes::add_user_routes(http::Router& router) {
  const Access everyone = Access::logged_in();
  router.add(Method::get, "/api/users", admins, bind(&Routes::list_users));
  router.add(Method::post, "/api/users", admins, bind(&Routes::post_user), Body::json);
  router.add(Method::get, "/api/users/{id}", everyone, bind(&Routes::get_user));
  router.add(Method::put, "/api/users/{id}", everyone, bind(&Routes::put_user), Body::json);
  router.add(Method::delete_, "/api/users/{id}", admins, bind(&Routes::delete_user));
  router.add(Method::get, "/api/users/customer/{customerId}", admins,
             bind(&Routes::list_company_users));
  router.add(Method::get, "/api/customers/{id}/users", admins, bind(&Routes::list_company_users));
  router.add(Method::get, "/api/users/{id}/sensitive", everyone, bind(&Routes::get_sensitive));
  router.add(Method::put, "/api/users/{id}/sensitive", everyone, bind(&Routes::put_sensitive),
             Body::json);
  router.add(Method::post, "/api/users/{id}/push-subscriptions", everyone,
             bind(&Routes::post_subscription), Body::json);
  router.add(Method::delete_, "/api/users/{id}/push-subscriptions/{subscriptionId}", everyone,
             bind(&Routes::delete_subscription));
}

Task<Result<http::Response>> Routes::list_users(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  UserFilter filter;
  in.id("customerId", filter.customer);
  const bool named = filter.customer.has_value();
  if (!call.actor.is_admin()) {
    if (named && !manages(call.actor, *filter.customer)) co_return forbidden();
    filter.customer = call.actor.customer;
  }
  in.integer("userType", filter.user_type, 1, 3);
  in.integer("role", filter.role, 1, 5);
  in.text("skill", filter.skill);
  in.text("q", filter.q);
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<UserPage> found = co_await repository_.list(std::move(filter), page);
  if (!found) co_return found.error();
  co_return page_of_users(*found, page);
}

Task<Result<http::Response>> Routes::list_company_users(http::Call& call) {
  const CustomerId customer{call.id()};
  const Result<CompanyPtr> company = co_await companies_.ask(call.trace, customer);
  if (!company) co_return company.error();
  if (*company == nullptr) co_return not_found("customer");
  if (!manages(call.actor, customer)) co_return forbidden();
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  UserFilter filter;
  filter.customer = customer;
  const Result<UserPage> found = co_await repository_.list(std::move(filter), page);
  if (!found) co_return found.error();
  co_return page_of_users(*found, page);
}

Task<Result<http::Response>> Routes::get_user(http::Call& call) {
  const Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!may_see(call.actor, *user)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  co_return http::ok(view_of(*user));
}

Task<Result<http::Response>> Routes::post_user(http::Call& call) {
  auto act = [this, &call](std::string id) { return create_user(call, std::move(id)); };
  std::string prefix(UserKind::prefix);
  co_return co_await idempotency_.run(call, std::move(prefix), std::move(act));
}

Task<Result<http::Response>> Routes::create_user(http::Call& call, std::string id) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  const Result<std::optional<CustomerId>> customer = customer_in(**body);
  if (!customer) co_return customer.error();
  Actor actor = call.actor;
  if (actor.is_service)
    actor = Actor{.user = {}, .role = Role::Admin, .customer = {}, .service = {}};
  if (*customer && !manages(actor, **customer)) co_return forbidden();
  if (!actor.is_admin() && (says_one(**body, "role") || says_one(**body, "userType")))
    co_return forbidden();

  User blank;
  blank.customer_id = customer->value_or(CustomerId{});
  Result<Surroundings> around = co_await commands_.surroundings(call.trace, actor, blank, **body);
  if (!around) co_return around.error();
  Result<NewUser> made = read_new_user(**body, *around, call.actor.is_service);
  if (!made) co_return made.error();
  const std::int64_t company_type = around->company ? around->company->customer_type : 0;
  UserId user_id{id};
  const Result<User> user =
      co_await commands_.create(call.trace, std::move(user_id), std::move(*made), company_type);
  if (!user) co_return user.error();
  co_return http::created("/api/users/" + id, view_of(*user));
}

Task<Result<http::Response>> Routes::put_user(http::Call& call) {
  Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!may_see(call.actor, *user)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  const Result<User> edited = co_await commands_.edit(call.trace, call.actor, std::move(*user),
                                                      **body, expected_version(call));
  if (!edited) co_return edited.error();
  co_return http::ok(view_of(*edited));
}

Task<Result<http::Response>> Routes::delete_user(http::Call& call) {
  Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!manages(call.actor, user->customer_id) || call.actor.user == user->id) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<void> removed =
      co_await commands_.remove(call.trace, std::move(*user), expected_version(call));
  if (!removed) co_return removed.error();
  co_return http::no_content();
}

}  // namespace thenorsound::user
