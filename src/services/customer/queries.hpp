// Everything that reads companies, tariffs, the catalogue and settings.
#pragma once
#include "base/context.hpp"
#include "http/router.hpp"
#include "services/customer/desk.hpp"

namespace thenorsound::customer {

// Errors: not_found where there is none or it has been deleted.
Task<Result<Customer>> find_customer(Desk& desk, std::string id);

struct CustomerFilter {
  std::optional<CustomerId> only;
  std::optional<std::int64_t> customer_type;
  std::optional<std::string> q;
};
// Newest first.
Task<Result<json::object>> list_customers(Desk& desk, CustomerFilter filter, http::Page page);
// The company with what else the actor may see of it: tariffs, users, eventCount,
// liveBookingCount.
Task<Result<json::object>> customer_details(Desk& desk, Trace trace, Actor actor,
                                            Customer customer);

// By category, skill, time type and validity.
Task<Result<std::vector<Tariff>>> tariffs_of(Desk& desk, CustomerId customer);
Task<Result<CatalogueDocument>> read_catalogue(Desk& desk);
Task<Result<SettingsDocument>> read_settings(Desk& desk);
// Errors: not_found; conflict where one of the companies is closing.
Task<Result<PricingBasis>> pricing_basis(Desk& desk, CustomerId organiser, CustomerId crew_company);

}  // namespace thenorsound::customer
