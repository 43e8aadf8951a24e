#include "services/customer/customer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace thenorsound::customer {
namespace {

constexpr std::size_t max_prefix = 10;
constexpr std::size_t suggested_letters = 7;

// The ASCII letter nearest to the one at `at`, which is moved past it; 0 for none.
char plain_letter(std::string_view folded, std::size_t& at) {
  const char c = folded[at++];
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return c;
  const std::string_view two = folded.substr(at - 1, 2);
  for (const auto& [letter, plain] :
       {std::pair("å", 'a'), std::pair("ä", 'a'), std::pair("ö", 'o'), std::pair("é", 'e'),
        std::pair("ü", 'u'), std::pair("ø", 'o')})
    if (two == letter) return ++at, plain;
  return 0;
}

}  // namespace

std::string org_key(const Customer& customer) {
  if (customer.deleted_at) return "deleted:" + customer.id.value;
  if (customer.country != "SE") return customer.country + ":" + fold_case(customer.org_number);
  std::string digits = customer.org_number;
  std::erase(digits, '-');
  return digits;
}

std::string suggested_prefix(std::string_view name, int attempt) {
  const std::string folded = fold_case(name);
  std::string prefix;
  for (std::size_t at = 0; at < folded.size() && prefix.size() < suggested_letters;)
    if (const char c = plain_letter(folded, at); c != 0)
      prefix += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  if (prefix.empty()) prefix = "TS";
  if (attempt > 0) prefix += std::to_string(attempt + 1);
  return prefix;
}

bool is_invoice_prefix(std::string_view text) {
  return !text.empty() && text.size() <= max_prefix &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

Change change_facts(Customer& customer, CustomerFacts wanted, Time now) {
  if (wanted == static_cast<const CustomerFacts&>(customer)) return Change::no;
  auto& former = customer.former_prefixes;
  if (customer.invoice_prefix && customer.invoice_prefix != wanted.invoice_prefix &&
      std::find(former.begin(), former.end(), *customer.invoice_prefix) == former.end())
    former.push_back(*customer.invoice_prefix);
  static_cast<CustomerFacts&>(customer) = std::move(wanted);
  ++customer.version;
  customer.updated_at = now;
  return Change::yes;
}

Change start_closing(Customer& customer, Time now) {
  if (customer.closing_since) return Change::no;
  customer.closing_since = now;
  return Change::yes;
}

Change reopen(Customer& customer) {
  if (!customer.closing_since || customer.deleted_at) return Change::no;
  customer.closing_since.reset();
  return Change::yes;
}

Result<Change> finish_closing(Customer& customer, Time now) {
  if (customer.deleted_at) return Change::no;
  if (!customer.closing_since) return conflict("The company has just been found in use.");
  customer.closing_since.reset();
  customer.deleted_at = now;
  ++customer.version;
  customer.updated_at = now;
  return Change::yes;
}

CustomerProfile profile_of(const Customer& customer) {
  CustomerProfile profile;
  profile.id = customer.id;
  profile.name = customer.name;
  profile.org_number = customer.org_number;
  profile.country = customer.country;
  profile.address = customer.address;
  profile.city = customer.city;
  profile.zip_code = customer.zip_code;
  profile.email = customer.email;
  profile.phone = customer.phone;
  profile.contact = customer.contact;
  profile.customer_type = customer.customer_type;
  profile.is_active = customer.is_active;
  profile.closing = customer.closing_since.has_value();
  profile.invoice_email = customer.invoice_email;
  profile.vat_number = customer.vat_number;
  profile.seat = customer.seat;
  profile.instant_booking = customer.instant_booking;
  profile.terms = customer.terms;
  profile.vat_status = customer.vat_status;
  profile.f_tax = customer.f_tax;
  profile.invoice_prefix = customer.invoice_prefix;
  profile.bankgiro = customer.bankgiro;
  profile.plusgiro = customer.plusgiro;
  profile.iban = customer.iban;
  profile.bic = customer.bic;
  return profile;
}

}  // namespace thenorsound::customer
