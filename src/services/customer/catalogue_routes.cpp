#include "contracts/runtime_settings.hpp"
#include "services/customer/queries.hpp"
#include "services/customer/routes.hpp"
#include "services/customer/views.hpp"

namespace thenorsound::customer {
namespace {

using http::Call;
using http::Response;
using Answer = Task<Result<Response>>;

Answer get_catalogue(Desk& desk, Call& call) {
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  const auto catalogue = co_await read_catalogue(desk);
  if (!catalogue) co_return catalogue.error();
  co_return http::ok(catalogue_view(*catalogue));
}

Answer put_catalogue(Desk& desk, Call& call) {
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  auto body = body_of(call);
  if (!body) co_return body.error();
  const auto changed =
      co_await change_catalogue(desk, call.trace, std::move(*body), expected_version(call));
  if (!changed) co_return changed.error();
  co_return http::ok(catalogue_view(*changed));
}

Answer get_settings(Desk& desk, Call& call) {
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  const auto settings = co_await read_settings(desk);
  if (!settings) co_return settings.error();
  co_return http::ok(settings_view(*settings));
}

Answer put_settings(Desk& desk, Call& call) {
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  auto body = body_of(call);
  if (!body) co_return body.error();
  const auto changed =
      co_await change_settings(desk, call.trace, std::move(*body), expected_version(call));
  if (!changed) co_return changed.error();
  co_return http::ok(settings_view(*changed));
}

// --- For other services ---

Answer get_profile(Desk& desk, Call& call) {
  const auto customer = co_await find_customer(desk, call.id());
  if (!customer) co_return customer.error();
  co_return http::ok(to_document(profile_of(*customer)));
}

Answer get_pricing_basis(Desk& desk, Call& call) {
  const auto parameters = call.query();
  if (!parameters) co_return parameters.error();
  Problems problems;
  Fields in(*parameters, problems, Fields::Mode::query);
  CustomerId crew_company;
  in.id("crewCustomerId", crew_company);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  CustomerId organiser{call.id()};
  const auto basis = co_await pricing_basis(desk, std::move(organiser), std::move(crew_company));
  if (!basis) co_return basis.error();
  co_return http::ok(to_document(*basis));
}

Answer get_names(Desk& desk, Call&) {
  auto stored = co_await read_catalogue(desk);
  if (!stored) co_return stored.error();
  const Catalogue catalogue{std::move(stored->categories)};
  co_return http::ok(to_document(catalogue));
}

Answer get_runtime_settings(Desk& desk, Call&) {
  const auto stored = co_await read_settings(desk);
  if (!stored) co_return stored.error();
  const RuntimeSettings settings{stored->booking_past_days};
  co_return http::ok(to_document(settings));
}

}  // namespace

void add_catalogue_routes(http::Router& router, Desk& desk) {
  using http::Access;
  using http::Body;
  using http::Method;
  const auto admin = Access::only({Role::Admin});
  const auto internal = Access::internal();
  router.add(Method::get, "/api/catalogue", Access::logged_in(), bind(desk, get_catalogue));
  router.add(Method::put, "/api/catalogue", admin, bind(desk, put_catalogue), Body::json);
  router.add(Method::get, "/api/admin/settings", admin, bind(desk, get_settings));
  router.add(Method::put, "/api/admin/settings", admin, bind(desk, put_settings), Body::json);
  router.add(Method::get, "/internal/customers/{id}", internal, bind(desk, get_profile));
  router.add(Method::get, "/internal/customers/{id}/pricing-basis", internal,
             bind(desk, get_pricing_basis));
  router.add(Method::get, "/internal/catalogue", internal, bind(desk, get_names));
  router.add(Method::get, "/internal/settings", internal, bind(desk, get_runtime_settings));
}

}  // namespace thenorsound::customer
