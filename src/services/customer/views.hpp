// Companies, tariffs, the catalogue and settings as the API shows them.
#pragma once
#include "base/json.hpp"
#include "services/customer/catalogue.hpp"
#include "services/customer/customer.hpp"
#include "services/customer/tariff.hpp"

namespace thenorsound::customer {

json::object customer_view(const Customer& customer);
json::object tariff_view(const Tariff& tariff);
json::object catalogue_view(const CatalogueDocument& catalogue);
json::object settings_view(const SettingsDocument& settings);

}  // namespace thenorsound::customer
