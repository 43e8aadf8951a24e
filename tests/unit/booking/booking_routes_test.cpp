// GET and the actions: who may, in which order it is checked, what is shown to whom.
#include "world.hpp"

namespace thenorsound::booking {
namespace {

using Faults = std::vector<std::string>;

class Actions : public BookingWorld {
 protected:
  static json::object because(std::string reason = "rain") {
    json::object body;
    body["reason"] = std::move(reason);
    return body;
  }
  static std::string path(const std::string& id, const std::string& action = {}) {
    return "/api/bookings/" + id + (action.empty() ? "" : "/" + action);
  }
};

TEST_F(Actions, ConfirmIsForTheCrewsCompany) {
  const std::string id = placed();
  for (const Actor& who : {organiser, other_crew_admin, other_organiser, organiser_user, crew})
    EXPECT_EQ(put(who, path(id, "confirm")).status, 403);
  const Answer answer = put(crew_admin, path(id, "confirm"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("status"), "CONFIRMED");
  EXPECT_EQ(*answer.response.field("ETag"), "\"2\"");
  const Answer again = put(crew_admin, path(id, "confirm"));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.response.body, answer.response.body);
  const auto said = messages();
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].type, "booking.confirmed");
  EXPECT_EQ(said[1].sequence, 2);
}

TEST_F(Actions, InHouseCrewIsAnsweredForByItsOrganiser) {
  json::object body = order();
  body["crewId"] = "usr-inhouse";
  const std::string id = placed(body);
  EXPECT_EQ(put(crew_admin, path(id, "confirm")).status, 403);
  EXPECT_EQ(put(organiser_user, path(id, "confirm")).status, 403);
  EXPECT_EQ(put(organiser, path(id, "confirm")).status, 200);
}

TEST_F(Actions, ConfirmAfterItExpiredIsAConflict) {
  const std::string id = placed();
  clock.advance(48 * hour_ms);
  EXPECT_EQ(put(crew_admin, path(id, "confirm")).status, 409);
  expire_due();
  EXPECT_EQ(put(crew_admin, path(id, "confirm")).code(), "CONFLICT");
}

TEST_F(Actions, DeclineFreesBothAndNeedsAReason) {
  const std::string id = placed();
  EXPECT_EQ(put(organiser, path(id, "decline"), because()).status, 403);
  EXPECT_EQ(put(crew_admin, path(id, "decline")).faults(), Faults{"reason"});
  EXPECT_EQ(put(crew_admin, path(id, "decline"), because(" ")).faults(), Faults{"reason"});
  EXPECT_EQ(put(crew_admin, path(id, "decline"), because(std::string(501, 'x'))).faults(),
            Faults{"reason"});
  const Answer answer = put(crew_admin, path(id, "decline"), because(std::string(500, 'x')));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("status"), "CANCELLED");
  EXPECT_EQ(answer.body.at("cancellation").at("code"), "Declined");
  EXPECT_EQ(answer.body.at("cancellation").at("by"), "usr-CrewAdmin");
  EXPECT_EQ(answer.body.at("cancellation").at("at"), "2026-03-01T12:00:00Z");
  EXPECT_FALSE(answer.body.contains("expiresAt"));
  EXPECT_TRUE(hood.held_crew.empty());
  EXPECT_TRUE(hood.held_slots.empty());
  EXPECT_EQ(put(crew_admin, path(id, "decline"), because()).status, 200);
  EXPECT_EQ(messages().back().type, "booking.cancelled");
  EXPECT_EQ(messages().back().data.at("cancellationCode"), "Declined");
  EXPECT_FALSE(messages().back().data.contains("text"));
}

TEST_F(Actions, DeclineAfterConfirmingIsAConflict) {
  const std::string id = placed();
  ASSERT_EQ(put(crew_admin, path(id, "confirm")).status, 200);
  EXPECT_EQ(put(crew_admin, path(id, "decline"), because()).status, 409);
}

TEST_F(Actions, CancelIsForEitherSideAndFreesBoth) {
  const std::string id = placed();
  for (const Actor& who : {other_organiser, other_crew_admin, organiser_user, crew})
    EXPECT_EQ(put(who, path(id, "cancel"), because()).status, 403);
  const Answer answer = put(organiser, path(id, "cancel"), because());
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("cancellation").at("code"), "Organiser");
  EXPECT_EQ(answer.body.at("cancellation").at("text"), "rain");
  EXPECT_TRUE(hood.held_crew.empty());
  EXPECT_TRUE(hood.held_slots.empty());
  const Answer again = put(crew_admin, path(id, "cancel"), because("other"));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body.at("cancellation").at("text"), "rain");
  const std::string second = placed();
  EXPECT_EQ(put(crew_admin, path(second, "cancel"), because()).body.at("cancellation").at("code"),
            "CrewCompany");
}

TEST_F(Actions, ACancelOfAPendingOneIsAConflict) {
  Booking pending;
  pending.id.value = "book-pending";
  pending.customer_id.value = "cust-org";
  pending.crew_customer_id.value = "cust-crew";
  pending.saga.state = saga_running;
  ASSERT_TRUE(wait<Result<Booking>>(service->context().bookings.insert(new_trace(), pending)));
  EXPECT_EQ(put(organiser, path("book-pending", "cancel"), because()).status, 409);
  EXPECT_EQ(put(admin, path("book-pending", "cancel"), because()).status, 409);
  EXPECT_EQ(put(crew_admin, path("book-pending", "confirm")).status, 409);
  EXPECT_EQ(get(organiser, path("book-pending")).text("status"), "PENDING");
}

TEST_F(Actions, CompleteWaitsForTheEnd) {
  const std::string id = placed();
  EXPECT_EQ(put(organiser, path(id, "complete")).status, 409);
  ASSERT_EQ(put(crew_admin, path(id, "confirm")).status, 200);
  EXPECT_EQ(put(crew_admin, path(id, "complete")).status, 403);
  EXPECT_EQ(put(other_organiser, path(id, "complete")).status, 403);
  EXPECT_EQ(put(organiser, path(id, "complete")).status, 409);
  clock.set(at("2026-03-20T22:00:00Z"));
  EXPECT_EQ(put(organiser, path(id, "complete")).text("status"), "COMPLETED");
  EXPECT_EQ(put(organiser, path(id, "complete")).status, 200);
  EXPECT_EQ(put(organiser, path(id, "cancel"), because()).status, 409);
  EXPECT_EQ(message_types(), (Faults{"booking.created", "booking.confirmed", "booking.completed"}));
  const std::string early = placed(order(), admin);
  ASSERT_EQ(put(crew_admin, path(early, "confirm")).status, 200);
  EXPECT_EQ(put(admin, path(early, "complete")).status, 200);
}

TEST_F(Actions, ChecksComeInTheirOrder) {
  const std::string id = placed();
  const std::map<std::string, std::string> stale{{"If-Match", "\"9\""}};
  json::object wrong;
  wrong["nonsense"] = 1;
  EXPECT_EQ(put(organiser_user, path("book-none", "confirm"), wrong, stale).status, 403);
  EXPECT_EQ(put(other_crew_admin, path("book-none", "confirm"), wrong, stale).status, 404);
  EXPECT_EQ(put(other_crew_admin, path(id, "confirm"), wrong, stale).status, 403);
  EXPECT_EQ(put(crew_admin, path(id, "confirm"), wrong, stale).faults(), Faults{"nonsense"});
  EXPECT_EQ(put(crew_admin, path(id, "confirm"), {}, stale).status, 412);
  EXPECT_EQ(put(crew_admin, path(id, "confirm"), {}, {{"If-Match", "W/\"1\""}}).status, 412);
  EXPECT_EQ(call_raw(crew_admin, http::Method::put, path(id, "confirm"), "{").status, 400);
  EXPECT_EQ(call_raw(crew_admin, http::Method::put, path(id, "confirm"), "[]").faults(),
            Faults{""});
  EXPECT_EQ(put(crew_admin, path(id, "confirm?x=1")).faults(), Faults{"x"});
  EXPECT_EQ(put(crew_admin, path(id, "confirm"), {}, {{"If-Match", "\"1\""}}).status, 200);
  EXPECT_EQ(put(crew_admin, path(id, "decline"), because(), stale).status, 412);
  EXPECT_EQ(put(crew_admin, path(id, "decline"), because()).status, 409);
  EXPECT_EQ(call_raw(crew_admin, http::Method::put, path(id, "confirm"), "").status, 200);
}

TEST_F(Actions, TheSameActionAtTheSameTimeHappensOnce) {
  const std::string id = placed();
  std::vector<std::thread> people;
  std::atomic<int> confirmed{0};
  for (int i = 0; i < 8; ++i)
    people.emplace_back([&] {
      if (put(crew_admin, path(id, "confirm")).status == 200) ++confirmed;
    });
  for (auto& person : people) person.join();
  EXPECT_EQ(confirmed, 8);
  EXPECT_EQ(stored(id).version, 2);
  EXPECT_EQ(message_types(), (Faults{"booking.created", "booking.confirmed"}));
}

TEST_F(Actions, AConfirmRacingACancelLeavesOneConsistentEnd) {
  for (int round = 0; round < 10; ++round) {
    const std::string id = placed();
    int confirm_status = 0, cancel_status = 0;
    std::thread one([&] { confirm_status = put(crew_admin, path(id, "confirm")).status; });
    std::thread two([&] { cancel_status = put(organiser, path(id, "cancel"), because()).status; });
    one.join();
    two.join();
    EXPECT_EQ(cancel_status, 200);
    EXPECT_TRUE(confirm_status == 200 || confirm_status == 409);
    EXPECT_EQ(stored(id).status, BookingStatus::CANCELLED);
    EXPECT_FALSE(hood.held_crew.contains(id));
  }
}

// --- What is shown ---

TEST_F(Actions, GetGivesTheEventAndThePersonInShort) {
  const std::string id = placed();
  const Answer answer = get(organiser, path(id));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(*answer.response.field("ETag"), "\"1\"");
  EXPECT_EQ(answer.body.at("event").at("name"), "Event evt-1");
  EXPECT_EQ(answer.body.at("event").at("location"), "Malmö");
  EXPECT_EQ(answer.body.at("crew").at("name"), "Name of usr-crew");
  EXPECT_FALSE(answer.body.at("crew").as_object().contains("phone"));
  EXPECT_EQ(get(crew_admin, path(id)).body.at("crew").at("phone"), "+46701234567");
  ASSERT_EQ(put(crew_admin, path(id, "confirm")).status, 200);
  EXPECT_EQ(get(organiser, path(id)).body.at("crew").at("phone"), "+46701234567");
  clock.set(at("2026-03-27T22:00:01Z"));
  EXPECT_FALSE(get(organiser, path(id)).body.at("crew").as_object().contains("phone"));
}

TEST_F(Actions, GetLivesWithoutItsNeighbours) {
  const std::string id = placed();
  hood.events.clear();
  hood.trouble = {"GET /internal/users", false, unavailable("down")};
  const Answer answer = get(organiser, path(id));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("event").at("name"), "Event evt-1");
  EXPECT_EQ(answer.body.at("crew").at("name"), "Name of usr-crew");
}

TEST_F(Actions, OthersSeeNothing) {
  const std::string id = placed();
  EXPECT_EQ(get(admin, path(id)).status, 200);
  EXPECT_EQ(get(organiser_user, path(id)).status, 200);
  EXPECT_EQ(get(crew_admin, path(id)).status, 200);
  const Actor stranger = actor(Role::CrewUser, "cust-crew", "usr-crew2");
  for (const Actor& who : {other_organiser, other_crew_admin, stranger}) {
    EXPECT_EQ(get(who, path(id)).status, 403);
    EXPECT_EQ(get(who, path(id, "history")).status, 403);
  }
  EXPECT_EQ(get(organiser, path("book-none")).status, 404);
  EXPECT_EQ(get(organiser, path("book-none", "history")).status, 404);
  EXPECT_EQ(get(organiser, path(id) + "?x=1").faults(), Faults{"x"});
}

TEST_F(Actions, ACrewUserSeesNoMoney) {
  const std::string id = placed();
  const Answer answer = get(crew, path(id));
  ASSERT_EQ(answer.status, 200);
  for (const char* hidden : {"rate", "units", "lines", "totalAmount", "tariffId"})
    EXPECT_FALSE(answer.body.contains(hidden)) << hidden;
  EXPECT_EQ(answer.text("timeType"), "Hour");
  const Answer list = get(crew, "/api/bookings");
  ASSERT_EQ(list.body.at("items").as_array().size(), 1U);
  EXPECT_FALSE(list.body.at("items").at(0).as_object().contains("totalAmount"));
}

TEST_F(Actions, InternalsAreNeverShown) {
  const std::string id = placed();
  const Answer answer = get(admin, path(id));
  for (const char* hidden : {"saga", "leaseUntil", "releaseDue", "listed", "history", "inHouse"})
    EXPECT_FALSE(answer.body.contains(hidden)) << hidden;
}

TEST_F(Actions, TheHistoryTellsWhoDidWhatAndWhen) {
  const std::string id = placed();
  clock.advance(hour_ms);
  ASSERT_EQ(put(crew_admin, path(id, "confirm")).status, 200);
  clock.advance(hour_ms);
  ASSERT_EQ(put(organiser, path(id, "cancel"), because()).status, 200);
  const Answer answer = get(crew, path(id, "history"));
  ASSERT_EQ(answer.status, 200);
  const json::array& items = answer.body.at("items").as_array();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(answer.body.at("total"), 3);
  EXPECT_EQ(items[0].at("action"), "requested");
  EXPECT_EQ(items[0].at("by"), "usr-CustomerAdmin");
  EXPECT_EQ(items[1].at("status"), "CONFIRMED");
  EXPECT_EQ(items[1].at("at"), "2026-03-01T13:00:00Z");
  EXPECT_EQ(items[2].at("text"), "rain");
  EXPECT_EQ(
      get(crew, path(id, "history?pageSize=1&pageNumber=3")).body.at("items").as_array().size(),
      1U);
  EXPECT_TRUE(get(crew, path(id, "history?pageNumber=9")).body.at("items").as_array().empty());
}

}  // namespace
}  // namespace thenorsound::booking
