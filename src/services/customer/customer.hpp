// A company: an event organiser or a crew company. Pure rules.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "contracts/customer_profile.hpp"
#include "store/modify_queue.hpp"

namespace thenorsound::customer {

using store::Change;

constexpr std::int64_t organiser_type = 1;
constexpr std::int64_t crew_company_type = 2;

// What the API takes and shows of a company.
struct CustomerFacts {
  std::string name;
  std::string org_number;  // a Swedish one as NNNNNN-NNNN
  std::string country = "SE";
  std::string address;
  std::string city;
  std::string zip_code;
  std::string email;
  std::string phone;
  std::optional<std::string> contact;
  std::int64_t customer_type = organiser_type;
  bool is_active = true;
  std::optional<std::string> invoice_email;
  std::optional<std::string> vat_number;
  std::optional<std::string> seat;
  // Crew companies.
  bool instant_booking = false;
  Terms terms;
  VatStatus vat_status = VatStatus::Registered;
  bool f_tax = false;
  std::optional<std::string> invoice_prefix;  // each crew company has one
  std::optional<std::string> bankgiro;
  std::optional<std::string> plusgiro;
  std::optional<std::string> iban;
  std::optional<std::string> bic;

  bool is_crew_company() const { return customer_type == crew_company_type; }
  bool operator==(const CustomerFacts&) const = default;
};
BOOST_DESCRIBE_STRUCT(CustomerFacts, (),
                      (name, org_number, country, address, city, zip_code, email, phone, contact,
                       customer_type, is_active, invoice_email, vat_number, seat, instant_booking,
                       terms, vat_status, f_tax, invoice_prefix, bankgiro, plusgiro, iban, bic))

struct Customer : CustomerFacts {
  CustomerId id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;
  std::optional<Time> closing_since;  // being deleted: live bookings are asked for
  std::optional<Time> deleted_at;
  // Prefixes that this company's invoices may carry: nobody else's ever may.
  std::vector<std::string> former_prefixes;

  std::string document_id() const { return id.value; }
};
BOOST_DESCRIBE_STRUCT(Customer, (),
                      (id, version, created_at, updated_at, closing_since, deleted_at,
                       former_prefixes))

// Unique among all companies; free to be used anew once the company has been deleted.
std::string org_key(const Customer& customer);
// "MALMOLJ" for "Malmö Ljud AB": what invoices of that company may start with, then numbered.
std::string suggested_prefix(std::string_view name, int attempt);
bool is_invoice_prefix(std::string_view text);  // 1-10 of A-Z and 0-9

// Change::no where nothing differs.
Change change_facts(Customer& customer, CustomerFacts wanted, Time now);

// Deletion: marked closing, so that no booking begins; then deleted or reopened.
Change start_closing(Customer& customer, Time now);
Change reopen(Customer& customer);
// Error conflict: reopened meanwhile.
Result<Change> finish_closing(Customer& customer, Time now);

CustomerProfile profile_of(const Customer& customer);

}  // namespace thenorsound::customer
