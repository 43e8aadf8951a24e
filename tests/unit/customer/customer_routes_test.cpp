#include "customer_scene.hpp"

namespace thenorsound::customer {
namespace {

class CustomerRoutes : public CustomerScene {};

TEST_F(CustomerRoutes, CreateACompanyAndShowIt) {
  json::object body = company(2, "Ljus & Ljud AB", "811218-9876");
  body["bankgiro"] = "5050-1055";
  const Answered made = post(admin, "/api/customers", body);
  ASSERT_EQ(made.status, 201) << write_json(made.body);
  const std::string id = made.text("id");
  EXPECT_TRUE(id.starts_with("cust-"));
  EXPECT_EQ(made.fields.at("Location"), "/api/customers/" + id);
  EXPECT_EQ(made.fields.at("ETag"), "\"1\"");
  EXPECT_EQ(made.text("zipCode"), "211 20");
  EXPECT_EQ(made.text("invoicePrefix"), "LJUSLJU");
  EXPECT_EQ(get(as(Role::CrewUser, id), at(id)).body, made.body);
  EXPECT_EQ(get(admin, at(id)).body, made.body);
  EXPECT_EQ(get(as(Role::CrewAdmin, crew_), at(id)).status, 403);
  EXPECT_EQ(get(as(Role::CrewAdmin, crew_), at("cust-none")).status, 404);
}

TEST_F(CustomerRoutes, AreCreatedByAdminOnly) {
  for (const Role role : {Role::CustomerAdmin, Role::CustomerUser, Role::CrewAdmin, Role::CrewUser})
    EXPECT_EQ(post(as(role, organiser_), "/api/customers", {}).status, 403);
  EXPECT_EQ(ask(service_, admin, http::Method::post, "/api/customers", "[]").faults(), Names{""});
  EXPECT_EQ(post(admin, "/api/customers", company(3, "X", "556016-0680")).faults(),
            Names{"customerType"});
}

TEST_F(CustomerRoutes, HaveAnOrgNumberOfTheirOwn) {
  const Answered refused = post(admin, "/api/customers", company(1, "Other", "5560160680"));
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "CONFLICT");
  EXPECT_EQ(refused.faults(), Names{"orgNumber"});
  json::object abroad = company(1, "Other", "5560160680");
  abroad["country"] = "NO";
  EXPECT_EQ(post(admin, "/api/customers", abroad).status, 201);
  EXPECT_EQ(post(admin, "/api/customers", abroad).status, 409);
  EXPECT_EQ(del(admin, at(organiser_)).status, 204);
  EXPECT_EQ(post(admin, "/api/customers", company(1, "Again", "5560160680")).status, 201);
}

TEST_F(CustomerRoutes, HaveAnInvoicePrefixNobodyElseEverHad) {
  json::object body = company(2, "Other", "556042-7220");
  body["invoicePrefix"] = "LJUDFOL";
  EXPECT_EQ(post(admin, "/api/customers", body).faults(), Names{"invoicePrefix"});
  EXPECT_EQ(put(admin, at(crew_), R"({"invoicePrefix": "LF"})").status, 200);
  EXPECT_EQ(post(admin, "/api/customers", body).status, 409);
  EXPECT_EQ(put(admin, at(crew_), R"({"invoicePrefix": "LJUDFOL"})").status, 200);
  body.erase("invoicePrefix");
  body["name"] = "Ljudfolket";
  const Answered made = post(admin, "/api/customers", body);
  EXPECT_EQ(made.text("invoicePrefix"), "LJUDFOL2");
  EXPECT_EQ(put(admin, at(made.text("id")), R"({"invoicePrefix": "LF"})").faults(),
            Names{"invoicePrefix"});
}

TEST_F(CustomerRoutes, CreateOnceUnderAnIdempotencyKey) {
  const Headers key = {{"Idempotency-Key", "k1"}};
  const json::object body = company(1, "Other", "556042-7220");
  const Answered first = post(admin, "/api/customers", body, key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(post(admin, "/api/customers", body, key).body, first.body);
}

TEST_F(CustomerRoutes, ListNewestFirstAndOnlyOnesOwn) {
  EXPECT_EQ(get(admin, "/api/customers").item_texts("id"), (Names{crew_, organiser_}));
  EXPECT_EQ(get(admin, "/api/customers?customerType=1").item_texts("id"), Names{organiser_});
  EXPECT_EQ(get(admin, "/api/customers?q=ljud%20malm%C3%B6").item_texts("id"), Names{crew_});
  EXPECT_EQ(get(admin, "/api/customers?q=556016").item_texts("id"), Names{organiser_});
  EXPECT_EQ(get(admin, "/api/customers?q=.").body.at("total"), 0);
  EXPECT_EQ(get(admin, "/api/customers?pageSize=1&pageNumber=2").item_texts("id"),
            Names{organiser_});
  for (const Role role : {Role::CrewAdmin, Role::CrewUser}) {
    EXPECT_EQ(get(as(role, crew_), "/api/customers").item_texts("id"), Names{crew_});
    EXPECT_EQ(get(as(role, crew_), "/api/customers?customerType=1").body.at("total"), 0);
  }
  EXPECT_EQ(get(admin, "/api/customers?customerType=3&x=1").faults(), (Names{"customerType", "x"}));
}

TEST_F(CustomerRoutes, HaveNoParametersOnOneCompany) {
  for (const char* rest : {"?x=1", "/details?x=1", "/tariffs?x=1"})
    EXPECT_EQ(get(admin, at(organiser_, rest)).faults(), Names{"x"}) << rest;
  EXPECT_EQ(put(admin, at(organiser_, "?x=1"), "{}").faults(), Names{"x"});
  EXPECT_EQ(del(admin, at(organiser_, "?x=1")).faults(), Names{"x"});
  EXPECT_EQ(post(admin, "/api/customers?x=1", {}).faults(), Names{"x"});
  EXPECT_EQ(get(admin, "/api/catalogue?x=1").faults(), Names{"x"});
  EXPECT_EQ(get(admin, "/api/admin/settings?x=1").faults(), Names{"x"});
}

TEST_F(CustomerRoutes, MergeChanges) {
  clock_.advance(1'000);
  const Actor own = as(Role::CrewAdmin, crew_);
  const Answered changed = put(own, at(crew_), R"({"contact": "Kim", "instantBooking": true})");
  ASSERT_EQ(changed.status, 200) << write_json(changed.body);
  EXPECT_EQ(changed.text("contact"), "Kim");
  EXPECT_EQ(changed.body.at("version"), 2);
  EXPECT_EQ(changed.fields.at("ETag"), "\"2\"");
  EXPECT_EQ(put(own, at(crew_), write_json(changed.body)).body, changed.body);
  EXPECT_EQ(put(own, at(crew_), R"({"name": ""})").faults(), Names{"name"});
  EXPECT_EQ(put(own, at(crew_), R"({"name": "B"})", {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(put(own, at(crew_), R"({"name": ""})", {{"If-Match", "\"1\""}}).status, 400);
  EXPECT_EQ(put(own, at(crew_), R"({"name": "B"})", {{"If-Match", "\"2\""}}).status, 200);
}

TEST_F(CustomerRoutes, AreChangedByTheirAdminsOnly) {
  EXPECT_EQ(put(as(Role::CustomerAdmin, organiser_), at(crew_), "{}").status, 403);
  EXPECT_EQ(put(as(Role::CustomerUser, organiser_), at(organiser_), "{}").status, 403);
  EXPECT_EQ(put(as(Role::CrewUser, crew_), at(crew_), "{}").status, 403);
  EXPECT_EQ(put(admin, at("cust-none"), "{}").status, 404);
  const Actor own = as(Role::CustomerAdmin, organiser_);
  EXPECT_EQ(put(own, at(organiser_), R"({"customerType": 2})").status, 403);
  EXPECT_EQ(put(own, at(organiser_), R"({"orgNumber": "556042-7220"})").status, 403);
  EXPECT_EQ(put(own, at(organiser_), R"({"orgNumber": "5560160680"})").status, 200);
  EXPECT_EQ(put(admin, at(organiser_), R"({"orgNumber": "556042-7220"})").status, 200);
  EXPECT_EQ(put(admin, at(organiser_), R"({"orgNumber": "556074-7569"})").status, 409);
}

TEST_F(CustomerRoutes, KeepTheirTypeOnceSomethingHangsOnIt) {
  event_count_ = 1;
  EXPECT_EQ(put(admin, at(organiser_), R"({"customerType": 2})").status, 409);
  event_count_ = 0;
  const Answered changed = put(admin, at(organiser_), R"({"customerType": 2})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.text("invoicePrefix"), "MALMOLI");
}

TEST_F(CustomerRoutes, AreDeletedOnlyWithoutLiveBookings) {
  EXPECT_EQ(del(as(Role::CustomerAdmin, organiser_), at(organiser_)).status, 403);
  EXPECT_EQ(del(admin, at(organiser_), {{"If-Match", "\"9\""}}).status, 412);
  live_bookings_ = 1;
  const Answered refused = del(admin, at(organiser_));
  EXPECT_EQ(refused.status, 409);
  const std::string profile = "/internal/customers/" + organiser_;
  EXPECT_EQ(get(service_actor(), profile).body.at("closing"), false);
  live_bookings_ = 0;
  EXPECT_EQ(del(admin, at(organiser_)).status, 204);
  EXPECT_EQ(del(admin, at(organiser_)).status, 404);
  EXPECT_EQ(get(admin, at(organiser_)).status, 404);
  EXPECT_EQ(get(service_actor(), profile).status, 404);
  EXPECT_EQ(get(admin, "/api/customers").item_texts("id"), Names{crew_});
}

TEST_F(CustomerRoutes, ReopenWhereNobodyKnowsOfBookings) {
  bookings_.set_down(true);
  EXPECT_EQ(del(admin, at(organiser_)).status, 503);
  EXPECT_EQ(get(service_actor(), "/internal/customers/" + organiser_).body.at("closing"), false);
}

TEST_F(CustomerRoutes, ResumeADeletionThatACrashHasLeft) {
  Customers customers(*store_, clock_, "customers", "customer");
  auto mark = [this](Customer& customer, store::Outgoing&) -> Result<Change> {
    return start_closing(customer, clock_.now());
  };
  ASSERT_TRUE(wait_for(loops_, customers.modify(new_trace(), organiser_, mark)));
  ASSERT_TRUE(wait_for(loops_, customers.modify(new_trace(), crew_, mark)));
  const std::string basis =
      "/internal/customers/" + organiser_ + "/pricing-basis?crewCustomerId=" + crew_;
  EXPECT_EQ(get(service_actor(), basis).status, 409);
  EXPECT_EQ(get(admin, at(organiser_)).status, 200);
  clock_.advance(settings().resume_closing_ms + 1);
  EXPECT_TRUE(until([&] { return get(admin, at(organiser_)).status == 404; }));
  EXPECT_TRUE(until([&] { return get(admin, at(crew_)).status == 404; }));
}

TEST_F(CustomerRoutes, ShowDetailsToThoseWhoMayGetThem) {
  ASSERT_EQ(post(admin, at(organiser_, "/tariffs"), guitar()).status, 201);
  event_count_ = 3;
  live_bookings_ = 2;
  UserProfile person;
  person.id = UserId{"usr-9"};
  person.customer_id = CustomerId{organiser_};
  person.user_type = 2;
  people_.emplace_back(to_document(person));
  for (const Actor& actor : {admin, as(Role::CustomerAdmin, organiser_)}) {
    const Answered all = get(actor, at(organiser_, "/details"));
    ASSERT_EQ(all.status, 200);
    EXPECT_EQ(all.text("name"), "Malmö Live AB");
    EXPECT_EQ(all.body.at("tariffs").at(0).at("skill"), "Guitar");
    EXPECT_EQ(all.body.at("users").at(0).at("id"), "usr-9");
    EXPECT_EQ(all.body.at("eventCount"), 3);
    EXPECT_EQ(all.body.at("liveBookingCount"), 2);
  }
  const json::object reader =
      get(as(Role::CustomerUser, organiser_), at(organiser_, "/details")).body.as_object();
  EXPECT_TRUE(reader.contains("tariffs"));
  EXPECT_FALSE(reader.contains("users"));
  EXPECT_TRUE(reader.contains("liveBookingCount"));
  const json::object seller =
      get(as(Role::CrewAdmin, crew_), at(crew_, "/details")).body.as_object();
  EXPECT_FALSE(seller.contains("tariffs"));
  EXPECT_FALSE(seller.contains("eventCount"));
  EXPECT_TRUE(seller.contains("users"));
  const json::object member =
      get(as(Role::CrewUser, crew_), at(crew_, "/details")).body.as_object();
  for (const char* hidden : {"tariffs", "users", "eventCount", "liveBookingCount"})
    EXPECT_FALSE(member.contains(hidden)) << hidden;
  EXPECT_EQ(get(as(Role::CrewUser, crew_), at(organiser_, "/details")).status, 403);
}

}  // namespace
}  // namespace thenorsound::customer
