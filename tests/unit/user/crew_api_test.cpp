#include "world.hpp"

namespace thenorsound::user {
namespace {

class CrewApi : public World {
 protected:
  const Who organiser_{"usr-o", Role::CustomerAdmin, "cust-org", false};
  const Who crew_admin_{"usr-c", Role::CrewAdmin, "cust-crew", false};
  std::int64_t total(const Who& actor, const std::string& query) {
    const Answer answer = get(actor, "/api/users/crew" + query);
    EXPECT_EQ(answer.status, 200) << query << write_json(answer.body);
    return answer.status == 200 ? answer.body.at("total").as_int64() : -1;
  }
  static std::vector<std::string> ids(const Answer& answer, std::string_view field = "id") {
    std::vector<std::string> out;
    for (const json::value& item : answer.body.at("items").as_array())
      out.emplace_back(std::string_view(item.at(field).as_string()));
    return out;
  }
};
using Names = std::vector<std::string>;

TEST_F(CrewApi, CardsShowNameCompanyAndSkillsOnly) {
  const std::string id = make_crew("a@b.se");
  const Answer list = get(organiser_, "/api/users/crew");
  ASSERT_EQ(list.status, 200);
  json::object card;
  card["id"] = id;
  card["name"] = "Anna Berg";
  card["customerId"] = "cust-crew";
  card["customerName"] = "Name of cust-crew";
  card["skills"] = json::array{json::object{{"category", "Sound"}, {"skill", "FOH"}}};
  EXPECT_EQ(list.body.at("items").at(0), card);
}

TEST_F(CrewApi, EachSeesWhomTheyMayBook) {
  make_crew("a@b.se");
  make_crew("b@b.se", "cust-crew2");
  make_crew("c@b.se", "cust-org");
  make_crew("d@b.se", "cust-org2");
  make("boss@b.se", 3, 4, "cust-crew");
  make("e@b.se", 2, 2, "cust-org");
  EXPECT_EQ(total(admin_, ""), 5);
  EXPECT_EQ(total(organiser_, ""), 4);
  EXPECT_EQ(total(crew_admin_, ""), 2);
  EXPECT_EQ(total(organiser_, "?customerId=cust-org"), 1);
  EXPECT_EQ(total(organiser_, "?customerId=cust-crew2"), 1);
  EXPECT_EQ(total(admin_, "?customerId=cust-org2"), 1);
  EXPECT_EQ(total(admin_, "?customerId=cust-nobody"), 0);
  EXPECT_EQ(get(organiser_, "/api/users/crew?customerId=cust-org2").status, 403);
  EXPECT_EQ(get(organiser_, "/api/users/crew?customerId=cust-nobody").status, 403);
  EXPECT_EQ(get(crew_admin_, "/api/users/crew?customerId=cust-crew2").status, 403);
  EXPECT_EQ(get(who("x", Role::CustomerUser, "cust-org"), "/api/users/crew").status, 403);
  EXPECT_EQ(get(who("x", Role::CrewUser, "cust-crew"), "/api/users/crew").status, 403);
}

TEST_F(CrewApi, InactiveAndDeletedCrewHasNoCard) {
  const std::string one = make_crew("a@b.se"), two = make_crew("b@b.se");
  put(admin_, "/api/users/" + one, R"({"isActive":false})");
  del(admin_, "/api/users/" + two);
  EXPECT_EQ(total(admin_, ""), 0);
}

TEST_F(CrewApi, FiltersByCategorySkillAndWords) {
  make_crew("a@b.se");
  make("b@b.se", 3, 5, "cust-crew", R"("skills":[{"category":"Light","skill":"Operator"}])");
  EXPECT_EQ(total(organiser_, "?category=Sound"), 1);
  EXPECT_EQ(total(organiser_, "?skill=Operator"), 1);
  EXPECT_EQ(total(organiser_, "?category=Light&skill=FOH"), 0);
  EXPECT_EQ(total(organiser_, "?category=Nothing"), 0);
  EXPECT_EQ(total(organiser_, "?q=ann%20BERG"), 2);
  EXPECT_EQ(total(organiser_, "?q=nna"), 0);
  EXPECT_EQ(get(organiser_, "/api/users/crew?q=a&q=b").status, 400);
}

TEST_F(CrewApi, WhoIsFreeKeepsPagesAndTotalRight) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) made.push_back(make_crew("p" + std::to_string(i) + "@b.se"));
  // The second and the fifth are booked, the sixth is away; the first is busy next to the span.
  reserve(made[1], "book-1", "2026-08-01T09:00:00Z", "2026-08-01T11:00:00Z");
  reserve(made[4], "book-2", "2026-08-01T15:00:00Z", "2026-08-01T18:00:00Z");
  put(admin_, "/api/users/" + made[5] + "/availability",
      R"({"spans":[{"startDate":"2026-08-01","endDate":"2026-08-01"}]})");
  reserve(made[0], "book-3", "2026-08-01T08:00:00Z", "2026-08-01T10:00:00Z");
  const std::string span = "availableFrom=2026-08-01T10:00:00Z&availableTo=2026-08-01T16:00:00Z";
  const Answer first = get(organiser_, "/api/users/crew?pageSize=2&" + span);
  const Answer second = get(organiser_, "/api/users/crew?pageSize=2&pageNumber=2&" + span);
  const Answer third = get(organiser_, "/api/users/crew?pageSize=2&pageNumber=3&" + span);
  EXPECT_EQ(ids(first), (Names{made[6], made[3]}));
  EXPECT_EQ(ids(second), (Names{made[2], made[0]}));
  EXPECT_EQ(ids(third), Names{});
  EXPECT_EQ(first.body.at("total"), 4);
  EXPECT_EQ(third.body.at("total"), 4);
}

TEST_F(CrewApi, TheSpanOfFreeTimeIsWhole) {
  const auto faults = [&](const std::string& query) {
    return get(organiser_, "/api/users/crew?" + query).faults();
  };
  EXPECT_EQ(faults("availableFrom=2026-08-01T10:00:00Z"), Names{"availableTo"});
  EXPECT_EQ(faults("availableTo=2026-08-01T10:00:00Z"), Names{"availableFrom"});
  EXPECT_EQ(faults("availableFrom=2026-08-01T10:00:00&availableTo=x"),
            (Names{"availableFrom", "availableTo"}));
  EXPECT_EQ(faults("availableFrom=2026-08-01T10:00:00Z&availableTo=2026-08-01T10:00:00Z"),
            Names{"availableTo"});
}

TEST_F(CrewApi, AvailabilityOfAPageIsBareAndMerged) {
  const std::string one = make_crew("a@b.se"), two = make_crew("b@b.se");
  reserve(one, "book-1", "2026-08-01T10:00:00Z", "2026-08-01T12:00:00Z");
  reserve(one, "book-2", "2026-08-01T12:00:00Z", "2026-08-01T13:00:00Z");
  const Answer list = get(
      organiser_, "/api/users/crew/availability?from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z");
  ASSERT_EQ(list.status, 200) << write_json(list.body);
  EXPECT_EQ(ids(list, "crewId"), (Names{two, one}));
  EXPECT_TRUE(list.body.at("items").at(0).at("busy").as_array().empty());
  json::object span{{"startTime", "2026-08-01T10:00:00Z"}, {"endTime", "2026-08-01T13:00:00Z"}};
  EXPECT_EQ(list.body.at("items").at(1).at("busy"), json::value(json::array{span}));
  EXPECT_EQ(get(organiser_, "/api/users/crew/availability").faults(), (Names{"from", "to"}));
  EXPECT_EQ(get(organiser_,
                "/api/users/crew/availability?from=2026-01-01T00:00:00Z&to=2026-08-02T00:00:00Z")
                .faults(),
            Names{"to"});
}

TEST_F(CrewApi, CompanyNamesAreAskedForOnceInAWhile) {
  make_crew("a@b.se");
  make_crew("b@b.se");
  const auto asked = [&] { return customers_.count("GET", "/internal/customers/cust-crew"); };
  total(organiser_, "");
  const std::size_t before = asked();
  total(organiser_, "");
  EXPECT_EQ(asked(), before);
  clock_.advance(31 * second_ms);
  total(organiser_, "");
  EXPECT_EQ(asked(), before + 1);
}

}  // namespace
}  // namespace thenorsound::user
