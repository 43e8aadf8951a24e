#include "services/customer/wire.hpp"

#include <gtest/gtest.h>

#include "services/customer/views.hpp"

namespace thenorsound::customer {
namespace {

using Names = std::vector<std::string>;
constexpr Time now{1'800'000'000'000};

json::object body_of(const char* text) { return read_json(text)->as_object(); }
json::object organiser_body() {
  return body_of(R"({"name": "Malmö Live AB", "orgNumber": "5560160680", "address": "Gatan 1",
    "city": "Malmö", "zipCode": "21120", "email": "info@live.example", "phone": "040-12 34 56",
    "customerType": 1})");
}
json::object crew_body() {
  json::object body = organiser_body();
  body["customerType"] = 2;
  return body;
}
template <class T>
Names faults(const Result<T>& outcome) {
  Names fields;
  if (outcome) return fields;
  for (const FieldError& error : outcome.error().details) fields.push_back(error.field);
  std::sort(fields.begin(), fields.end());
  return fields;
}
Result<Customer> decode(const json::object& body) {
  return decode_new_customer(body, CustomerId{"cust-1"}, now);
}
Customer organiser() { return *decode(organiser_body()); }
Customer crew_company() {
  Customer customer = *decode(crew_body());
  customer.invoice_prefix = "ML";
  return customer;
}
Result<CustomerFacts> merge(const Customer& customer, const char* body, bool stale = false) {
  return decode_changes(customer, body_of(body), stale);
}

TEST(NewCustomer, IsReadWithItsDefaults) {
  const auto customer = decode(organiser_body());
  ASSERT_TRUE(customer);
  EXPECT_EQ(customer->org_number, "556016-0680");
  EXPECT_EQ(customer->zip_code, "211 20");
  EXPECT_EQ(customer->country, "SE");
  EXPECT_TRUE(customer->is_active);
  EXPECT_FALSE(customer->is_crew_company());
}

TEST(NewCustomer, NamesEveryFieldThatIsMissing) {
  EXPECT_EQ(faults(decode({})), (Names{"address", "city", "customerType", "email", "name",
                                       "orgNumber", "phone", "zipCode"}));
}

TEST(NewCustomer, NamesEveryFieldThatIsWrong) {
  json::object body = crew_body();
  body["orgNumber"] = "556016-0681";
  body["zipCode"] = "2112";
  body["email"] = "info";
  body["phone"] = "x";
  body["vatNumber"] = "SE1";
  body["invoiceEmail"] = "y";
  body["instantBooking"] = "yes";
  body["terms"] = body_of(R"({"issueOn": "Never", "paymentDays": 366, "answerHours": 0,
                              "minMinutes": -1, "stepMinutes": 0, "discount": 1})");
  body["vatStatus"] = "Maybe";
  body["invoicePrefix"] = "M-L";
  body["bankgiro"] = "5050-1056";
  body["plusgiro"] = "12345-6";
  body["iban"] = "SE4550000000058398257467";
  body["bic"] = "X";
  body["version"] = 1;
  EXPECT_EQ(faults(decode(body)), (Names{"bankgiro",
                                         "bic",
                                         "email",
                                         "iban",
                                         "instantBooking",
                                         "invoiceEmail",
                                         "invoicePrefix",
                                         "orgNumber",
                                         "phone",
                                         "plusgiro",
                                         "terms.answerHours",
                                         "terms.discount",
                                         "terms.issueOn",
                                         "terms.minMinutes",
                                         "terms.paymentDays",
                                         "terms.stepMinutes",
                                         "vatNumber",
                                         "vatStatus",
                                         "version",
                                         "zipCode"}));
}

TEST(NewCustomer, TakesTheSellersFieldsForCrewCompaniesOnly) {
  json::object body = organiser_body();
  body["invoicePrefix"] = "ML";
  body["terms"] = json::object();
  EXPECT_EQ(faults(decode(body)), (Names{"invoicePrefix", "terms"}));
  body["customerType"] = 2;
  body["terms"] = body_of(R"({"paymentDays": 10})");
  const auto customer = decode(body);
  ASSERT_TRUE(customer);
  EXPECT_EQ(customer->terms.payment_days, 10);
  EXPECT_EQ(customer->terms.answer_hours, 48);
}

TEST(NewCustomer, FromAbroadHasNoCheckDigits) {
  json::object body = organiser_body();
  body["country"] = "NO";
  body["orgNumber"] = "912 660 680";
  body["zipCode"] = "0150";
  body["vatNumber"] = "NO912660680MVA";
  const auto customer = decode(body);
  ASSERT_TRUE(customer);
  EXPECT_EQ(customer->org_number, "912 660 680");
  EXPECT_EQ(customer->zip_code, "0150");
  body["country"] = "XX";
  EXPECT_EQ(faults(decode(body)), Names{"country"});
}

TEST(NewCustomer, NeedsAnIbanForABic) {
  json::object body = crew_body();
  body["bic"] = "ESSESESS";
  EXPECT_EQ(faults(decode(body)), Names{"bic"});
  body["iban"] = "SE4550000000058398257466";
  EXPECT_TRUE(decode(body));
}

TEST(CustomerChanges, MergeWithWhatIsThere) {
  Customer customer = crew_company();
  customer.contact = "Eva";
  customer.terms.min_minutes = 60;
  const auto facts =
      merge(customer, R"({"contact": null, "terms": {"paymentDays": 15}, "zipCode": "11122"})");
  ASSERT_TRUE(facts);
  EXPECT_FALSE(facts->contact);
  EXPECT_EQ(facts->terms.payment_days, 15);
  EXPECT_EQ(facts->terms.min_minutes, 60);
  EXPECT_EQ(facts->zip_code, "111 22");
  EXPECT_EQ(facts->invoice_prefix, "ML");
}

TEST(CustomerChanges, TakeTheWholeDocumentBack) {
  for (const Customer& customer : {organiser(), crew_company()}) {
    const auto facts = decode_changes(customer, customer_view(customer), false);
    ASSERT_TRUE(facts) << testing::PrintToString(faults(facts));
    EXPECT_EQ(*facts, static_cast<const CustomerFacts&>(customer));
  }
}

TEST(CustomerChanges, RefuseOtherValuesForWhatTheSystemWrites) {
  const char* body = R"({"id": "x", "version": 9, "createdAt": "x", "updatedAt": "x"})";
  EXPECT_EQ(faults(merge(organiser(), body)), (Names{"createdAt", "id", "updatedAt", "version"}));
  EXPECT_EQ(faults(merge(organiser(), body, true)), (Names{"createdAt", "id"}));
}

TEST(CustomerChanges, NeedWhatIsRequired) {
  EXPECT_EQ(faults(merge(crew_company(), R"({"name": null, "invoicePrefix": null,
                                             "terms": null, "colour": 1})")),
            (Names{"colour", "invoicePrefix", "name", "terms"}));
}

TEST(CustomerChanges, JudgeNumbersByTheNewCountry) {
  EXPECT_TRUE(merge(organiser(), R"({"country": "NO", "orgNumber": "912660680"})"));
  Customer abroad = organiser();
  abroad.country = "NO";
  abroad.org_number = "912660680";
  EXPECT_EQ(faults(merge(abroad, R"({"country": "SE"})")), Names{"orgNumber"});
}

TEST(CustomerChanges, ToAnOrganiserDropTheSellersPart) {
  const auto facts = merge(crew_company(), R"({"customerType": 1})");
  ASSERT_TRUE(facts);
  EXPECT_FALSE(facts->invoice_prefix);
}

TEST(ChangesIdentity, SeesAnotherTypeOrNumberOnly) {
  const Customer customer = organiser();
  EXPECT_FALSE(changes_identity(customer, body_of(R"({"name": "x"})")));
  EXPECT_FALSE(
      changes_identity(customer, body_of(R"({"customerType": 1.0, "orgNumber": "556016-0680"})")));
  EXPECT_FALSE(changes_identity(customer, body_of(R"({"orgNumber": "5560160680"})")));
  for (const char* body : {R"({"customerType": 2})", R"({"customerType": "1"})",
                           R"({"orgNumber": "556074-7569"})", R"({"orgNumber": null})"})
    EXPECT_TRUE(changes_identity(customer, body_of(body))) << body;
}

Result<Tariff> decode_tariff(const char* body, bool names_crew_company = true) {
  const Catalogue catalogue{default_categories()};
  const TariffContext context{catalogue, names_crew_company};
  return decode_new_tariff(body_of(body), context, CustomerId{"cust-1"}, TariffId{"tar-1"}, now);
}

TEST(NewTariff, IsReadWhole) {
  const auto tariff = decode_tariff(R"({"category": "Musician", "skill": "Guitar",
      "timeType": "Hour", "amount": 500.5, "currency": "SEK", "crewCustomerId": "cust-2",
      "validFrom": "2027-01-01", "validTo": "2027-01-01", "customerId": "cust-1"})");
  ASSERT_TRUE(tariff) << testing::PrintToString(faults(tariff));
  EXPECT_EQ(tariff->amount, Money{50050});
  EXPECT_EQ(tariff->crew_customer_id, CustomerId{"cust-2"});
  EXPECT_EQ(tariff->valid_to, day_of(2027, 1, 1));
}

TEST(NewTariff, NamesEveryField) {
  EXPECT_EQ(faults(decode_tariff("{}")), (Names{"amount", "category", "skill", "timeType"}));
  EXPECT_EQ(faults(decode_tariff(R"({"category": "Musician", "skill": "FOH Engineer",
      "timeType": "Week", "amount": 0, "currency": "EUR", "validFrom": "2027-01-02",
      "validTo": "2027-01-01", "customerId": "cust-2", "crewCustomerId": "cust-3",
      "note": "x"})",
                                 false)),
            (Names{"amount", "crewCustomerId", "currency", "customerId", "note", "skill",
                   "timeType", "validTo"}));
}

TEST(NewTariff, HasAnAmountWithinItsLimits) {
  const auto with = [](const std::string& amount) {
    return decode_tariff((R"({"category": "Musician", "skill": "Guitar", "timeType": "Hour",
                              "amount": )" +
                          amount + "}")
                             .c_str());
  };
  for (const char* right : {"0.01", "100000", "499.50"}) EXPECT_TRUE(with(right)) << right;
  for (const char* wrong : {"0", "-1", "100000.01", "1.005", "\"5\"", "null"})
    EXPECT_EQ(faults(with(wrong)), Names{"amount"}) << wrong;
}

TEST(TariffChanges, MergeAndKeepTheCustomer) {
  const auto tariff = decode_tariff(R"({"category": "Musician", "skill": "Guitar",
      "timeType": "Hour", "amount": 500, "validTo": "2027-01-01"})");
  const Catalogue none;  // names that don't change needn't be in the catalogue any more
  const TariffContext context{none, true};
  auto facts =
      decode_changes(*tariff, body_of(R"({"amount": 501, "validTo": null})"), context, false);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->amount, Money{50100});
  EXPECT_FALSE(facts->valid_to);
  EXPECT_EQ(facts->skill, "Guitar");
  facts = decode_changes(*tariff, tariff_view(*tariff), context, false);
  ASSERT_TRUE(facts) << testing::PrintToString(faults(facts));
  EXPECT_EQ(faults(decode_changes(*tariff, body_of(R"({"customerId": "cust-9", "skill": "x",
      "amount": null})"),
                                  context, false)),
            (Names{"amount", "category", "customerId"}));
}

CatalogueDocument catalogue_document() {
  CatalogueDocument document;
  document.created_at = document.updated_at = now;
  document.categories = default_categories();
  return document;
}

TEST(Categories, AreReadWhole) {
  const CatalogueDocument current = catalogue_document();
  const auto same = decode_categories(current, catalogue_view(current), false);
  ASSERT_TRUE(same) << testing::PrintToString(faults(same));
  EXPECT_EQ(codec::write(*same), codec::write(current.categories));
  const auto untouched = decode_categories(current, {}, false);
  ASSERT_TRUE(untouched);
  EXPECT_EQ(untouched->size(), current.categories.size());
}

TEST(Categories, NameEveryField) {
  const auto wrong = decode_categories(catalogue_document(), body_of(R"({"categories": [
      {"name": "A", "labels": {"sv": "A", "en": "A"}, "vatRate": 0, "skills": []},
      {"name": "A", "labels": {"sv": "A"}, "vatRate": 7, "vatReason": "x",
       "skills": [{"name": "s", "labels": {"sv": "S", "en": "S"}},
                  {"name": "s", "labels": {"sv": "S", "en": "S"}, "extra": 1}, 5]},
      {}]})"),
                                       false);
  EXPECT_EQ(faults(wrong),
            (Names{"categories[0].vatReason", "categories[1].labels.en", "categories[1].name",
                   "categories[1].skills[1].extra", "categories[1].skills[1].name",
                   "categories[1].skills[2]", "categories[1].vatRate", "categories[2].labels",
                   "categories[2].name", "categories[2].skills", "categories[2].vatRate"}));
}

TEST(Settings, AreFlatAndLimited) {
  const SettingsDocument current;
  EXPECT_EQ(
      decode_settings(current, body_of(R"({"booking.past_days": 3})"), false)->booking_past_days,
      3);
  EXPECT_EQ(decode_settings(current, body_of(R"({"version": 1})"), false)->booking_past_days, 7);
  EXPECT_EQ(faults(decode_settings(current, body_of(R"({"booking.past_days": 367, "x": 1,
                                                       "version": 2})"),
                                   false)),
            (Names{"booking.past_days", "version", "x"}));
}

}  // namespace
}  // namespace thenorsound::customer
