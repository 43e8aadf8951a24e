// POST /api/bookings and the price of one: what is taken, and every refusal before the saga.
#include "world.hpp"

namespace thenorsound::booking {
namespace {

using Placing = BookingWorld;
using Faults = std::vector<std::string>;

TEST_F(Placing, TheSeedsExampleCostsTwoThousand) {
  const Answer answer = post(organiser, order());
  ASSERT_EQ(answer.status, 201) << answer.response.body;
  const std::string id = answer.text("id");
  EXPECT_TRUE(id.starts_with("book-"));
  EXPECT_EQ(*answer.response.field("Location"), "/api/bookings/" + id);
  EXPECT_EQ(*answer.response.field("ETag"), "\"1\"");
  EXPECT_EQ(answer.text("status"), "REQUESTED");
  EXPECT_EQ(answer.body.at("rate"), 500);
  EXPECT_EQ(answer.body.at("units"), 4);
  EXPECT_EQ(answer.body.at("totalAmount"), 2000);
  EXPECT_EQ(answer.text("currency"), "SEK");
  EXPECT_EQ(answer.text("timeType"), "Hour");
  EXPECT_EQ(answer.text("category"), "Musician");
  EXPECT_EQ(answer.text("skill"), "Guitar");
  EXPECT_EQ(answer.text("customerId"), "cust-org");
  EXPECT_EQ(answer.text("crewCustomerId"), "cust-crew");
  EXPECT_EQ(answer.text("eventName"), "Event evt-1");
  EXPECT_EQ(answer.text("crewName"), "Name of usr-crew");
  EXPECT_EQ(answer.text("expiresAt"), "2026-03-03T12:00:00Z");
  EXPECT_EQ(answer.text("tariffId"), "tar-1");
  EXPECT_EQ(answer.body.at("terms").at("issueOn"), "Confirmed");
  EXPECT_EQ(answer.body.at("lines").as_array().size(), 1U);
  EXPECT_EQ(answer.body.at("lines").at(0).at("vatRate"), 0);
  EXPECT_FALSE(answer.body.contains("slotId"));
  EXPECT_FALSE(answer.body.contains("notes"));

  const Booking booking = stored(id);
  EXPECT_EQ(booking.saga.state, "done");
  EXPECT_FALSE(booking.lease_until);
  EXPECT_TRUE(hood.held_slots.contains(id));
  EXPECT_EQ(hood.held_crew[id], "usr-crew");
  const auto said = messages();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].type, "booking.created");
  EXPECT_EQ(said[0].subject, id);
  EXPECT_EQ(said[0].sequence, 1);
  EXPECT_EQ(said[0].data.at("totalAmount"), 2000);
  EXPECT_EQ(said[0].data.at("inHouse"), false);
  EXPECT_EQ(said[0].data.at("status"), "REQUESTED");
  EXPECT_FALSE(write_json(said[0].data).find("Name of") != std::string::npos);
}

TEST_F(Placing, TheSlotDecidesCategoryAndSkill) {
  hood.slot.slot_id.value = "slot-7";
  hood.slot.category = "Musician";
  hood.slot.skill = "Guitar";
  hood.users["usr-crew"].skills = {{"Sound", "FOH"}, {"Musician", "Guitar"}};
  const Answer answer = post(organiser, order());
  ASSERT_EQ(answer.status, 201) << answer.response.body;
  EXPECT_EQ(answer.text("slotId"), "slot-7");
  EXPECT_EQ(answer.text("skill"), "Guitar");
}

TEST_F(Placing, OptionalFieldsAreKept) {
  json::object body = order();
  body["notes"] = "Bring a lamp";
  body["answerBy"] = "2026-03-02T10:00:00+01:00";
  body["timeType"] = "Hour";
  body["category"] = "Musician";
  body["skill"] = "Guitar";
  body["expectedTotal"] = 2000.0;
  body["slotId"] = nullptr;
  const Answer answer = post(organiser, body);
  ASSERT_EQ(answer.status, 201) << answer.response.body;
  EXPECT_EQ(answer.text("notes"), "Bring a lamp");
  EXPECT_EQ(answer.text("expiresAt"), "2026-03-02T09:00:00Z");
}

TEST_F(Placing, AutoConfirmNeedsTheCompanysConsent) {
  json::object body = order();
  body["autoConfirm"] = true;
  EXPECT_EQ(post(organiser, body).text("status"), "REQUESTED");
  hood.customers["cust-crew"].instant_booking = true;
  const Answer answer = post(organiser, body);
  EXPECT_EQ(answer.text("status"), "CONFIRMED");
  EXPECT_EQ(*answer.response.field("ETag"), "\"1\"");
  EXPECT_FALSE(answer.body.contains("expiresAt"));
  const auto said = messages();
  ASSERT_EQ(said.size(), 3U);
  EXPECT_EQ(said[1].type, "booking.created");
  EXPECT_EQ(said[1].data.at("status"), "REQUESTED");
  EXPECT_EQ(said[2].type, "booking.confirmed");
  EXPECT_EQ(said[2].sequence, 2);
}

TEST_F(Placing, InHouseCrewIsFreeWithoutATariffAndConfirmsItself) {
  hood.bases["cust-org"].tariffs.clear();
  json::object body = order();
  body["crewId"] = "usr-inhouse";
  body["autoConfirm"] = true;
  const Answer answer = post(organiser, body);
  ASSERT_EQ(answer.status, 201) << answer.response.body;
  EXPECT_EQ(answer.text("status"), "CONFIRMED");
  EXPECT_EQ(answer.body.at("totalAmount"), 0);
  EXPECT_EQ(answer.text("crewCustomerId"), "cust-org");
  EXPECT_EQ(messages()[0].data.at("inHouse"), true);
}

TEST_F(Placing, SomebodyElsesInHouseCrewIsRefused) {
  json::object body = order();
  body["crewId"] = "usr-inhouse2";
  EXPECT_EQ(post(organiser, body).status, 403);
  const Answer by_admin = post(admin, body);
  EXPECT_EQ(by_admin.status, 400);
  EXPECT_EQ(by_admin.faults(), Faults{"crewId"});
  EXPECT_TRUE(all().empty());
}

TEST_F(Placing, OnlyAdminAndCustomerAdminMayBook) {
  for (const Actor& who : {organiser_user, crew_admin, crew})
    EXPECT_EQ(post(who, order()).status, 403);
}

TEST_F(Placing, AnEventThatIsNotThereIs404AndSomebodyElsesIs403) {
  json::object body = order();
  body["startTime"] = 5;  // comes later in the order of checks
  body["eventId"] = "evt-none";
  EXPECT_EQ(post(organiser, body).status, 404);
  body["eventId"] = "../users";
  EXPECT_EQ(post(organiser, body).status, 404);
  body["eventId"] = "evt-2";
  EXPECT_EQ(post(organiser, body).status, 403);
  EXPECT_EQ(post(admin, body).status, 400);
  body = order();
  body["eventId"] = "evt-2";
  EXPECT_EQ(post(admin, body).status, 201);
}

TEST_F(Placing, IdsThatAreNoTextsAreNamedBeforeWhose) {
  json::object body = order();
  body["eventId"] = 1;
  body["crewId"] = false;
  const Answer answer = post(organiser, body);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.faults(), (Faults{"eventId", "crewId"}));
}

TEST_F(Placing, EveryFaultIsNamed) {
  json::object body;
  EXPECT_EQ(post(organiser, body).faults(), (Faults{"eventId", "crewId", "startTime", "endTime"}));
  body = order();
  body["crewId"] = "usr-none";
  body["startTime"] = "2026-03-20T18:00:30Z";
  body["endTime"] = "2026-03-20";
  body["timeType"] = "Week";
  body["notes"] = std::string(2'001, 'x');
  body["answerBy"] = "2026-03-01T12:00:00Z";
  body["autoConfirm"] = "yes";
  body["expectedTotal"] = 1.005;
  body["slotId"] = "";
  body["category"] = "Magic";
  body["price"] = 5;
  const Answer answer = post(organiser, body);
  EXPECT_EQ(answer.status, 400);
  const Faults faults = answer.faults();
  EXPECT_EQ(
      std::set<std::string>(faults.begin(), faults.end()),
      (std::set<std::string>{"crewId", "startTime", "endTime", "timeType", "notes", "answerBy",
                             "autoConfirm", "expectedTotal", "slotId", "category", "price"}));
  EXPECT_EQ(call_raw(organiser, http::Method::post, "/api/bookings", "[1]").faults(), Faults{""});
  EXPECT_EQ(call(organiser, http::Method::post, "/api/bookings?x=1", order()).faults(),
            Faults{"x"});
  EXPECT_TRUE(all().empty());
}

TEST_F(Placing, WhoIsNoCrewIsNotBookable) {
  const auto faults_for = [this](std::string id) {
    json::object body = order();
    body["crewId"] = std::move(id);
    return post(organiser, body).faults();
  };
  EXPECT_EQ(faults_for("usr-none"), Faults{"crewId"});
  EXPECT_EQ(faults_for("usr-clerk"), Faults{"crewId"});
  EXPECT_EQ(faults_for("x/y"), Faults{"crewId"});
  hood.users["usr-crew"].is_active = false;
  EXPECT_EQ(faults_for("usr-crew"), Faults{"crewId"});
}

TEST_F(Placing, SpansAreOrderedAndAtMost31Days) {
  const auto faults_for = [this](std::string start, std::string end) {
    json::object body = order();
    body["startTime"] = start;
    body["endTime"] = end;
    const Answer answer = post(organiser, body);
    return answer.status == 201 ? Faults{} : answer.faults();
  };
  EXPECT_EQ(faults_for("2026-03-20T18:00:00Z", "2026-03-20T18:00:00Z"), Faults{"endTime"});
  EXPECT_EQ(faults_for("2026-03-20T18:00:00Z", "2026-03-20T17:00:00Z"), Faults{"endTime"});
  EXPECT_EQ(faults_for("2026-03-20T18:00:00Z", "2026-04-20T18:01:00Z"), Faults{"endTime"});
  EXPECT_EQ(faults_for("2026-03-20T18:00:00Z", "2026-04-20T18:00:00Z"), Faults{});
  EXPECT_EQ(faults_for("2026-03-20T18:00:00Z", "2026-03-20T18:00:01Z"), Faults{"endTime"});
}

TEST_F(Placing, ACustomerAdminBooksAWeekBackAnAdminAnyTime) {
  json::object body = order();
  body["startTime"] = "2026-02-22T12:00:00Z";
  body["endTime"] = "2026-02-22T16:00:00Z";
  const Answer back = post(organiser, body);
  ASSERT_EQ(back.status, 201);
  EXPECT_EQ(back.text("expiresAt"), "2026-03-03T12:00:00Z");
  body["startTime"] = "2026-02-22T11:59:00Z";
  EXPECT_EQ(post(organiser, body).faults(), Faults{"startTime"});
  const Answer by_admin = post(admin, body);
  EXPECT_EQ(by_admin.status, 201);
  EXPECT_FALSE(by_admin.body.contains("expiresAt"));
}

TEST_F(Placing, AnotherPriceThanExpectedIsAConflictWithTheNewQuote) {
  json::object body = order();
  body["expectedTotal"] = 1999.5;
  const Answer answer = post(organiser, body);
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.code(), "CONFLICT");
  EXPECT_EQ(answer.body.at("error").at("quote").at("totalAmount"), 2000);
  EXPECT_TRUE(hood.held_slots.empty());
  EXPECT_TRUE(hood.held_crew.empty());
}

TEST_F(Placing, ACompanyThatIsClosingTakesNoBookings) {
  hood.customers["cust-crew"].closing = true;
  EXPECT_EQ(post(organiser, order()).status, 409);
  hood.customers["cust-crew"].closing = false;
  hood.customers["cust-org"].closing = true;
  EXPECT_EQ(post(organiser, order()).status, 409);
  EXPECT_TRUE(hood.held_crew.empty());
}

TEST_F(Placing, AnIdempotencyKeyGivesTheSameBooking) {
  const std::map<std::string, std::string> key{{"Idempotency-Key", "abc"}};
  const Answer first = post(organiser, order(), key);
  const Answer second = post(organiser, order(), key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(first.response.body, second.response.body);
  EXPECT_EQ(all().size(), 1U);
  json::object other = order();
  other["notes"] = "x";
  EXPECT_EQ(post(organiser, other, key).code(), "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(Placing, ARefusalIsKeptUnderItsKey) {
  const std::map<std::string, std::string> key{{"Idempotency-Key", "abc"}};
  hood.busy.insert("usr-crew");
  EXPECT_EQ(post(organiser, order(), key).code(), "CREW_UNAVAILABLE");
  hood.busy.clear();
  EXPECT_EQ(post(organiser, order(), key).code(), "CREW_UNAVAILABLE");
  EXPECT_EQ(all().size(), 1U);
}

TEST_F(Placing, AfterAFailureOfOursTheSameKeySucceedsWithANewBooking) {
  const std::map<std::string, std::string> key{{"Idempotency-Key", "abc"}};
  hood.trouble = {"POST /internal/users", true, unavailable("down")};
  EXPECT_EQ(post(organiser, order(), key).status, 503);
  hood.trouble.reset();
  const Answer again = post(organiser, order(), key);
  EXPECT_EQ(again.status, 201) << again.response.body;
  EXPECT_EQ(all().size(), 2U);
  EXPECT_EQ(hood.held_crew.size(), 1U);
  EXPECT_TRUE(hood.held_crew.contains(again.text("id")));
}

// --- The price of one ---

const std::string priced =
    "/api/bookings/pricing?eventId=evt-1&crewId=usr-crew&startTime=2026-03-20T18:00:00Z"
    "&endTime=2026-03-20T22:00:00Z";

TEST_F(Placing, APriceStoresNothing) {
  TariffTerms day = hood.bases["cust-org"].tariffs[0];
  day.time_type = TimeType::Day;
  day.amount = Money{300'050};
  hood.bases["cust-org"].tariffs.push_back(day);
  const Answer answer = get(organiser, priced);
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.body.at("totalAmount"), 2000);
  EXPECT_EQ(answer.body.at("rate"), 500);
  EXPECT_EQ(answer.body.at("units"), 4);
  EXPECT_EQ(answer.text("category"), "Musician");
  EXPECT_EQ(answer.text("currency"), "SEK");
  ASSERT_EQ(answer.body.at("others").as_array().size(), 1U);
  EXPECT_EQ(answer.body.at("others").at(0).at("timeType"), "Day");
  EXPECT_EQ(answer.body.at("others").at(0).at("totalAmount"), 3000.5);
  EXPECT_TRUE(answer.body.at("conflicts").as_array().empty());
  EXPECT_TRUE(all().empty());
  EXPECT_TRUE(hood.held_slots.empty());
}

TEST_F(Placing, WhatStandsInTheWayOfAPriceIsListed) {
  hood.busy.insert("usr-crew");
  hood.slot_refusal = make_error(Code::event_slot_unavailable, "Event slot unavailable");
  const Answer answer = get(organiser, priced);
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  const json::array& conflicts = answer.body.at("conflicts").as_array();
  ASSERT_EQ(conflicts.size(), 2U);
  EXPECT_EQ(conflicts[0].at("code"), "EVENT_SLOT_UNAVAILABLE");
  EXPECT_EQ(conflicts[0].at("message"), "Event slot unavailable");
  EXPECT_EQ(conflicts[1].at("code"), "CREW_UNAVAILABLE");
}

TEST_F(Placing, APriceWithoutATariffIs422) {
  EXPECT_EQ(get(organiser, priced + "&timeType=Day").code(), "TARIFF_NOT_FOUND");
  EXPECT_EQ(get(organiser, priced + "&timeType=Day").status, 422);
}

TEST_F(Placing, APriceIsRefusedAsABookingIs) {
  EXPECT_EQ(get(crew_admin, priced).status, 403);
  EXPECT_EQ(get(other_organiser, priced).status, 403);
  EXPECT_EQ(get(organiser, "/api/bookings/pricing?eventId=evt-9").status, 404);
  EXPECT_EQ(get(organiser, "/api/bookings/pricing").faults(),
            (Faults{"eventId", "crewId", "startTime", "endTime"}));
  EXPECT_EQ(get(organiser, priced + "&notes=x&skill=Oboe").faults(), (Faults{"notes", "skill"}));
  EXPECT_EQ(get(organiser, priced + "&timeType=Hour&timeType=Day").faults(), Faults{"timeType"});
}

}  // namespace
}  // namespace thenorsound::booking
