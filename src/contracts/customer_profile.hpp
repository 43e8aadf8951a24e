// What the customer service tells other services of a company, of tariffs and of the catalogue.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "contracts/skill.hpp"

namespace thenorsound {

enum class IssueOn { Confirmed, Completed };
BOOST_DESCRIBE_ENUM(IssueOn, Confirmed, Completed)
enum class DueFrom { Work, Issue };
BOOST_DESCRIBE_ENUM(DueFrom, Work, Issue)
enum class VatStatus { Registered, Exempt, None };
BOOST_DESCRIBE_ENUM(VatStatus, Registered, Exempt, None)
enum class TimeType { Hour, HalfDay, Day, Event };
BOOST_DESCRIBE_ENUM(TimeType, Hour, HalfDay, Day, Event)

// A crew company's terms; copied into each booking.
struct Terms {
  IssueOn issue_on = IssueOn::Confirmed;
  DueFrom due_from = DueFrom::Work;
  std::int64_t payment_days = 30;
  std::int64_t answer_hours = 48;
  std::int64_t min_minutes = 0;
  std::int64_t step_minutes = 1;
  bool operator==(const Terms&) const = default;
};
BOOST_DESCRIBE_STRUCT(Terms, (),
                      (issue_on, due_from, payment_days, answer_hours, min_minutes, step_minutes))

struct CustomerProfile {
  CustomerId id;
  std::string name;
  std::string org_number;
  std::string country = "SE";
  std::string address;
  std::string city;
  std::string zip_code;
  std::string email;
  std::string phone;
  std::optional<std::string> contact;
  std::int64_t customer_type = 1;  // 1 EventOrganizer, 2 CrewCompany
  bool is_active = true;
  bool closing = false;
  std::optional<std::string> invoice_email;
  std::optional<std::string> vat_number;
  std::optional<std::string> seat;
  // Crew companies.
  bool instant_booking = false;
  Terms terms;
  VatStatus vat_status = VatStatus::Registered;
  bool f_tax = false;
  std::optional<std::string> invoice_prefix;
  std::optional<std::string> bankgiro;
  std::optional<std::string> plusgiro;
  std::optional<std::string> iban;
  std::optional<std::string> bic;
};
BOOST_DESCRIBE_STRUCT(CustomerProfile, (),
                      (id, name, org_number, country, address, city, zip_code, email, phone,
                       contact, customer_type, is_active, closing, invoice_email, vat_number, seat,
                       instant_booking, terms, vat_status, f_tax, invoice_prefix, bankgiro,
                       plusgiro, iban, bic))

struct TariffTerms {
  TariffId id;
  CustomerId crew_customer_id;  // empty: for every crew company
  std::string category;
  std::string skill;
  TimeType time_type = TimeType::Hour;
  Money amount;
  std::optional<Day> valid_from;
  std::optional<Day> valid_to;
};
BOOST_DESCRIBE_STRUCT(TariffTerms, (),
                      (id, crew_customer_id, category, skill, time_type, amount, valid_from,
                       valid_to))

struct LocalText {
  std::string sv;
  std::string en;
};
BOOST_DESCRIBE_STRUCT(LocalText, (), (sv, en))
struct CatalogueSkill {
  std::string name;
  LocalText labels;
};
BOOST_DESCRIBE_STRUCT(CatalogueSkill, (), (name, labels))
struct CatalogueCategory {
  std::string name;
  LocalText labels;
  std::int64_t vat_rate = 25;  // percent
  std::optional<std::string> vat_reason;
  std::vector<CatalogueSkill> skills;
};
BOOST_DESCRIBE_STRUCT(CatalogueCategory, (), (name, labels, vat_rate, vat_reason, skills))
struct Catalogue {
  std::vector<CatalogueCategory> categories;
  const CatalogueCategory* category(std::string_view name) const {
    for (const auto& item : categories)
      if (item.name == name) return &item;
    return nullptr;
  }
  bool has(std::string_view category_name, std::string_view skill) const {
    const CatalogueCategory* found = category(category_name);
    if (found == nullptr) return false;
    for (const auto& item : found->skills)
      if (item.name == skill) return true;
    return false;
  }
};
BOOST_DESCRIBE_STRUCT(Catalogue, (), (categories))

// Everything a price needs.
struct PricingBasis {
  CustomerProfile crew_company;      // the organiser itself for in-house crew
  std::vector<TariffTerms> tariffs;  // all of the organiser's
  Catalogue catalogue;
};
BOOST_DESCRIBE_STRUCT(PricingBasis, (), (crew_company, tariffs, catalogue))

}  // namespace thenorsound
