#include "services/customer/routes.hpp"

#include "services/customer/queries.hpp"
#include "services/customer/views.hpp"

namespace thenorsound::customer {
namespace {

using http::Call;
using http::Response;
using Answer = Task<Result<Response>>;

Answer list_all(Desk& desk, Call& call) {
  const auto parameters = call.query();
  if (!parameters) co_return parameters.error();
  Problems problems;
  Fields in(*parameters, problems, Fields::Mode::query);
  CustomerFilter filter;
  in.integer("customerType", filter.customer_type, organiser_type, crew_company_type);
  in.text("q", filter.q, {.may_be_blank = true});
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  if (!call.actor.is_admin()) filter.only = call.actor.customer;
  const auto list = co_await list_customers(desk, std::move(filter), page);
  if (!list) co_return list.error();
  co_return http::ok(*list);
}

Answer get_customer(Desk& desk, Call& call) {
  const auto customer = co_await own_customer(desk, call);
  if (!customer) co_return customer.error();
  co_return http::ok(customer_view(*customer));
}

Answer get_details(Desk& desk, Call& call) {
  auto customer = co_await own_customer(desk, call);
  if (!customer) co_return customer.error();
  const auto details =
      co_await customer_details(desk, call.trace, call.actor, std::move(*customer));
  if (!details) co_return details.error();
  co_return http::ok(*details);
}

Answer create(Desk& desk, Call& call, std::string id) {
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  const auto body = call.object();
  if (!body) co_return body.error();
  auto customer = decode_new_customer(**body, CustomerId{std::move(id)}, desk.clock.now());
  if (!customer) co_return customer.error();
  const auto made = co_await create_customer(desk, call.trace, std::move(*customer));
  if (!made) co_return made.error();
  co_return http::created("/api/customers/" + made->id.value, customer_view(*made));
}

Answer post_customer(Desk& desk, Call& call) {
  auto act = [&desk, &call](std::string id) { return create(desk, call, std::move(id)); };
  return desk.idempotency.run(call, std::string(CustomerKind::prefix), std::move(act));
}

Answer put_customer(Desk& desk, Call& call) {
  const auto customer = co_await own_customer(desk, call);
  if (!customer) co_return customer.error();
  auto body = body_of(call);
  if (!body) co_return body.error();
  if (!call.actor.is_admin() && changes_identity(*customer, **body)) co_return forbidden();
  const auto changed = co_await change_customer(desk, call.trace, call.id(), std::move(*body),
                                                expected_version(call));
  if (!changed) co_return changed.error();
  co_return http::ok(customer_view(*changed));
}

Answer delete_customer(Desk& desk, Call& call) {
  const auto customer = co_await own_customer(desk, call);
  if (!customer) co_return customer.error();
  const auto done = co_await remove_customer(desk, call.trace, call.id(), expected_version(call));
  if (!done) co_return done.error();
  co_return http::no_content();
}

}  // namespace

http::RouteHandler bind(Desk& desk, Handler handler) {
  return [&desk, handler](Call& call) { return handler(desk, call); };
}

ExpectedVersion expected_version(const Call& call) {
  constexpr std::int64_t no_version = -1;
  const auto match = call.if_match();
  return match ? *match : ExpectedVersion(no_version);
}

bool owns(const Actor& actor, const CustomerId& customer) {
  return actor.is_admin() || actor.customer == customer;
}

Task<Result<Customer>> own_customer(Desk& desk, const Call& call) {
  auto customer = co_await find_customer(desk, call.id());
  if (!customer) co_return customer.error();
  if (!owns(call.actor, customer->id)) co_return forbidden();
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  co_return customer;
}

Result<BodyPtr> body_of(const Call& call) {
  const auto body = call.object();
  if (!body) return body.error();
  return std::make_shared<const json::object>(**body);
}

void add_customer_routes(http::Router& router, Desk& desk) {
  using http::Access;
  using http::Body;
  using http::Method;
  const auto admin = Access::only({Role::Admin});
  const auto admins = Access::only({Role::Admin, Role::CustomerAdmin, Role::CrewAdmin});
  router.add(Method::get, "/api/customers", Access::logged_in(), bind(desk, list_all));
  router.add(Method::get, "/api/customers/{id}", Access::logged_in(), bind(desk, get_customer));
  router.add(Method::get, "/api/customers/{id}/details", Access::logged_in(),
             bind(desk, get_details));
  router.add(Method::post, "/api/customers", admin, bind(desk, post_customer), Body::json);
  router.add(Method::put, "/api/customers/{id}", admins, bind(desk, put_customer), Body::json);
  router.add(Method::delete_, "/api/customers/{id}", admin, bind(desk, delete_customer));
}

}  // namespace thenorsound::customer
