#include "services/customer/customer.hpp"

#include <gtest/gtest.h>

#include "services/customer/catalogue.hpp"
#include "services/customer/repository.hpp"
#include "services/customer/views.hpp"

namespace thenorsound::customer {
namespace {

constexpr Time now{1'800'000'000'000};

Customer sample() {
  Customer customer;
  customer.id = CustomerId{"cust-1"};
  customer.created_at = customer.updated_at = now;
  customer.name = "Malmö Ljud AB";
  customer.org_number = "556016-0680";
  customer.city = "Malmö";
  customer.email = "info@ljud.example";
  return customer;
}

TEST(OrgKey, IsFreeAgainOnceTheCompanyIsDeleted) {
  Customer customer = sample();
  EXPECT_EQ(org_key(customer), "5560160680");
  customer.deleted_at = now;
  EXPECT_EQ(org_key(customer), "deleted:cust-1");
}

TEST(OrgKey, OfAForeignCompanyHasItsCountry) {
  Customer customer = sample();
  customer.country = "NO";
  customer.org_number = "NO 912 660 680 MVA";
  EXPECT_EQ(org_key(customer), "NO:no 912 660 680 mva");
}

TEST(SuggestedPrefix, ComesFromTheName) {
  EXPECT_EQ(suggested_prefix("Malmö Ljud AB", 0), "MALMOLJ");
  EXPECT_EQ(suggested_prefix("Åäö & 3", 0), "AAO3");
  EXPECT_EQ(suggested_prefix("東京", 0), "TS");
  EXPECT_EQ(suggested_prefix("Malmö Ljud AB", 1), "MALMOLJ2");
  for (int attempt = 0; attempt < 100; ++attempt)
    EXPECT_TRUE(is_invoice_prefix(suggested_prefix("Malmö Ljud AB", attempt)));
}

TEST(ChangeFacts, CountsAndRemembersFormerPrefixes) {
  Customer customer = sample();
  customer.customer_type = crew_company_type;
  customer.invoice_prefix = "ML";
  EXPECT_EQ(change_facts(customer, CustomerFacts(customer), now + 1), Change::no);
  EXPECT_EQ(customer.version, 1);
  CustomerFacts wanted = customer;
  wanted.invoice_prefix = "MLAB";
  EXPECT_EQ(change_facts(customer, wanted, now + 1), Change::yes);
  EXPECT_EQ(customer.version, 2);
  EXPECT_EQ(customer.updated_at, now + 1);
  EXPECT_EQ(customer.former_prefixes, std::vector<std::string>{"ML"});
  EXPECT_EQ(write_json(to_document(customer).at("prefixes")), R"(["ML","MLAB"])");
}

TEST(Closing, EndsInDeletionOrReopening) {
  Customer customer = sample();
  EXPECT_EQ(start_closing(customer, now), Change::yes);
  EXPECT_EQ(start_closing(customer, now + 9), Change::no);
  EXPECT_TRUE(profile_of(customer).closing);
  EXPECT_EQ(customer.version, 1);
  EXPECT_EQ(reopen(customer), Change::yes);
  EXPECT_EQ(reopen(customer), Change::no);
  EXPECT_FALSE(profile_of(customer).closing);
  EXPECT_FALSE(finish_closing(customer, now));
  start_closing(customer, now);
  EXPECT_EQ(*finish_closing(customer, now + 1), Change::yes);
  EXPECT_EQ(customer.deleted_at, now + 1);
  EXPECT_EQ(*finish_closing(customer, now + 2), Change::no);
  EXPECT_EQ(reopen(customer), Change::no);
}

TEST(StoredCustomer, ComesBackAsItWas) {
  Customer customer = sample();
  customer.customer_type = crew_company_type;
  customer.terms.payment_days = 10;
  customer.invoice_prefix = "ML";
  customer.iban = "SE4550000000058398257466";
  customer.closing_since = now;
  const json::object stored = to_document(customer);
  const auto back = from_document<Customer>(stored);
  EXPECT_EQ(static_cast<const CustomerFacts&>(back), static_cast<const CustomerFacts&>(customer));
  EXPECT_EQ(back.closing_since, now);
  EXPECT_EQ(to_document(back), stored);
  EXPECT_EQ(write_json(stored.at("words")),
            R"(["0680","556016","ab","example","info","ljud","malmö"])");
}

TEST(StoredCustomer, IsNotFoundByAPersonsNumber) {
  Customer customer = sample();
  customer.org_number = "811218-9876";
  EXPECT_EQ(write_json(to_document(customer).at("words")),
            R"(["ab","example","info","ljud","malmö"])");
}

TEST(CustomerView, ShowsTheSellersPartOfCrewCompaniesOnly) {
  Customer customer = sample();
  EXPECT_FALSE(customer_view(customer).contains("terms"));
  customer.customer_type = crew_company_type;
  const json::object view = customer_view(customer);
  EXPECT_EQ(write_json(view.at("terms")),
            R"({"issueOn":"Confirmed","dueFrom":"Work","paymentDays":30,"answerHours":48,)"
            R"("minMinutes":0,"stepMinutes":1})");
  EXPECT_EQ(view.at("vatStatus"), "Registered");
  EXPECT_EQ(view.at("fTax"), false);
}

TEST(StoredTariff, HasAKeyEvenWithoutCrewCompanyAndDay) {
  Tariff tariff;
  tariff.id = TariffId{"tar-1"};
  tariff.category = "Musician";
  tariff.amount = Money{50050};
  json::object stored = to_document(tariff);
  EXPECT_EQ(stored.at("crewKey"), "");
  EXPECT_EQ(stored.at("fromKey"), "");
  tariff.crew_customer_id = CustomerId{"cust-2"};
  tariff.valid_from = day_of(2027, 1, 1);
  stored = to_document(tariff);
  EXPECT_EQ(stored.at("crewKey"), "cust-2");
  EXPECT_EQ(stored.at("fromKey"), "2027-01-01");
  const auto back = from_document<Tariff>(stored);
  EXPECT_EQ(static_cast<const TariffFacts&>(back), static_cast<const TariffFacts&>(tariff));
  EXPECT_EQ(write_json(tariff_view(back).at("amount")), "500.5");
}

TEST(DefaultCatalogue, IsComplete) {
  const Catalogue catalogue{default_categories()};
  EXPECT_TRUE(catalogue.has("Musician", "Guitar"));
  EXPECT_TRUE(catalogue.has("Sound", "FOH Engineer"));
  EXPECT_EQ(catalogue.category("Musician")->vat_rate, 0);
  for (const CatalogueCategory& category : catalogue.categories) {
    EXPECT_EQ(category.vat_rate == 0, category.vat_reason.has_value()) << category.name;
    EXPECT_FALSE(category.skills.empty()) << category.name;
    EXPECT_FALSE(category.labels.sv.empty()) << category.name;
    for (const CatalogueSkill& skill : category.skills)
      EXPECT_FALSE(skill.labels.sv.empty() || skill.labels.en.empty()) << skill.name;
  }
}

TEST(Dropped, NamesSkillsThatAreNoLongerThere) {
  const auto before = default_categories();
  auto after = before;
  EXPECT_TRUE(dropped(before, after).empty());
  after[0].skills.erase(after[0].skills.begin());
  after.push_back(CatalogueCategory{});
  const auto gone = dropped(before, after);
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0], (SkillName{"Sound", "FOH Engineer"}));
}

}  // namespace
}  // namespace thenorsound::customer
