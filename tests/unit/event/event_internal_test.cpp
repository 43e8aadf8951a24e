#include "event_scene.hpp"

namespace thenorsound::event {
namespace {

using Names = std::vector<std::string>;

class InternalEvents : public EventScene {
 protected:
  std::int64_t booked(const std::string& id) {
    return get(organiser, "/api/events/" + id).body.at("slots").at(0).at("booked").as_int64();
  }
};

TEST_F(InternalEvents, AreForServicesOnly) {
  const std::string id = make_event();
  EXPECT_EQ(get(admin, "/internal/events/" + id).status, 403);
  EXPECT_EQ(post(admin, "/internal/events/" + id + "/reservations", reservation("book-1")).status,
            403);
}

TEST_F(InternalEvents, GiveAProfile) {
  const std::string id = make_event();
  const Answered shown = get(service_actor(), "/internal/events/" + id);
  ASSERT_EQ(shown.status, 200);
  const auto profile = from_document<EventProfile>(shown.body.as_object());
  EXPECT_EQ(profile.id.value, id);
  EXPECT_EQ(profile.customer_id.value, "cust-organiser");
  EXPECT_EQ(profile.crew_from, *time_from_iso("2027-06-01T16:00:00Z"));
  EXPECT_EQ(profile.order_reference, "PO-1");
  EXPECT_EQ(get(service_actor(), "/internal/events/evt-none").status, 404);
}

TEST_F(InternalEvents, ReserveCheckAndRelease) {
  const std::string id = make_event();
  const std::string check = "/internal/events/" + id + "/reservations/check";
  const Answered checked = post(service_actor(), check, reservation("book-1"));
  EXPECT_EQ(checked.status, 200);
  EXPECT_EQ(booked(id), 0);
  const Answered taken = reserve(id, "book-1");
  ASSERT_EQ(taken.status, 200);
  EXPECT_EQ(taken.body, checked.body);
  EXPECT_EQ(taken.text("category"), "Sound");
  EXPECT_EQ(taken.text("skill"), "FOH Engineer");
  EXPECT_EQ(reserve(id, "book-1").body, taken.body);
  EXPECT_EQ(booked(id), 1);
  EXPECT_EQ(reserve(id, "book-2").status, 200);
  const Answered full = reserve(id, "book-3");
  EXPECT_EQ(full.status, 409);
  EXPECT_EQ(full.code(), "EVENT_SLOT_UNAVAILABLE");
  EXPECT_EQ(full.body.at("error").at("message"), "Event slot unavailable");
  EXPECT_EQ(post(service_actor(), check, reservation("book-3")).code(), "EVENT_SLOT_UNAVAILABLE");
  EXPECT_EQ(release(id, "book-1").status, 204);
  EXPECT_EQ(release(id, "book-1").status, 204);
  EXPECT_EQ(booked(id), 1);
  EXPECT_EQ(reserve(id, "book-1").code(), "CONFLICT");
  EXPECT_EQ(get(organiser, "/api/events/" + id).body.at("version"), 1);
}

TEST_F(InternalEvents, ReleaseWhatNeverWas) {
  const std::string id = make_event();
  EXPECT_EQ(release("evt-none", "book-1").status, 204);
  EXPECT_EQ(release(id, "book-1").status, 204);
  EXPECT_EQ(reserve(id, "book-1").code(), "CONFLICT");
}

TEST_F(InternalEvents, RefuseWhatCannotBeReserved) {
  const std::string id = make_event();
  EXPECT_EQ(reserve("evt-none", "book-1").status, 404);
  json::object body = reservation("book-1");
  body["skills"] = json::array();
  const std::string target = "/internal/events/" + id + "/reservations";
  const Answered unqualified = post(service_actor(), target, body);
  EXPECT_EQ(unqualified.status, 422);
  EXPECT_EQ(unqualified.code(), "CREW_NOT_QUALIFIED");
  body["slotId"] = "slot-none";
  EXPECT_EQ(post(service_actor(), target, body).faults(), Names{"slotId"});
  body.erase("startTime");
  EXPECT_EQ(post(service_actor(), target, body).faults(), Names{"startTime"});
}

TEST_F(InternalEvents, CountEventsAndUses) {
  const std::string id = make_event();
  make_event();
  EXPECT_EQ(
      get(service_actor(), "/internal/events/count?customerId=cust-organiser").body.at("count"), 2);
  EXPECT_EQ(get(service_actor(), "/internal/events/count?customerId=cust-x").body.at("count"), 0);
  const auto used = [&](const std::string& query) {
    return get(service_actor(), "/internal/events/uses?" + query).body.at("inUse").as_bool();
  };
  EXPECT_TRUE(used("category=Sound&skill=FOH%20Engineer"));
  EXPECT_TRUE(used("category=Sound"));
  EXPECT_FALSE(used("category=Sound&skill=Operator"));
  EXPECT_FALSE(used("category=Light"));
}

TEST_F(InternalEvents, SellEachPlaceOnceToManyAtTheSameTime) {
  json::object body = concert();
  body.at("slots").at(0).as_object()["capacity"] = 50;
  const std::string id = make_event(body);
  std::vector<std::thread> threads;
  std::atomic<int> taken{0}, refused{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const Answered answer = reserve(id, "book-" + std::to_string(t) + "-" + std::to_string(i));
        (answer.status == 200 ? taken : refused) += 1;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 50);
  EXPECT_EQ(refused, 150);
  EXPECT_EQ(booked(id), 50);
}

TEST_F(InternalEvents, ReconcileReservationsWithTheBookingService) {
  const std::string id = make_event();
  json::object body = concert();
  body.at("slots").at(0).as_object()["capacity"] = 9;
  const std::string wide = make_event(body);
  for (const char* booking : {"book-1", "book-2", "book-3", "book-4", "book-5"})
    ASSERT_EQ(reserve(wide, booking).status, 200);
  bookings_.set_down(true);
  booking_states_ = body_of(R"({"book-1": "REQUESTED", "book-2": "CANCELLED",
                               "book-3": "PENDING", "book-4": "COMPLETED"})");
  clock_.advance(29'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(bookings_.calls().empty());
  clock_.advance(1'000);
  ASSERT_TRUE(until([&] { return !bookings_.calls().empty(); }));
  EXPECT_EQ(booked(wide), 5);
  bookings_.set_down(false);
  ASSERT_TRUE(until([&] { return booked(wide) == 3; }));
  EXPECT_EQ(reserve(wide, "book-5").code(), "CONFLICT");
  EXPECT_EQ(reserve(wide, "book-2").code(), "CONFLICT");
  for (const char* kept : {"book-1", "book-3", "book-4"})
    EXPECT_EQ(reserve(wide, kept).status, 200) << kept;
  EXPECT_EQ(booked(id), 0);
}

TEST_F(InternalEvents, NeedTheCatalogueOnlyForSlots) {
  customers_.set_down(true);
  json::object body = concert();
  EXPECT_EQ(post(organiser, "/api/events", body).status, 503);
  body.erase("slots");
  EXPECT_EQ(post(organiser, "/api/events", body).status, 201);
  customers_.set_down(false);
  EXPECT_EQ(post(organiser, "/api/events", concert()).status, 201);
  customers_.set_down(true);
  clock_.advance(60'000);
  EXPECT_EQ(post(organiser, "/api/events", concert()).status, 201);
}

}  // namespace
}  // namespace thenorsound::event
