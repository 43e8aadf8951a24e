#include "services/customer/wire.hpp"

#include <array>

#include "services/customer/numbers.hpp"

namespace thenorsound::customer {
namespace {

constexpr std::array<std::string_view, 9> seller_fields = {
    "instantBooking", "terms",    "vatStatus", "fTax", "invoicePrefix",
    "bankgiro",       "plusgiro", "iban",      "bic"};

using Check = bool (*)(std::string_view);
void check(Fields& in, std::string_view name, const std::optional<std::string>& value, Check is,
           std::string message) {
  if (value && !in.problems().has(in.path(name)) && !is(*value))
    in.problem(name, std::move(message));
}

void read_terms(Fields& in, Terms& terms) {
  const json::object* object = in.object("terms");
  if (object == nullptr) return;
  Fields fields(*object, in.problems(), in.mode(), in.path("terms"));
  fields.enumeration("issueOn", terms.issue_on, true);
  fields.enumeration("dueFrom", terms.due_from, true);
  fields.integer("paymentDays", terms.payment_days, 0, 365, true);
  fields.integer("answerHours", terms.answer_hours, 1, 8'760, true);
  fields.integer("minMinutes", terms.min_minutes, 0, 1'440, true);
  fields.integer("stepMinutes", terms.step_minutes, 1, 1'440, true);
  fields.refuse_unknown();
}

void read_seller(Fields& in, CustomerFacts& facts) {
  in.boolean("instantBooking", facts.instant_booking, true);
  read_terms(in, facts.terms);
  in.enumeration("vatStatus", facts.vat_status, true);
  in.boolean("fTax", facts.f_tax, true);
  in.text("invoicePrefix", facts.invoice_prefix);
  if (in.mode() == Fields::Mode::merge && in.is_null("invoicePrefix"))
    in.problem("invoicePrefix", "is required");
  in.text("bankgiro", facts.bankgiro);
  in.text("plusgiro", facts.plusgiro);
  in.text("iban", facts.iban);
  in.text("bic", facts.bic);
  check(in, "invoicePrefix", facts.invoice_prefix, is_invoice_prefix,
        "must be 1 to 10 of the letters A-Z and digits");
  check(in, "bankgiro", facts.bankgiro, is_bankgiro, "must be a bankgiro number");
  check(in, "plusgiro", facts.plusgiro, is_plusgiro, "must be a plusgiro number");
  check(in, "iban", facts.iban, is_iban, "must be an IBAN");
  check(in, "bic", facts.bic, is_bic, "must be a BIC");
  if (facts.bic && !facts.iban) in.problem("bic", "needs an iban");
}

// Numbers that look different from country to country.
void check_numbers(Fields& in, CustomerFacts& facts) {
  if (in.problems().has("country")) return;
  const bool swedish = facts.country == "SE";
  if (swedish && !in.problems().has("orgNumber") && !facts.org_number.empty()) {
    if (auto number = swedish_org_number(facts.org_number))
      facts.org_number = std::move(*number);
    else
      in.problem("orgNumber", "must be a Swedish organisation number, NNNNNN-NNNN");
  }
  if (swedish && !in.problems().has("zipCode") && !facts.zip_code.empty()) {
    if (auto code = swedish_zip_code(facts.zip_code))
      facts.zip_code = std::move(*code);
    else
      in.problem("zipCode", "must be five digits");
  }
  if (swedish)
    check(in, "vatNumber", facts.vat_number, is_swedish_vat_number,
          "must be SE, ten digits and 01");
}

void read_customer(Fields& in, CustomerFacts& facts) {
  in.integer("customerType", facts.customer_type, organiser_type, crew_company_type);
  in.text("name", facts.name);
  in.text("orgNumber", facts.org_number, {.max = 30});
  in.text("country", facts.country, {}, true);
  if (!in.problems().has("country") && !is_country(facts.country))
    in.problem("country", "must be a country's two letters (ISO 3166)");
  in.text("address", facts.address);
  in.text("city", facts.city);
  in.text("zipCode", facts.zip_code, {.max = 20});
  in.email("email", facts.email);
  in.phone("phone", facts.phone);
  in.text("contact", facts.contact);
  in.boolean("isActive", facts.is_active, true);
  in.email("invoiceEmail", facts.invoice_email);
  in.text("vatNumber", facts.vat_number, {.max = 20});
  in.text("seat", facts.seat);
  check_numbers(in, facts);
  if (facts.is_crew_company() || in.problems().has("customerType")) {
    read_seller(in, facts);
    return;
  }
  for (const std::string_view name : seller_fields)
    if (in.has(name)) in.problem(name, "is a field of crew companies only");
}

void read_fixed(Fields& in, std::string_view id, Time created_at, Time updated_at,
                std::int64_t version, bool stale) {
  in.read_only("id", json::value(json::string(id)));
  in.read_only("createdAt", json::value(json::string(to_iso(created_at))));
  if (stale) {
    in.raw("version");
    in.raw("updatedAt");
    return;
  }
  in.read_only("version", version);
  in.read_only("updatedAt", json::value(json::string(to_iso(updated_at))));
}

void read_tariff(Fields& in, TariffFacts& facts, const TariffContext& context) {
  in.id("crewCustomerId", facts.crew_customer_id);
  if (facts.crew_customer_id && in.has("crewCustomerId") && !context.names_crew_company &&
      !in.problems().has("crewCustomerId"))
    in.problem("crewCustomerId", "names no crew company");
  const TariffFacts before = facts;
  in.text("category", facts.category);
  in.text("skill", facts.skill);
  in.enumeration("timeType", facts.time_type);
  in.money("amount", facts.amount, Money{0}, max_tariff);
  in.read_only("currency", json::value("SEK"));
  in.day("validFrom", facts.valid_from);
  in.day("validTo", facts.valid_to);
  const auto fine = [&](std::string_view name) { return !in.problems().has(in.path(name)); };
  if (fine("validFrom") && fine("validTo") && facts.valid_from && facts.valid_to &&
      *facts.valid_to < *facts.valid_from)
    in.problem("validTo", "must not be before validFrom");
  if (before.category == facts.category && before.skill == facts.skill) return;
  if (fine("category") && context.catalogue.category(facts.category) == nullptr)
    in.problem("category", "is no category of the catalogue");
  else if (fine("category") && fine("skill") && !context.catalogue.has(facts.category, facts.skill))
    in.problem("skill", "is no skill of that category");
}

void read_labels(Fields& in, LocalText& labels) {
  const json::object* object = in.object("labels", true);
  if (object == nullptr) return;
  Fields fields(*object, in.problems(), Fields::Mode::create, in.path("labels"));
  fields.text("sv", labels.sv);
  fields.text("en", labels.en);
  fields.refuse_unknown();
}

void read_category(Fields& in, CatalogueCategory& category) {
  in.text("name", category.name);
  read_labels(in, category.labels);
  if (in.integer("vatRate", category.vat_rate, 0, 25) && category.vat_rate != 0 &&
      category.vat_rate != 6 && category.vat_rate != 12 && category.vat_rate != 25)
    in.problem("vatRate", "must be 0, 6, 12 or 25");
  in.text("vatReason", category.vat_reason);
  if (in.has("vatRate") && category.vat_rate == 0 && !in.has("vatReason"))
    in.problem("vatReason", "is required where vatRate is 0");
  in.objects("skills", max_skills, true, [&](Fields& item, std::size_t) {
    CatalogueSkill skill;
    if (item.text("name", skill.name))
      for (const CatalogueSkill& other : category.skills)
        if (other.name == skill.name) item.problem("name", "occurs twice");
    read_labels(item, skill.labels);
    category.skills.push_back(std::move(skill));
  });
}

}  // namespace

Result<Customer> decode_new_customer(const json::object& body, CustomerId id, Time now) {
  Customer customer;
  customer.id = std::move(id);
  customer.created_at = customer.updated_at = now;
  Problems problems;
  Fields in(body, problems, Fields::Mode::create);
  read_customer(in, customer);
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return customer;
}

Result<CustomerFacts> decode_changes(const Customer& customer, const json::object& body,
                                     bool stale) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  read_fixed(in, customer.id.value, customer.created_at, customer.updated_at, customer.version,
             stale);
  CustomerFacts facts = customer;
  read_customer(in, facts);
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  if (facts.is_crew_company()) return facts;
  // Terms, accounts and the like are a crew company's.
  CustomerFacts organiser;
  facts.instant_booking = organiser.instant_booking;
  facts.terms = organiser.terms;
  facts.vat_status = organiser.vat_status;
  facts.f_tax = organiser.f_tax;
  for (auto* field :
       {&facts.invoice_prefix, &facts.bankgiro, &facts.plusgiro, &facts.iban, &facts.bic})
    field->reset();
  return facts;
}

bool changes_identity(const Customer& customer, const json::object& body) {
  if (const json::value* type = body.if_contains("customerType"))
    if (!type->is_number() ||
        type->to_number<double>() != static_cast<double>(customer.customer_type))
      return true;
  const json::value* number = body.if_contains("orgNumber");
  if (number == nullptr) return false;
  if (!number->is_string()) return true;
  const std::string_view text(number->get_string());
  return text != customer.org_number && swedish_org_number(text) != customer.org_number;
}

Result<Tariff> decode_new_tariff(const json::object& body, const TariffContext& context,
                                 CustomerId customer, TariffId id, Time now) {
  Tariff tariff;
  tariff.id = std::move(id);
  tariff.customer_id = std::move(customer);
  tariff.created_at = tariff.updated_at = now;
  Problems problems;
  Fields in(body, problems, Fields::Mode::create);
  in.read_only("customerId", codec::write(tariff.customer_id));
  read_tariff(in, tariff, context);
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return tariff;
}

Result<TariffFacts> decode_changes(const Tariff& tariff, const json::object& body,
                                   const TariffContext& context, bool stale) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  read_fixed(in, tariff.id.value, tariff.created_at, tariff.updated_at, tariff.version, stale);
  in.read_only("customerId", codec::write(tariff.customer_id));
  TariffFacts facts = tariff;
  read_tariff(in, facts, context);
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return facts;
}

Result<std::vector<CatalogueCategory>> decode_categories(const CatalogueDocument& current,
                                                         const json::object& body, bool stale) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  read_fixed(in, current.id, current.created_at, current.updated_at, current.version, stale);
  std::vector<CatalogueCategory> categories;
  const bool given =
      in.objects("categories", max_categories, false, [&](Fields& item, std::size_t) {
        CatalogueCategory category;
        read_category(item, category);
        for (const CatalogueCategory& other : categories)
          if (other.name == category.name && !category.name.empty())
            item.problem("name", "occurs twice");
        categories.push_back(std::move(category));
      });
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return given ? categories : current.categories;
}

Result<SettingsDocument> decode_settings(const SettingsDocument& current, const json::object& body,
                                         bool stale) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  if (stale)
    in.raw("version");
  else
    in.read_only("version", current.version);
  SettingsDocument settings = current;
  in.integer("booking.past_days", settings.booking_past_days, 0, 366);
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return settings;
}

}  // namespace thenorsound::customer
