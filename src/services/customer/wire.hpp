// What strangers send about companies, tariffs, the catalogue and settings, decoded into typed
// values with every fault named.
#pragma once
#include "base/fields.hpp"
#include "services/customer/catalogue.hpp"
#include "services/customer/customer.hpp"
#include "services/customer/tariff.hpp"

namespace thenorsound::customer {

// POST. Error 400 naming every field.
Result<Customer> decode_new_customer(const json::object& body, CustomerId id, Time now);
// PUT, a merge with `customer` as it is. `stale`: the caller's If-Match names another version, so
// fields that count by themselves may differ. Error 400.
Result<CustomerFacts> decode_changes(const Customer& customer, const json::object& body,
                                     bool stale);
// Whether the body has another customerType or orgNumber than the company: an Admin's matter.
bool changes_identity(const Customer& customer, const json::object& body);

// What the fields of a tariff are judged by.
struct TariffContext {
  const Catalogue& catalogue;
  bool names_crew_company = true;  // the body's crewCustomerId, where it has one, is an alive one
};
Result<Tariff> decode_new_tariff(const json::object& body, const TariffContext& context,
                                 CustomerId customer, TariffId id, Time now);
Result<TariffFacts> decode_changes(const Tariff& tariff, const json::object& body,
                                   const TariffContext& context, bool stale);

// The categories that the body asks for; those of `current` where it has none.
Result<std::vector<CatalogueCategory>> decode_categories(const CatalogueDocument& current,
                                                         const json::object& body, bool stale);
// The settings as the body changes them.
Result<SettingsDocument> decode_settings(const SettingsDocument& current, const json::object& body,
                                         bool stale);

}  // namespace thenorsound::customer
