#include "customer_scene.hpp"

namespace thenorsound::customer {
namespace {

class TariffRoutes : public CustomerScene {
 protected:
  std::string tariffs() const { return at(organiser_, "/tariffs"); }
  Actor own() const { return as(Role::CustomerAdmin, organiser_); }
  std::string make_tariff(const json::object& body = guitar()) {
    const Answered made = post(own(), tariffs(), body);
    EXPECT_EQ(made.status, 201) << write_json(made.body);
    return "/api/tariffs/" + made.text("id");
  }
};

TEST_F(TariffRoutes, CreateAndListABareArray) {
  const Answered made = post(own(), tariffs(), guitar("499.5"));
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(made.text("currency"), "SEK");
  EXPECT_EQ(made.body.at("amount").to_number<double>(), 499.5);
  EXPECT_EQ(made.text("customerId"), organiser_);
  EXPECT_EQ(made.fields.at("Location"), "/api/tariffs/" + made.text("id"));
  for (const Actor& actor : {admin, own(), as(Role::CustomerUser, organiser_)}) {
    const Answered list = get(actor, tariffs());
    EXPECT_EQ(list.status, 200);
    ASSERT_TRUE(list.body.is_array());
    EXPECT_EQ(list.body.at(0), made.body);
  }
  EXPECT_EQ(get(admin, tariffs() + "?x=1").faults(), Names{"x"});
}

TEST_F(TariffRoutes, AreTheOrganisersOwn) {
  const std::string other = make(1, "Other", "556042-7220");
  const Actor stranger = as(Role::CustomerAdmin, other);
  EXPECT_EQ(get(stranger, tariffs()).status, 403);
  EXPECT_EQ(post(stranger, tariffs(), {}).status, 403);
  EXPECT_EQ(get(as(Role::CrewAdmin, crew_), tariffs()).status, 403);
  EXPECT_EQ(post(as(Role::CustomerUser, organiser_), tariffs(), guitar()).status, 403);
  EXPECT_EQ(get(own(), at("cust-none", "/tariffs")).status, 404);
  const std::string tariff = make_tariff();
  EXPECT_EQ(put(stranger, tariff, "{}").status, 403);
  EXPECT_EQ(del(stranger, tariff).status, 403);
  EXPECT_EQ(put(own(), "/api/tariffs/tar-none", "{}").status, 404);
  json::object body = guitar();
  body["customerId"] = other;
  EXPECT_EQ(post(own(), tariffs(), body).status, 403);
  EXPECT_EQ(post(admin, tariffs(), body).faults(), Names{"customerId"});
  body["customerId"] = 5;
  EXPECT_EQ(post(own(), tariffs(), body).faults(), Names{"customerId"});
}

TEST_F(TariffRoutes, AreForOrganisersOnly) {
  EXPECT_EQ(post(admin, at(crew_, "/tariffs"), guitar()).status, 409);
  EXPECT_EQ(get(admin, at(crew_, "/tariffs")).body, json::array());
}

TEST_F(TariffRoutes, MayBeForOneCrewCompany) {
  json::object body = guitar();
  for (const std::string& wrong : {organiser_, std::string("cust-none")}) {
    body["crewCustomerId"] = wrong;
    EXPECT_EQ(post(own(), tariffs(), body).faults(), Names{"crewCustomerId"});
  }
  body["crewCustomerId"] = crew_;
  const std::string special = make_tariff(body);
  const std::string general = make_tariff();
  EXPECT_EQ(put(own(), general, R"({"crewCustomerId": "cust-none"})").faults(),
            Names{"crewCustomerId"});
  EXPECT_EQ(put(own(), special, R"({"crewCustomerId": null})").status, 409);
}

TEST_F(TariffRoutes, AreUniqueFromADayOn) {
  make_tariff();
  const Answered again = post(own(), tariffs(), guitar("600"));
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.code(), "CONFLICT");
  json::object later = guitar("600");
  later["validFrom"] = "2027-06-01";
  const std::string tariff = make_tariff(later);
  EXPECT_EQ(put(own(), tariff, R"({"validFrom": null})").status, 409);
  EXPECT_EQ(post(own(), tariffs(), later).status, 409);
}

TEST_F(TariffRoutes, MergeCompareAndDelete) {
  const std::string tariff = make_tariff();
  const Answered changed = put(own(), tariff, R"({"amount": 501.5})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body.at("version"), 2);
  EXPECT_EQ(changed.text("skill"), "Guitar");
  EXPECT_EQ(put(own(), tariff, R"({"skill": "Banjo", "amount": 0})").faults(),
            (Names{"amount", "skill"}));
  EXPECT_EQ(put(own(), tariff, R"({"amount": 1})", {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(del(own(), tariff, {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(del(own(), tariff).status, 204);
  EXPECT_EQ(del(own(), tariff).status, 404);
  EXPECT_EQ(get(own(), tariffs()).body, json::array());
}

TEST_F(TariffRoutes, GoWithTheirCompany) {
  const std::string tariff = make_tariff();
  ASSERT_EQ(del(admin, at(organiser_)).status, 204);
  EXPECT_EQ(put(admin, tariff, R"({"amount": 1})").status, 404);
}

TEST_F(TariffRoutes, GiveABasisForPrices) {
  make_tariff();
  json::object special = guitar("450");
  special["crewCustomerId"] = crew_;
  make_tariff(special);
  const std::string target = "/internal/customers/" + organiser_ + "/pricing-basis";
  const Answered answer = get(service_actor(), target + "?crewCustomerId=" + crew_);
  ASSERT_EQ(answer.status, 200);
  const auto basis = from_document<PricingBasis>(answer.body.as_object());
  EXPECT_EQ(basis.crew_company.id.value, crew_);
  ASSERT_EQ(basis.tariffs.size(), 2u);
  EXPECT_EQ(basis.tariffs[0].amount.ore + basis.tariffs[1].amount.ore, 95'000);
  EXPECT_TRUE(basis.catalogue.has("Musician", "Guitar"));
  const Answered in_house = get(service_actor(), target + "?crewCustomerId=" + organiser_);
  EXPECT_EQ(from_document<PricingBasis>(in_house.body.as_object()).crew_company.id.value,
            organiser_);
  EXPECT_EQ(get(service_actor(), target + "?crewCustomerId=cust-none").status, 404);
  EXPECT_EQ(get(service_actor(), target).faults(), Names{"crewCustomerId"});
  EXPECT_EQ(get(admin, target + "?crewCustomerId=" + crew_).status, 403);
}

}  // namespace
}  // namespace thenorsound::customer
