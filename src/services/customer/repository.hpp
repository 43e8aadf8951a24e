// How companies and tariffs are stored: with members beside the aggregates' own that only serve
// unique keys and queries (orgKey, prefixes, words, alive; crewKey, fromKey).
#pragma once
#include "services/customer/catalogue.hpp"
#include "services/customer/customer.hpp"
#include "services/customer/tariff.hpp"
#include "store/collection.hpp"

namespace thenorsound {

template <>
json::object to_document<customer::Customer>(const customer::Customer& value);
template <>
customer::Customer from_document<customer::Customer>(const json::object& document);
template <>
json::object to_document<customer::Tariff>(const customer::Tariff& value);
template <>
customer::Tariff from_document<customer::Tariff>(const json::object& document);

}  // namespace thenorsound

namespace thenorsound::customer {

using Customers = store::Collection<Customer>;
using Tariffs = store::Collection<Tariff>;
using Catalogues = store::Collection<CatalogueDocument>;
using SettingsCollection = store::Collection<SettingsDocument>;

std::vector<store::CollectionSchema> schemas();

}  // namespace thenorsound::customer
