#include "world.hpp"

namespace thenorsound::user {
namespace {

class Upkeeping : public World {
 protected:
  Upkeeping() : crew_(make_crew("a@b.se")) {}
  const std::string crew_;
  const std::string from_ = "2026-08-01T10:00:00Z", to_ = "2026-08-01T12:00:00Z";
  json::object calendar() { return (*run(store_->get("calendars", "cal-" + crew_)))->body; }
  std::size_t reserved() { return calendar().at("reservations").as_array().size(); }
};

TEST_F(Upkeeping, ReservationsThatNoBookingHoldsAreReleased) {
  for (int i = 0; i < 5; ++i) {
    const std::string hour = "2026-08-01T1" + std::to_string(i) + ":";
    reserve(crew_, "book-" + std::to_string(i), hour + "00:00Z", hour + "30:00Z");
  }
  booking_states_ = {{"book-0", "REQUESTED"},
                     {"book-1", "PENDING"},
                     {"book-2", "CANCELLED"},
                     {"book-3", "COMPLETED"}};
  keep_up();
  EXPECT_TRUE(bookings_.seen().empty());  // too young to ask about
  clock_.advance(31 * second_ms);
  keep_up();
  const json::object after = calendar();
  ASSERT_EQ(after.at("reservations").as_array().size(), 3U);
  EXPECT_TRUE(after.at("reservations").at(0).at("verified").as_bool());
  EXPECT_FALSE(after.at("reservations").at(1).at("verified").as_bool());
  EXPECT_TRUE(after.at("reservations").at(2).at("verified").as_bool());
  EXPECT_EQ(reserve(crew_, "book-4", "2026-08-01T14:00:00Z", "2026-08-01T14:30:00Z").status, 409);
  // Only the pending one is asked about again.
  booking_states_["book-1"] = "CONFIRMED";
  keep_up();
  EXPECT_EQ(bookings_.seen().back().body.at("ids"), json::value(json::array{"book-1"}));
  keep_up();
  EXPECT_EQ(bookings_.seen().size(), 2U);
}

TEST_F(Upkeeping, WhatGrowsOldWhileTheAnswerIsOnItsWayIsNotReleased) {
  reserve(crew_, "book-old", from_, to_);
  clock_.advance(2 * second_ms);
  reserve(crew_, "book-young", "2026-08-01T14:00:00Z", "2026-08-01T14:30:00Z");
  clock_.advance(29 * second_ms);
  booking_states_ = {{"book-old", "REQUESTED"}};  // the other was not asked about
  bookings_.answer = [this](const Neighbour::Asked& asked) {
    EXPECT_EQ(asked.body.at("ids"), json::value(json::array{"book-old"}));
    clock_.advance(5 * second_ms);
    return say_states();
  };
  keep_up();
  EXPECT_EQ(bookings_.seen().size(), 1U);
  EXPECT_EQ(reserved(), 2U);
}

TEST_F(Upkeeping, WhileBookingIsDownNothingIsReleased) {
  reserve(crew_, "book-1", from_, to_);
  bookings_.answer = [](const Neighbour::Asked&) -> Result<json::value> {
    return make_error(Code::service_unavailable, "Down.");
  };
  clock_.advance(31 * second_ms);
  keep_up();
  EXPECT_EQ(reserved(), 1U);
}

TEST_F(Upkeeping, WhatIsOverGoesToTheArchiveAndStaysInSight) {
  reserve(crew_, "book-1", from_, to_);
  put(admin_, "/api/users/" + crew_ + "/availability",
      R"({"spans":[{"startDate":"2026-08-03","endDate":"2026-08-04","note":"Sea"}]})");
  booking_states_ = {{"book-1", "CONFIRMED"}};
  clock_.advance(31 * second_ms);
  keep_up();
  clock_.set(time_from_iso("2026-10-01T10:00:00Z").value());
  keep_up();
  EXPECT_EQ(reserved(), 0U);
  EXPECT_TRUE(calendar().at("marks").as_array().empty());
  const std::string path = "/api/users/" + crew_ + "/availability";
  const Answer then = get(admin_, path + "?from=2026-08-01T00:00:00Z&to=2026-08-05T00:00:00Z");
  ASSERT_EQ(then.body.at("busy").as_array().size(), 2U);
  EXPECT_EQ(then.body.at("busy").at(0).at("bookingId").as_string(), "book-1");
  const Answer marks =
      get(service_actor, "/internal/users/" + crew_ + "/marks?from=2026-08-01&to=2026-08-31");
  EXPECT_EQ(marks.body.at(0).at("endDate").as_string(), "2026-08-04");
  // Time that was worked isn't booked back a second time, until it is released.
  EXPECT_EQ(reserve(crew_, "book-1", from_, to_).status, 200);
  EXPECT_EQ(reserve(crew_, "book-2", from_, to_).status, 409);
  release(crew_, "book-1");
  EXPECT_EQ(reserve(crew_, "book-2", from_, to_).status, 200);
}

TEST_F(Upkeeping, ACalendarClosedForNothingOpensAgain) {
  json::object closed = calendar();
  closed["closed"] = true;
  closed["closedAt"] = clock_.now().ms;
  const auto before = *run(store_->get("calendars", "cal-" + crew_));
  store::Write write{.collection = "calendars",
                     .id = "cal-" + crew_,
                     .expected = before->revision,
                     .body = closed,
                     .messages = {}};
  EXPECT_EQ(run(store_->commit(std::move(write))).outcome, store::Outcome::committed);
  EXPECT_EQ(reserve(crew_, "book-1", from_, to_).status, 409);
  clock_.advance(61 * second_ms);
  keep_up();
  EXPECT_EQ(reserve(crew_, "book-2", from_, to_).status, 200);
}

TEST_F(Upkeeping, RestartedServicesFindEverythingAgain) {
  reserve(crew_, "book-1", from_, to_);
  run(service_->stop());
  service_.reset();
  start_service();
  EXPECT_EQ(get(admin_, "/api/users/" + crew_).status, 200);
  EXPECT_EQ(reserve(crew_, "book-2", from_, to_).status, 409);
}

}  // namespace
}  // namespace thenorsound::user
