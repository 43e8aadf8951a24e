#include "services/customer/repository.hpp"

#include <set>

#include "base/text.hpp"
#include "contracts/personal_number.hpp"

namespace thenorsound {
namespace {

void append(json::object& to, json::object&& from) {
  for (auto& member : from) to.emplace(member.key(), std::move(member.value()));
}

// A person's number isn't searched for.
json::array search_words(const customer::Customer& value) {
  std::set<std::string> words;
  const bool person = holds_personal_number(value.org_number);
  for (const std::string& text : {value.name, value.city, value.email, value.contact.value_or(""),
                                  person ? std::string() : value.org_number})
    for (std::string& word : words_of(text)) words.insert(std::move(word));
  json::array out;
  for (const std::string& word : words) out.emplace_back(json::string(word));
  return out;
}

}  // namespace

template <>
json::object to_document<customer::Customer>(const customer::Customer& value) {
  json::object out = codec::write_members(value);
  append(out, codec::write_members(static_cast<const customer::CustomerFacts&>(value)));
  out.emplace("orgKey", json::string(customer::org_key(value)));
  std::vector<std::string> prefixes = value.former_prefixes;
  if (value.invoice_prefix) prefixes.push_back(*value.invoice_prefix);
  out.emplace("prefixes", codec::write(prefixes));
  out.emplace("words", search_words(value));
  out.emplace("alive", !value.deleted_at.has_value());
  return out;
}

template <>
customer::Customer from_document<customer::Customer>(const json::object& document) {
  customer::Customer value;
  codec::read_members(document, value);
  codec::read_members(document, static_cast<customer::CustomerFacts&>(value));
  return value;
}

template <>
json::object to_document<customer::Tariff>(const customer::Tariff& value) {
  json::object out = codec::write_members(value);
  append(out, codec::write_members(static_cast<const customer::TariffFacts&>(value)));
  out.emplace("crewKey", json::string(value.crew_customer_id ? value.crew_customer_id->value : ""));
  out.emplace("fromKey", json::string(value.valid_from ? to_iso(*value.valid_from) : ""));
  return out;
}

template <>
customer::Tariff from_document<customer::Tariff>(const json::object& document) {
  customer::Tariff value;
  codec::read_members(document, value);
  codec::read_members(document, static_cast<customer::TariffFacts&>(value));
  return value;
}

}  // namespace thenorsound

namespace thenorsound::customer {

std::vector<store::CollectionSchema> schemas() {
  store::CollectionSchema customers;
  customers.name = "customers";
  customers.fields = {"alive",         "id",          "customerType", "createdAt", "orgKey",
                      "invoicePrefix", "closingSince"};
  customers.arrays = {"words", "prefixes"};
  customers.indexes = {{{"orgKey"}, true},
                       {{"invoicePrefix"}, true},
                       {{"alive", "createdAt"}, false},
                       {{"alive", "customerType", "createdAt"}, false},
                       {{"id"}, false},
                       {{"closingSince"}, false}};
  customers.sealed = {{"orgNumber", holds_personal_number}, {"vatNumber", holds_personal_number}};
  customers.hashed = {{"orgKey", holds_personal_number}};
  store::CollectionSchema tariffs;
  tariffs.name = "tariffs";
  tariffs.fields = {"customerId", "crewKey", "category", "skill", "timeType", "fromKey"};
  tariffs.indexes = {{{"customerId", "crewKey", "category", "skill", "timeType", "fromKey"}, true},
                     {{"category", "skill"}, false}};
  store::CollectionSchema catalogue;
  catalogue.name = "catalogue";
  store::CollectionSchema settings;
  settings.name = "settings";
  std::vector<store::CollectionSchema> all;
  for (auto* schema : {&customers, &tariffs, &catalogue, &settings})
    all.push_back(std::move(*schema));
  return all;
}

}  // namespace thenorsound::customer
