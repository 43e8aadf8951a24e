#include "services/customer/queries.hpp"
#include "services/customer/routes.hpp"
#include "services/customer/views.hpp"

namespace thenorsound::customer {
namespace {

using http::Call;
using http::Response;
using Answer = Task<Result<Response>>;

// Whether the body's crewCustomerId names an alive crew company; true where it has none.
Task<Result<bool>> names_crew_company(Desk& desk, json::object body) {
  const json::value* named = body.if_contains("crewCustomerId");
  if (named == nullptr || !named->is_string()) co_return true;
  std::string id(std::string_view(named->get_string()));
  const auto company = co_await find_customer(desk, std::move(id));
  if (!company && company.error().code != Code::not_found) co_return company.error();
  co_return company.has_value() && company->is_crew_company();
}

// Somebody else's customerId is refused before the other fields are looked at.
Result<void> check_own_customer(const Actor& actor, const json::object& body) {
  const json::value* named = body.if_contains("customerId");
  if (named == nullptr || named->is_null()) return {};
  if (!named->is_string()) return invalid_field("customerId", "must be a text");
  CustomerId id{std::string(std::string_view(named->get_string()))};
  if (!owns(actor, id)) return forbidden();
  return {};
}

Answer list_tariffs(Desk& desk, Call& call) {
  const auto customer = co_await own_customer(desk, call);
  if (!customer) co_return customer.error();
  const auto tariffs = co_await tariffs_of(desk, customer->id);
  if (!tariffs) co_return tariffs.error();
  json::array items;
  for (const Tariff& tariff : *tariffs) items.emplace_back(tariff_view(tariff));
  co_return http::ok(items);
}

Answer create(Desk& desk, Call& call, std::string id) {
  const auto customer = co_await own_customer(desk, call);
  if (!customer) co_return customer.error();
  const auto body = call.object();
  if (!body) co_return body.error();
  if (const auto own = check_own_customer(call.actor, **body); !own) co_return own.error();
  const auto crew_company = co_await names_crew_company(desk, **body);
  if (!crew_company) co_return crew_company.error();
  auto stored = co_await read_catalogue(desk);
  if (!stored) co_return stored.error();
  const Catalogue catalogue{std::move(stored->categories)};
  const TariffContext context{catalogue, *crew_company};
  auto tariff =
      decode_new_tariff(**body, context, customer->id, TariffId{std::move(id)}, desk.clock.now());
  if (!tariff) co_return tariff.error();
  if (customer->is_crew_company()) co_return conflict("Only event organisers have tariffs.");
  const auto made = co_await create_tariff(desk, call.trace, std::move(*tariff));
  if (!made) co_return made.error();
  co_return http::created("/api/tariffs/" + made->id.value, tariff_view(*made));
}

Answer post_tariff(Desk& desk, Call& call) {
  auto act = [&desk, &call](std::string id) { return create(desk, call, std::move(id)); };
  return desk.idempotency.run(call, std::string(TariffKind::prefix), std::move(act));
}

// The tariff that the path names, of a company that is alive. Errors: not_found, forbidden.
Task<Result<Tariff>> own_tariff(Desk& desk, const Call& call) {
  auto found = co_await desk.tariffs.get(call.id());
  if (!found) co_return found.error();
  if (!*found) co_return not_found("tariff");
  const auto customer = co_await find_customer(desk, (*found)->customer_id.value);
  if (!customer && customer.error().code == Code::not_found) co_return not_found("tariff");
  if (!customer) co_return customer.error();
  if (!owns(call.actor, customer->id)) co_return forbidden();
  if (const auto plain = call.refuse_query(); !plain) co_return plain.error();
  co_return std::move(**found);
}

Answer put_tariff(Desk& desk, Call& call) {
  const auto tariff = co_await own_tariff(desk, call);
  if (!tariff) co_return tariff.error();
  auto body = body_of(call);
  if (!body) co_return body.error();
  if (const auto own = check_own_customer(call.actor, **body); !own) co_return own.error();
  const auto crew_company = co_await names_crew_company(desk, **body);
  if (!crew_company) co_return crew_company.error();
  const auto changed = co_await change_tariff(desk, call.trace, call.id(), std::move(*body),
                                              *crew_company, expected_version(call));
  if (!changed) co_return changed.error();
  co_return http::ok(tariff_view(*changed));
}

Answer delete_tariff(Desk& desk, Call& call) {
  const auto tariff = co_await own_tariff(desk, call);
  if (!tariff) co_return tariff.error();
  const ExpectedVersion expected = expected_version(call);
  if (expected && *expected != tariff->version)
    co_return make_error(Code::precondition_failed, "It has been changed in the meantime.");
  const auto done = co_await desk.tariffs.erase(call.id());
  if (!done) co_return done.error();
  co_return http::no_content();
}

}  // namespace

void add_tariff_routes(http::Router& router, Desk& desk) {
  using http::Access;
  using http::Body;
  using http::Method;
  const auto readers = Access::only({Role::Admin, Role::CustomerAdmin, Role::CustomerUser});
  const auto editors = Access::only({Role::Admin, Role::CustomerAdmin});
  router.add(Method::get, "/api/customers/{id}/tariffs", readers, bind(desk, list_tariffs));
  router.add(Method::post, "/api/customers/{id}/tariffs", editors, bind(desk, post_tariff),
             Body::json);
  router.add(Method::put, "/api/tariffs/{id}", editors, bind(desk, put_tariff), Body::json);
  router.add(Method::delete_, "/api/tariffs/{id}", editors, bind(desk, delete_tariff));
}

}  // namespace thenorsound::customer
