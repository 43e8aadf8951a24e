// What happens without anybody asking: expiry, reservations freed later, cancelled events; and
// what other services ask.
#include "world.hpp"

namespace thenorsound::booking {
namespace {

using Types = std::vector<std::string>;

class Upkeep : public BookingWorld {
 protected:
  Result<bus::Delivery> hear(std::string type, std::string event, std::string status) {
    Message message;
    message.type = std::move(type);
    message.subject = std::move(event);
    message.data["status"] = status;
    return wait<Result<bus::Delivery>>(heard(std::move(message)));
  }
  Task<Result<bus::Delivery>> heard(Message message) {
    co_return co_await bus.consumers.at("thenorsound.booking")(message);
  }
  std::string placed_on(std::string start) {
    json::object body = order();
    body["startTime"] = start + "T18:00:00Z";
    body["endTime"] = start + "T22:00:00Z";
    return placed(body);
  }
  Answer ask(http::Method method, std::string target, json::object body = {}) {
    Actor other;
    other.is_service = true;
    return call(other, method, std::move(target), std::move(body));
  }
};

TEST_F(Upkeep, DeclaresItsQueue) {
  ASSERT_EQ(bus.declared.size(), 1U);
  EXPECT_EQ(bus.declared[0].name, "thenorsound.booking");
  EXPECT_EQ(bus.declared[0].patterns, (Types{"event.updated", "event.deleted"}));
}

TEST_F(Upkeep, RequestsNobodyAnswersExpireAndAreFreed) {
  const std::string id = placed();
  const std::string confirmed = placed();
  ASSERT_EQ(put(crew_admin, "/api/bookings/" + confirmed + "/confirm").status, 200);
  clock.advance(48 * hour_ms - 1);
  expire_due();
  EXPECT_EQ(stored(id).status, BookingStatus::REQUESTED);
  clock.advance(1);
  expire_due();
  const Booking booking = stored(id);
  EXPECT_EQ(booking.status, BookingStatus::CANCELLED);
  EXPECT_EQ(booking.cancellation->code, CancellationCode::Expired);
  EXPECT_FALSE(booking.release_due);
  EXPECT_FALSE(hood.held_crew.contains(id));
  EXPECT_FALSE(hood.held_slots.contains(id));
  EXPECT_EQ(stored(confirmed).status, BookingStatus::CONFIRMED);
  const auto said = messages();
  EXPECT_EQ(said.back().type, "booking.cancelled");
  EXPECT_EQ(said.back().data.at("cancellationCode"), "Expired");
  expire_due();
  EXPECT_EQ(messages().size(), said.size());
}

TEST_F(Upkeep, WhatADownServiceHeldIsFreedLater) {
  const std::string id = placed();
  hood.trouble = {"DELETE /internal/users", false, unavailable("down")};
  json::object reason;
  reason["reason"] = "rain";
  const Answer answer = put(organiser, "/api/bookings/" + id + "/cancel", reason);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("status"), "CANCELLED");
  EXPECT_FALSE(hood.held_slots.contains(id));
  EXPECT_TRUE(hood.held_crew.contains(id));
  EXPECT_TRUE(stored(id).release_due);
  const std::int64_t version = stored(id).version;
  release_due();  // not due yet
  EXPECT_TRUE(hood.held_crew.contains(id));
  hood.trouble.reset();
  clock.advance(10 * second_ms);
  release_due();
  EXPECT_FALSE(hood.held_crew.contains(id));
  EXPECT_FALSE(stored(id).release_due);
  EXPECT_EQ(stored(id).version, version);  // nothing that is shown has changed
  hood.forget_calls();
  clock.advance(day_ms);
  release_due();
  EXPECT_TRUE(hood.calls().empty());
}

TEST_F(Upkeep, AProcessKilledAfterTheCancelLeavesTheFreeingToTheSweeper) {
  const std::string id = placed();
  auto cancel_only = [](Booking& booking, store::Outgoing&) -> Result<store::Change> {
    (void)cancel(booking, organiser, "rain", at("2026-03-01T12:00:00Z"));
    return store::Change::yes;
  };
  ASSERT_TRUE(
      wait<Result<Booking>>(service->context().bookings.modify(new_trace(), id, cancel_only)));
  EXPECT_TRUE(hood.held_crew.contains(id));
  clock.advance(5 * second_ms);
  release_due();
  EXPECT_FALSE(hood.held_crew.contains(id));
  EXPECT_FALSE(hood.held_slots.contains(id));
}

TEST_F(Upkeep, ACancelledEventCancelsItsLiveBookings) {
  const std::string requested = placed_on("2026-03-20");
  const std::string confirmed = placed_on("2026-03-21");
  const std::string completed = placed_on("2026-03-22");
  json::object elsewhere = order();
  elsewhere["eventId"] = "evt-2";
  const std::string other = placed(elsewhere, admin);
  for (const auto& id : {confirmed, completed}) {
    ASSERT_EQ(put(crew_admin, "/api/bookings/" + id + "/confirm").status, 200);
  }
  ASSERT_EQ(put(admin, "/api/bookings/" + completed + "/complete").status, 200);

  ASSERT_TRUE(hear("event.updated", "evt-1", "Scheduled"));
  EXPECT_EQ(stored(requested).status, BookingStatus::REQUESTED);
  ASSERT_TRUE(hear("event.updated", "evt-1", "Cancelled"));
  for (const auto& id : {requested, confirmed}) {
    EXPECT_EQ(stored(id).cancellation->code, CancellationCode::EventCancelled);
    EXPECT_FALSE(hood.held_crew.contains(id));
    EXPECT_FALSE(hood.held_slots.contains(id));
  }
  EXPECT_EQ(stored(completed).status, BookingStatus::COMPLETED);
  EXPECT_EQ(stored(other).status, BookingStatus::REQUESTED);
  const auto said = messages().size();
  ASSERT_TRUE(hear("event.updated", "evt-1", "Cancelled"));  // a repeat does nothing
  EXPECT_EQ(messages().size(), said);
  ASSERT_TRUE(hear("event.deleted", "evt-2", "Scheduled"));
  EXPECT_EQ(stored(other).status, BookingStatus::CANCELLED);
}

TEST_F(Upkeep, MoreBookingsThanOneRoundAreAllCancelledWithTheEvent) {
  std::vector<std::string> ids;
  for (int i = 0; i < 205; ++i) ids.push_back(placed());
  ASSERT_TRUE(hear("event.updated", "evt-1", "Cancelled"));
  for (const auto& id : ids) EXPECT_EQ(stored(id).status, BookingStatus::CANCELLED);
  EXPECT_TRUE(hood.held_crew.empty());
}

TEST_F(Upkeep, ASagaThatRacesTheCancelledEventMakesTheMessageComeAgain) {
  Booking racing;
  racing.id.value = "book-racing";
  racing.event_id.value = "evt-1";
  racing.crew_id.value = "usr-crew";
  racing.saga.state = saga_running;
  racing.lease_until = clock.now() + 15 * second_ms;
  ASSERT_TRUE(wait<Result<Booking>>(service->context().bookings.insert(new_trace(), racing)));
  const auto first = hear("event.updated", "evt-1", "Cancelled");
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Code::service_unavailable);
  auto commit_it = [](Booking& booking, store::Outgoing&) -> Result<store::Change> {
    (void)commit_request(booking, Settlement{}, "usr-1", Time{});
    return store::Change::yes;
  };
  ASSERT_TRUE(wait<Result<Booking>>(
      service->context().bookings.modify(new_trace(), "book-racing", commit_it)));
  ASSERT_TRUE(hear("event.updated", "evt-1", "Cancelled"));
  EXPECT_EQ(stored("book-racing").cancellation->code, CancellationCode::EventCancelled);
}

TEST_F(Upkeep, OtherServicesLearnTheStatesOfBookings) {
  const std::string one = placed();
  const std::string two = placed();
  ASSERT_EQ(put(crew_admin, "/api/bookings/" + two + "/confirm").status, 200);
  json::object body;
  body["ids"] = json::array{one, "book-none", two};
  const Answer answer = ask(http::Method::post, "/internal/bookings/states", body);
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  const json::object& states = answer.body.at("states").as_object();
  EXPECT_EQ(states.size(), 2U);
  EXPECT_EQ(states.at(one), "REQUESTED");
  EXPECT_EQ(states.at(two), "CONFIRMED");
  json::array many;
  for (int i = 0; i < 1'500; ++i) many.push_back(json::string("book-" + std::to_string(i)));
  many.push_back(json::string(one));
  body["ids"] = many;
  EXPECT_EQ(ask(http::Method::post, "/internal/bookings/states", body)
                .body.at("states")
                .as_object()
                .size(),
            1U);
  EXPECT_EQ(call(admin, http::Method::post, "/internal/bookings/states", body).status, 403);
}

TEST_F(Upkeep, LiveBookingsAreCountedOnEitherSideOnce) {
  const auto live = [this](std::string id) {
    return ask(http::Method::get, "/internal/bookings/live?customerId=" + id).body.at("count");
  };
  const std::string id = placed();
  json::object in_house = order();
  in_house["crewId"] = "usr-inhouse";
  placed(in_house);
  EXPECT_EQ(live("cust-org"), 2);
  EXPECT_EQ(live("cust-crew"), 1);
  EXPECT_EQ(live("cust-org2"), 0);
  json::object reason;
  reason["reason"] = "rain";
  ASSERT_EQ(put(organiser, "/api/bookings/" + id + "/cancel", reason).status, 200);
  EXPECT_EQ(live("cust-crew"), 0);
  EXPECT_EQ(live("cust-org"), 1);
}

}  // namespace
}  // namespace thenorsound::booking
