#include "services/customer/views.hpp"

#include "base/codec.hpp"

namespace thenorsound::customer {
namespace {

template <class T>
void put(json::object& out, std::string_view name, const T& value) {
  out.emplace(name, codec::write(value));
}
template <class T>
void put(json::object& out, std::string_view name, const std::optional<T>& value) {
  if (value) put(out, name, *value);
}

template <class Thing>
json::object head_of(const Thing& thing) {
  json::object out;
  put(out, "id", thing.id);
  out.emplace("version", thing.version);
  out.emplace("createdAt", to_iso(thing.created_at));
  out.emplace("updatedAt", to_iso(thing.updated_at));
  return out;
}

}  // namespace

json::object customer_view(const Customer& customer) {
  json::object out = head_of(customer);
  put(out, "name", customer.name);
  put(out, "orgNumber", customer.org_number);
  put(out, "country", customer.country);
  put(out, "address", customer.address);
  put(out, "city", customer.city);
  put(out, "zipCode", customer.zip_code);
  put(out, "email", customer.email);
  put(out, "phone", customer.phone);
  put(out, "contact", customer.contact);
  put(out, "customerType", customer.customer_type);
  put(out, "isActive", customer.is_active);
  put(out, "invoiceEmail", customer.invoice_email);
  put(out, "vatNumber", customer.vat_number);
  put(out, "seat", customer.seat);
  if (!customer.is_crew_company()) return out;
  put(out, "instantBooking", customer.instant_booking);
  put(out, "terms", customer.terms);
  put(out, "vatStatus", customer.vat_status);
  put(out, "fTax", customer.f_tax);
  put(out, "invoicePrefix", customer.invoice_prefix);
  put(out, "bankgiro", customer.bankgiro);
  put(out, "plusgiro", customer.plusgiro);
  put(out, "iban", customer.iban);
  put(out, "bic", customer.bic);
  return out;
}

json::object tariff_view(const Tariff& tariff) {
  json::object out = head_of(tariff);
  put(out, "customerId", tariff.customer_id);
  put(out, "crewCustomerId", tariff.crew_customer_id);
  put(out, "category", tariff.category);
  put(out, "skill", tariff.skill);
  put(out, "timeType", tariff.time_type);
  out.emplace("amount", to_json(tariff.amount));
  out.emplace("currency", "SEK");
  if (tariff.valid_from) out.emplace("validFrom", to_iso(*tariff.valid_from));
  if (tariff.valid_to) out.emplace("validTo", to_iso(*tariff.valid_to));
  return out;
}

json::object catalogue_view(const CatalogueDocument& catalogue) {
  json::object out = head_of(catalogue);
  put(out, "categories", catalogue.categories);
  return out;
}

json::object settings_view(const SettingsDocument& settings) {
  json::object out;
  out.emplace("booking.past_days", settings.booking_past_days);
  out.emplace("version", settings.version);
  return out;
}

}  // namespace thenorsound::customer
