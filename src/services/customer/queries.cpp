#include "services/customer/queries.hpp"

#include "base/text.hpp"
#include "services/customer/views.hpp"

namespace thenorsound::customer {
namespace {

using store::Op;

bool may_see_tariffs_and_events(const Actor& actor) {
  return actor.is_admin() || actor.is(Role::CustomerAdmin) || actor.is(Role::CustomerUser);
}
bool may_see_users(const Actor& actor) {
  return actor.is_admin() || actor.is(Role::CustomerAdmin) || actor.is(Role::CrewAdmin);
}

json::object user_view(const UserProfile& user) {
  json::object out = to_document(user);
  out.erase("accessVersion");  // for services only
  if (user.customer_id.empty()) out.erase("customerId");
  if (user.user_type != 3) out.erase("skills");
  return out;
}

}  // namespace

Task<Result<Customer>> find_customer(Desk& desk, std::string id) {
  auto found = co_await desk.customers.get(std::move(id));
  if (!found) co_return found.error();
  if (!*found || (*found)->deleted_at) co_return not_found("customer");
  co_return std::move(**found);
}

Task<Result<json::object>> list_customers(Desk& desk, CustomerFilter filter, http::Page page) {
  store::Query query;
  query.where.push_back({"alive", Op::eq, true});
  if (filter.only) query.where.push_back({"id", Op::eq, json::string(filter.only->value)});
  if (filter.customer_type) query.where.push_back({"customerType", Op::eq, *filter.customer_type});
  if (filter.q) {
    const std::vector<std::string> words = words_of(*filter.q);
    if (words.empty()) co_return http::page_of({}, page, 0);
    for (const std::string& word : words)
      query.where.push_back({"words", Op::prefix, json::string(word)});
  }
  query.order_by = "createdAt";
  query.descending = true;
  query.limit = page.limit();
  query.skip = page.skip();
  store::Query counted = query;
  const auto total = co_await desk.customers.count(std::move(counted));
  if (!total) co_return total.error();
  const auto customers = co_await desk.customers.find(std::move(query));
  if (!customers) co_return customers.error();
  json::array items;
  for (const Customer& customer : *customers) items.emplace_back(customer_view(customer));
  co_return http::page_of(std::move(items), page, *total);
}

Task<Result<json::object>> customer_details(Desk& desk, Trace trace, Actor actor,
                                            Customer customer) {
  json::object out = customer_view(customer);
  const CustomerId id = customer.id;
  if (may_see_tariffs_and_events(actor)) {
    const auto tariffs = co_await tariffs_of(desk, id);
    if (!tariffs) co_return tariffs.error();
    json::array items;
    for (const Tariff& tariff : *tariffs) items.emplace_back(tariff_view(tariff));
    out.emplace("tariffs", std::move(items));
    const auto events = co_await desk.neighbours.count_events(trace, id);
    if (!events) co_return events.error();
    out.emplace("eventCount", *events);
  }
  if (may_see_users(actor)) {
    const auto users = co_await desk.neighbours.users_of(trace, id);
    if (!users) co_return users.error();
    json::array items;
    for (const UserProfile& user : *users) items.emplace_back(user_view(user));
    out.emplace("users", std::move(items));
  }
  if (!actor.is(Role::CrewUser)) {
    const auto bookings = co_await desk.neighbours.count_live_bookings(trace, id);
    if (!bookings) co_return bookings.error();
    out.emplace("liveBookingCount", *bookings);
  }
  co_return out;
}

Task<Result<std::vector<Tariff>>> tariffs_of(Desk& desk, CustomerId customer) {
  store::Query query;
  query.where.push_back({"customerId", Op::eq, json::string(customer.value)});
  query.limit = max_tariffs;
  auto tariffs = co_await desk.tariffs.find(std::move(query));
  if (!tariffs) co_return tariffs.error();
  std::sort(tariffs->begin(), tariffs->end(), [](const Tariff& a, const Tariff& b) {
    return std::tie(a.category, a.skill, a.time_type, a.valid_from, a.id) <
           std::tie(b.category, b.skill, b.time_type, b.valid_from, b.id);
  });
  co_return tariffs;
}

Task<Result<CatalogueDocument>> read_catalogue(Desk& desk) {
  auto found = co_await desk.catalogue.get(CatalogueDocument::only_id);
  if (!found) co_return found.error();
  if (!*found) co_return unavailable("no-catalogue");
  co_return std::move(**found);
}

Task<Result<SettingsDocument>> read_settings(Desk& desk) {
  auto found = co_await desk.runtime.get(SettingsDocument::only_id);
  if (!found) co_return found.error();
  if (!*found) co_return unavailable("no-settings");
  co_return std::move(**found);
}

Task<Result<PricingBasis>> pricing_basis(Desk& desk, CustomerId organiser,
                                         CustomerId crew_company) {
  const auto buyer = co_await find_customer(desk, organiser.value);
  if (!buyer) co_return buyer.error();
  const auto seller = co_await find_customer(desk, std::move(crew_company.value));
  if (!seller) co_return seller.error();
  if (buyer->closing_since || seller->closing_since)
    co_return conflict("The company is being closed.");
  const auto tariffs = co_await tariffs_of(desk, std::move(organiser));
  if (!tariffs) co_return tariffs.error();
  auto catalogue = co_await read_catalogue(desk);
  if (!catalogue) co_return catalogue.error();
  PricingBasis basis;
  basis.crew_company = profile_of(*seller);
  for (const Tariff& tariff : *tariffs) basis.tariffs.push_back(terms_of(tariff));
  basis.catalogue.categories = std::move(catalogue->categories);
  co_return basis;
}

}  // namespace thenorsound::customer
