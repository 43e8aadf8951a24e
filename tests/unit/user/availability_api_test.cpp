#include "world.hpp"

namespace thenorsound::user {
namespace {

using Names = std::vector<std::string>;

class AvailabilityApi : public World {
 protected:
  AvailabilityApi() : crew_(make_crew("a@b.se")), path_("/api/users/" + crew_ + "/availability") {}
  const std::string crew_;
  const std::string path_;
  const Who self_{crew_, Role::CrewUser, "cust-crew", false};
  const Who organiser_{"usr-o", Role::CustomerAdmin, "cust-org", false};
  const Who boss_{"usr-b", Role::CrewAdmin, "cust-crew", false};
  const std::string vacation_ =
      R"({"spans":[{"startDate":"2026-08-01","endDate":"2026-08-03","note":"Sea"}]})";
};

TEST_F(AvailabilityApi, AFreeDayIsOneWindowOfTheStockholmDay) {
  const Answer day = get(organiser_, path_ + "?date=2026-08-01");
  ASSERT_EQ(day.status, 200) << write_json(day.body);
  EXPECT_EQ(day.text("crewId"), crew_);
  EXPECT_EQ(day.text("date"), "2026-08-01");
  EXPECT_TRUE(day.body.at("isAvailable").as_bool());
  EXPECT_TRUE(day.body.at("busy").as_array().empty());
  json::object whole{{"startTime", "2026-07-31T22:00:00Z"}, {"endTime", "2026-08-01T22:00:00Z"}};
  EXPECT_EQ(day.body.at("windows"), json::value(json::array{whole}));
}

TEST_F(AvailabilityApi, WhatTakesTheTimeIsForThePersonAndTheirCompany) {
  reserve(crew_, "book-1", "2026-08-05T10:00:00Z", "2026-08-05T12:00:00Z");
  put(self_, path_, vacation_);
  const std::string range = path_ + "?from=2026-08-01T00:00:00Z&to=2026-08-06T00:00:00Z";
  const Answer bare = get(organiser_, range);
  EXPECT_FALSE(bare.body.at("isAvailable").as_bool());
  ASSERT_EQ(bare.body.at("busy").as_array().size(), 2U);
  for (const json::value& item : bare.body.at("busy").as_array())
    EXPECT_EQ(item.as_object().size(), 2U);
  EXPECT_EQ(bare.text("from"), "2026-08-01T00:00:00Z");
  for (const Who& actor : {self_, boss_}) {
    const Answer full = get(actor, range);
    EXPECT_EQ(full.body.at("busy").at(0).at("kind").as_string(), "Unavailable");
    EXPECT_EQ(full.body.at("busy").at(0).at("note").as_string(), "Sea");
    EXPECT_EQ(full.body.at("busy").at(1).at("bookingId").as_string(), "book-1");
  }
  const Answer seen = get(admin_, range);
  EXPECT_EQ(seen.body.at("busy").at(1).at("bookingId").as_string(), "book-1");
  EXPECT_FALSE(seen.body.at("busy").at(0).as_object().contains("note"));
}

TEST_F(AvailabilityApi, WhoMayAsk) {
  const std::string query = path_ + "?date=2026-08-01";
  EXPECT_EQ(get(who("x", Role::CrewAdmin, "cust-crew2"), query).status, 403);
  EXPECT_EQ(get(who("x", Role::CrewUser, "cust-crew"), query).status, 403);
  EXPECT_EQ(get(who("x", Role::CustomerUser, "cust-org"), query).status, 403);
  const std::string in_house = make_crew("i@b.se", "cust-org");
  const std::string theirs = "/api/users/" + in_house + "/availability?date=2026-08-01";
  EXPECT_EQ(get(organiser_, theirs).status, 200);
  EXPECT_EQ(get(who("x", Role::CustomerAdmin, "cust-org2"), theirs).status, 403);
  const std::string clerk = make("c@b.se", 2, 2, "cust-org");
  EXPECT_EQ(get(admin_, "/api/users/" + clerk + "/availability?date=2026-08-01").status, 404);
  EXPECT_EQ(get(admin_, "/api/users/usr-none/availability?date=2026-08-01").status, 404);
}

TEST_F(AvailabilityApi, AsksForADayOrASpan) {
  const auto faults = [&](const std::string& query) { return get(admin_, path_ + query).faults(); };
  EXPECT_EQ(faults(""), Names{"date"});
  EXPECT_EQ(faults("?date=2026-13-01"), Names{"date"});
  EXPECT_EQ(faults("?from=2026-08-01T00:00:00Z"), Names{"to"});
  EXPECT_EQ(faults("?date=2026-08-01&from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z"),
            Names{"date"});
  EXPECT_EQ(faults("?from=2026-01-01T00:00:00Z&to=2026-08-02T00:00:00Z"), Names{"to"});
  EXPECT_EQ(faults("?date=2026-08-01&x=1"), Names{"x"});
}

TEST_F(AvailabilityApi, MarksAreReplacedAndClashesNamed) {
  reserve(crew_, "book-1", "2026-08-02T10:00:00Z", "2026-08-02T12:00:00Z");
  const Answer marked = put(self_, path_, vacation_);
  ASSERT_EQ(marked.status, 200) << write_json(marked.body);
  EXPECT_EQ(marked.text("crewId"), crew_);
  EXPECT_EQ(marked.body.at("clashes"), json::value(json::array{"book-1"}));
  EXPECT_EQ(marked.body.at("spans").at(0).at("note").as_string(), "Sea");
  EXPECT_EQ(reserve(crew_, "book-2", "2026-08-03T10:00:00Z", "2026-08-03T12:00:00Z").code(),
            "CREW_UNAVAILABLE");
  EXPECT_EQ(put(boss_, path_, R"({"spans":[]})").body.at("spans").as_array().size(), 0U);
  EXPECT_EQ(reserve(crew_, "book-2", "2026-08-03T10:00:00Z", "2026-08-03T12:00:00Z").status, 200);
  EXPECT_EQ(types_published().back(), "availability.changed");
  const Message sent = bus_.messages().back();
  EXPECT_EQ(sent.subject, "cal-" + crew_);
  EXPECT_EQ(sent.data.at("userId").as_string(), crew_);
  EXPECT_EQ(sent.sequence, 2);
}

TEST_F(AvailabilityApi, WhoReplacesMarksSeesThemAllHoweverFar) {
  const std::string far =
      R"({"spans":[{"startDate":"2031-02-01","endDate":"2031-02-03","note":"Sea"}]})";
  ASSERT_EQ(put(self_, path_, far).status, 200);
  const std::string day = path_ + "?date=2026-08-01";
  EXPECT_EQ(get(self_, day).body.at("spans"), read_json(far)->as_object().at("spans"));
  EXPECT_EQ(get(boss_, day).body.at("spans"), read_json(far)->as_object().at("spans"));
  EXPECT_FALSE(get(organiser_, day).body.as_object().contains("spans"));
}

TEST_F(AvailabilityApi, WhoSeesNoNotesDropsNone) {
  put(self_, path_, vacation_);
  const json::value spans = get(self_, path_ + "?date=2026-08-01").body.at("spans");
  json::object body;
  body["spans"] = get(admin_, path_ + "?date=2026-08-01").body.at("spans");
  for (const json::value& span : body["spans"].as_array())
    EXPECT_FALSE(span.as_object().contains("note"));
  ASSERT_EQ(put(admin_, path_, write_json(body)).status, 200);
  EXPECT_EQ(get(self_, path_ + "?date=2026-08-01").body.at("spans"), spans);
  ASSERT_EQ(put(boss_, path_, write_json(body)).status, 200);  // who sees them may
  EXPECT_FALSE(
      get(self_, path_ + "?date=2026-08-01").body.at("spans").at(0).as_object().contains("note"));
}

TEST_F(AvailabilityApi, WhoMayMark) {
  EXPECT_EQ(put(organiser_, path_, vacation_).status, 403);
  EXPECT_EQ(put(who("x", Role::CrewUser, "cust-crew"), path_, vacation_).status, 403);
  EXPECT_EQ(put(who("x", Role::CrewAdmin, "cust-crew2"), path_, vacation_).status, 403);
  EXPECT_EQ(put(who("x", Role::CustomerUser, "cust-org"), path_, vacation_).status, 403);
  EXPECT_EQ(put(admin_, path_, vacation_).status, 200);
  const std::string in_house = make_crew("i@b.se", "cust-org");
  EXPECT_EQ(put(organiser_, "/api/users/" + in_house + "/availability", vacation_).status, 200);
}

TEST_F(AvailabilityApi, EveryWrongSpanIsNamed) {
  const Answer bad =
      put(self_, path_, R"({"spans":[{"startDate":"2026-08-03","endDate":"2026-08-01"},
      {"startDate":"2026-08-03"},{"startDate":"x","endDate":"2026-08-04","note":7,"more":1},
      {"startDate":"2026-01-03","endDate":"2026-06-01"},7],"extra":true})");
  EXPECT_EQ(bad.faults(),
            (Names{"extra", "spans[0].endDate", "spans[1].endDate", "spans[2].more",
                   "spans[2].note", "spans[2].startDate", "spans[3].endDate", "spans[4]"}));
  EXPECT_EQ(put(self_, path_, "{}").faults(), Names{"spans"});
  EXPECT_EQ(put(self_, path_, "[]").faults(), Names{""});
}

TEST_F(AvailabilityApi, IfMatchGuardsTheMarks) {
  EXPECT_EQ(put(self_, path_, vacation_, {{"If-Match", "\"1\""}}).fields.at("ETag"), "\"2\"");
  EXPECT_EQ(put(self_, path_, vacation_, {{"If-Match", "\"1\""}}).status, 412);
  // A reservation is no change of what the marks show.
  reserve(crew_, "book-9", "2026-09-02T10:00:00Z", "2026-09-02T12:00:00Z");
  EXPECT_EQ(put(self_, path_, vacation_, {{"If-Match", "\"2\""}}).status, 200);
}

}  // namespace
}  // namespace thenorsound::user
