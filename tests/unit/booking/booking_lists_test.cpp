// Lists: what each role sees, filters, pages, and whose.
#include "world.hpp"

namespace thenorsound::booking {
namespace {

using Ids = std::vector<std::string>;
using Faults = std::vector<std::string>;

class Lists : public BookingWorld {
 protected:
  void SetUp() override {
    one = booked("evt-1", "usr-crew", "2026-03-20");
    two = booked("evt-1", "usr-crew2", "2026-03-21");
    three = booked("evt-1", "usr-stranger", "2026-03-22");
    four = booked("evt-2", "usr-crew", "2026-03-23");
    in_house = booked("evt-1", "usr-inhouse", "2026-03-24");
  }
  std::string booked(std::string event, std::string person, std::string day) {
    clock.advance(minute_ms);
    json::object body = order();
    body["eventId"] = event;
    body["crewId"] = person;
    body["startTime"] = day + "T18:00:00Z";
    body["endTime"] = day + "T22:00:00Z";
    return placed(body, admin);
  }
  Ids ids(const Actor& who, std::string target) {
    const Answer answer = get(who, std::move(target));
    EXPECT_EQ(answer.status, 200) << answer.response.body;
    Ids out;
    if (answer.status != 200) return out;
    for (const auto& item : answer.body.at("items").as_array())
      out.emplace_back(std::string_view(item.at("id").as_string()));
    EXPECT_EQ(answer.body.at("total"), static_cast<std::int64_t>(out.size()));
    return out;
  }
  int status(const Actor& who, std::string target) { return get(who, std::move(target)).status; }
  std::string one, two, three, four, in_house;
};

TEST_F(Lists, EachSeesItsOwnNewestFirst) {
  EXPECT_EQ(ids(admin, "/api/bookings"), (Ids{in_house, four, three, two, one}));
  EXPECT_EQ(ids(organiser, "/api/bookings"), (Ids{in_house, three, two, one}));
  EXPECT_EQ(ids(organiser_user, "/api/bookings"), (Ids{in_house, three, two, one}));
  EXPECT_EQ(ids(other_organiser, "/api/bookings"), (Ids{four}));
  EXPECT_EQ(ids(crew_admin, "/api/bookings"), (Ids{four, two, one}));
  EXPECT_EQ(ids(other_crew_admin, "/api/bookings"), (Ids{three}));
  EXPECT_EQ(ids(crew, "/api/bookings"), (Ids{four, one}));
}

TEST_F(Lists, ItemsCarryNames) {
  const Answer answer = get(crew_admin, "/api/bookings");
  const json::value& item = answer.body.at("items").at(0);
  EXPECT_EQ(item.at("eventName"), "Event evt-2");
  EXPECT_EQ(item.at("crewName"), "Name of usr-crew");
  EXPECT_EQ(item.at("customerName"), "Name of cust-org2");
  EXPECT_EQ(item.at("version"), 1);
}

TEST_F(Lists, Pages) {
  const Answer page = get(admin, "/api/bookings?pageSize=2&pageNumber=2");
  EXPECT_EQ(page.body.at("items").as_array().size(), 2U);
  EXPECT_EQ(page.body.at("items").at(0).at("id"), json::string(three));
  EXPECT_EQ(page.body.at("total"), 5);
  EXPECT_EQ(page.body.at("pageNumber"), 2);
  EXPECT_EQ(page.body.at("pageSize"), 2);
  EXPECT_TRUE(get(admin, "/api/bookings?pageNumber=9").body.at("items").as_array().empty());
  EXPECT_EQ(get(admin, "/api/bookings?pageSize=201").faults(), Faults{"pageSize"});
  EXPECT_EQ(get(admin, "/api/bookings?pageNumber=0").faults(), Faults{"pageNumber"});
}

TEST_F(Lists, FilterByStatusAndSpan) {
  ASSERT_EQ(put(admin, "/api/bookings/" + two + "/confirm").status, 200);
  EXPECT_EQ(ids(admin, "/api/bookings?status=CONFIRMED"), Ids{two});
  EXPECT_EQ(ids(organiser, "/api/bookings?status=REQUESTED"), (Ids{in_house, three, one}));
  EXPECT_EQ(get(admin, "/api/bookings?status=confirmed").faults(), Faults{"status"});
  EXPECT_EQ(ids(admin, "/api/bookings?from=2026-03-21T21:59:00Z&to=2026-03-22T18:00:00Z"),
            Ids{two});
  EXPECT_EQ(ids(admin, "/api/bookings?from=2026-03-23T22:00:00Z"), Ids{in_house});
  EXPECT_EQ(ids(admin, "/api/bookings?to=2026-03-20T18:00:00Z"), Ids{});
  EXPECT_EQ(ids(crew_admin, "/api/bookings?to=2026-03-20T19:00:00%2B01:00"), Ids{});
  EXPECT_EQ(get(admin, "/api/bookings?from=2026-03-21&to=x").faults(), (Faults{"from", "to"}));
  EXPECT_EQ(get(admin, "/api/bookings?from=2026-03-21T00:00:00Z&to=2026-03-20T00:00:00Z").faults(),
            Faults{"to"});
  EXPECT_EQ(get(admin, "/api/bookings?q=x&page=1").faults(), (Faults{"q", "page"}));
  EXPECT_EQ(get(admin, "/api/bookings?status=CONFIRMED&status=PENDING").faults(), Faults{"status"});
}

TEST_F(Lists, WhatNeverBecameARequestIsShownOnlyWhenAskedFor) {
  hood.busy.insert("usr-crew");
  ASSERT_EQ(post(organiser, order()).status, 409);
  EXPECT_EQ(ids(admin, "/api/bookings").size(), 5U);
  EXPECT_EQ(ids(organiser, "/api/bookings?status=CANCELLED").size(), 1U);
  EXPECT_EQ(ids(organiser, "/api/bookings/event/evt-1").size(), 4U);
  EXPECT_EQ(ids(organiser, "/api/bookings/event/evt-1?status=CANCELLED").size(), 1U);
}

TEST_F(Lists, FilterByEvent) {
  EXPECT_EQ(ids(admin, "/api/bookings?eventId=evt-2"), Ids{four});
  EXPECT_EQ(ids(admin, "/api/bookings?eventId=evt-none"), Ids{});
  EXPECT_EQ(ids(organiser, "/api/bookings?eventId=evt-1").size(), 4U);
  EXPECT_EQ(status(organiser, "/api/bookings?eventId=evt-2"), 403);
  EXPECT_EQ(status(organiser, "/api/bookings?eventId=evt-none"), 403);
  EXPECT_EQ(ids(crew_admin, "/api/bookings?eventId=evt-1"), (Ids{two, one}));
  EXPECT_EQ(ids(crew, "/api/bookings?eventId=evt-1"), Ids{one});
  EXPECT_EQ(status(crew_admin, "/api/bookings?eventId=evt-none"), 403);
  EXPECT_EQ(status(organiser, "/api/bookings?eventId=evt-2&status=x"), 403);  // whose, then fields
}

TEST_F(Lists, FilterByPerson) {
  EXPECT_EQ(ids(admin, "/api/bookings?crewId=usr-crew"), (Ids{four, one}));
  EXPECT_EQ(ids(admin, "/api/bookings?crewId=usr-none"), Ids{});
  EXPECT_EQ(ids(crew_admin, "/api/bookings?crewId=usr-crew2"), Ids{two});
  EXPECT_EQ(status(crew_admin, "/api/bookings?crewId=usr-stranger"), 403);
  EXPECT_EQ(status(crew_admin, "/api/bookings?crewId=usr-none"), 403);
  EXPECT_EQ(ids(organiser, "/api/bookings?crewId=usr-inhouse"), Ids{in_house});
  EXPECT_EQ(status(organiser, "/api/bookings?crewId=usr-inhouse2"), 403);
  EXPECT_EQ(ids(crew, "/api/bookings?crewId=usr-crew"), (Ids{four, one}));
  EXPECT_EQ(status(crew, "/api/bookings?crewId=usr-crew2"), 403);
}

TEST_F(Lists, FilterByCompany) {
  EXPECT_EQ(ids(admin, "/api/bookings?customerId=cust-org2"), Ids{four});
  EXPECT_EQ(ids(admin, "/api/bookings?customerId=cust-crew2"), Ids{three});
  EXPECT_EQ(ids(admin, "/api/bookings?customerId=cust-none"), Ids{});
  EXPECT_EQ(ids(organiser, "/api/bookings?customerId=cust-org").size(), 4U);
  EXPECT_EQ(ids(crew_admin, "/api/bookings?customerId=cust-crew").size(), 3U);
  EXPECT_EQ(status(organiser, "/api/bookings?customerId=cust-org2"), 403);
  EXPECT_EQ(status(crew_admin, "/api/bookings?customerId=cust-org"), 403);
  EXPECT_EQ(status(crew, "/api/bookings?customerId=cust-org"), 403);
}

TEST_F(Lists, OfAnEvent) {
  EXPECT_EQ(ids(admin, "/api/bookings/event/evt-1"), (Ids{in_house, three, two, one}));
  EXPECT_EQ(ids(organiser_user, "/api/bookings/event/evt-1").size(), 4U);
  EXPECT_EQ(status(other_organiser, "/api/bookings/event/evt-1"), 403);
  EXPECT_EQ(ids(crew_admin, "/api/bookings/event/evt-1"), (Ids{two, one}));
  EXPECT_EQ(status(crew, "/api/bookings/event/evt-1"), 403);
  EXPECT_EQ(status(crew_admin, "/api/bookings/event/evt-none"), 404);
  EXPECT_EQ(get(admin, "/api/bookings/event/evt-1?eventId=evt-2").faults(), Faults{"eventId"});
}

TEST_F(Lists, OfAPerson) {
  EXPECT_EQ(ids(admin, "/api/bookings/crew/usr-crew"), (Ids{four, one}));
  EXPECT_EQ(ids(crew_admin, "/api/bookings/crew/usr-crew"), (Ids{four, one}));
  EXPECT_EQ(ids(crew, "/api/bookings/crew/usr-crew"), (Ids{four, one}));
  EXPECT_EQ(ids(organiser, "/api/bookings/crew/usr-inhouse"), Ids{in_house});
  EXPECT_EQ(status(organiser, "/api/bookings/crew/usr-crew"), 403);
  EXPECT_EQ(status(crew, "/api/bookings/crew/usr-crew2"), 403);
  EXPECT_EQ(status(other_crew_admin, "/api/bookings/crew/usr-crew"), 403);
  EXPECT_EQ(status(organiser_user, "/api/bookings/crew/usr-inhouse"), 403);
  EXPECT_EQ(status(crew, "/api/bookings/crew/usr-none"), 404);
  EXPECT_EQ(status(admin, "/api/bookings/crew/usr-clerk"), 404);
}

TEST_F(Lists, OfACompany) {
  EXPECT_EQ(ids(admin, "/api/customers/cust-org/bookings").size(), 4U);
  EXPECT_EQ(ids(admin, "/api/customers/cust-crew/bookings"), (Ids{four, two, one}));
  EXPECT_EQ(ids(organiser_user, "/api/customers/cust-org/bookings").size(), 4U);
  EXPECT_EQ(ids(crew_admin, "/api/customers/cust-crew/bookings").size(), 3U);
  EXPECT_EQ(status(organiser, "/api/customers/cust-crew/bookings"), 403);
  EXPECT_EQ(status(crew_admin, "/api/customers/cust-org/bookings"), 403);
  EXPECT_EQ(status(crew, "/api/customers/cust-crew/bookings"), 403);
  EXPECT_EQ(status(organiser, "/api/customers/cust-none/bookings"), 404);
  EXPECT_EQ(ids(admin, "/api/customers/cust-org/bookings?from=2026-03-24T00:00:00Z"),
            Ids{in_house});
}

}  // namespace
}  // namespace thenorsound::booking
