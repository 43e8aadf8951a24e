#include <thread>

#include "world.hpp"

namespace thenorsound::user {
namespace {

class Reservations : public World {
 protected:
  Reservations() : crew_(make_crew("a@b.se")) {}
  const std::string crew_;
  const std::string from_ = "2026-08-01T10:00:00Z", to_ = "2026-08-01T12:00:00Z";
  bool busy(const std::string& from, const std::string& to) {
    const Answer answer = get(service_actor, "/internal/users/" + crew_ +
                                                 "/conflicts?startTime=" + from + "&endTime=" + to);
    EXPECT_EQ(answer.status, 200);
    return answer.body.at("busy").as_bool();
  }
};
using Names = std::vector<std::string>;

TEST_F(Reservations, AreIdempotentAndNeverOverlap) {
  EXPECT_EQ(reserve(crew_, "book-1", from_, to_).status, 200);
  EXPECT_EQ(reserve(crew_, "book-1", from_, to_).status, 200);
  const Answer refused = reserve(crew_, "book-2", "2026-08-01T11:00:00Z", "2026-08-01T13:00:00Z");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "CREW_UNAVAILABLE");
  EXPECT_EQ(refused.body.at("error").at("message").as_string(),
            "The crew member is not available.");
  EXPECT_EQ(reserve(crew_, "book-2", to_, "2026-08-01T13:00:00Z").status, 200);
  EXPECT_TRUE(busy(from_, to_));
  EXPECT_FALSE(busy("2026-08-01T13:00:00Z", "2026-08-01T14:00:00Z"));
}

TEST_F(Reservations, AReleaseStaysForALateReservation) {
  EXPECT_EQ(release(crew_, "book-1").status, 204);
  EXPECT_EQ(reserve(crew_, "book-1", from_, to_).status, 409);
  EXPECT_EQ(reserve(crew_, "book-2", from_, to_).status, 200);
  EXPECT_EQ(release(crew_, "book-2").status, 204);
  EXPECT_EQ(release(crew_, "book-2").status, 204);
  EXPECT_EQ(release("usr-none", "book-2").status, 204);
  EXPECT_FALSE(busy(from_, to_));
}

TEST_F(Reservations, AreForActiveCrewAlone) {
  const std::string clerk = make("c@b.se", 2, 2, "cust-org");
  EXPECT_EQ(reserve(clerk, "book-1", from_, to_).status, 404);
  EXPECT_EQ(reserve("usr-none", "book-1", from_, to_).status, 404);
  put(admin_, "/api/users/" + crew_, R"({"isActive":false})");
  EXPECT_EQ(reserve(crew_, "book-1", from_, to_).status, 404);
}

TEST_F(Reservations, FieldsAreChecked) {
  const auto faults = [&](const std::string& body) {
    return post(service_actor, "/internal/users/" + crew_ + "/reservations", body).faults();
  };
  EXPECT_EQ(faults("{}"), (Names{"bookingId", "endTime", "startTime"}));
  EXPECT_EQ(
      faults(
          R"({"bookingId":"b","startTime":"2026-08-01T10:00:30Z","endTime":"2026-08-01T11:00:00Z"})"),
      Names{"startTime"});
  EXPECT_EQ(
      faults(
          R"({"bookingId":"b","startTime":"2026-08-01T10:00:00Z","endTime":"2026-09-02T11:00:00Z"})"),
      Names{"endTime"});
  EXPECT_EQ(post(admin_, "/internal/users/" + crew_ + "/reservations", "{}").status, 403);
}

TEST_F(Reservations, OfManyAtOnceOneWins) {
  std::vector<std::future<int>> racing;
  for (int i = 0; i < 24; ++i)
    racing.push_back(std::async(std::launch::async, [this, i] {
      return reserve(crew_, "book-" + std::to_string(i), from_, to_).status;
    }));
  int won = 0, lost = 0;
  for (auto& one : racing) {
    const int status = one.get();
    won += status == 200;
    lost += status == 409;
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 23);
}

}  // namespace
}  // namespace thenorsound::user
