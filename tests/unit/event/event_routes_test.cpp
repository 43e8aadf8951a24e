#include "event_scene.hpp"

namespace thenorsound::event {
namespace {

using Names = std::vector<std::string>;

class EventRoutes : public EventScene {};

TEST_F(EventRoutes, CreateAnEventAndShowIt) {
  const Answered made = post(organiser, "/api/events", concert());
  ASSERT_EQ(made.status, 201) << write_json(made.body);
  const std::string id = made.text("id");
  EXPECT_TRUE(id.starts_with("evt-"));
  EXPECT_EQ(made.fields.at("Location"), "/api/events/" + id);
  EXPECT_EQ(made.fields.at("ETag"), "\"1\"");
  EXPECT_EQ(made.text("customerId"), "cust-organiser");
  EXPECT_EQ(made.text("status"), "Scheduled");
  EXPECT_EQ(made.body.at("slots").at(0).at("booked"), 0);
  for (const Actor& actor : {organiser, reader, admin}) {
    const Answered shown = get(actor, "/api/events/" + id);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.body, made.body);
    EXPECT_EQ(shown.fields.at("ETag"), "\"1\"");
  }
  ASSERT_TRUE(until([&] { return messages("event.created").size() == 1; }));
  const Message message = messages("event.created")[0];
  EXPECT_EQ(message.subject, id);
  EXPECT_EQ(message.source, "event");
  EXPECT_EQ(message.sequence, 1);
  EXPECT_EQ(write_json(message.data.at("affectedBookings")), "[]");
  EXPECT_EQ(message.data.at("status"), "Scheduled");
}

TEST_F(EventRoutes, ShowAnEventToNobodyElse) {
  const std::string id = make_event();
  for (const Actor& actor : {stranger, crew, crew_admin}) {
    const Answered refused = get(actor, "/api/events/" + id);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.code(), "FORBIDDEN");
  }
  EXPECT_EQ(get(stranger, "/api/events/evt-none").status, 404);
}

TEST_F(EventRoutes, ShowBookedCrewTheirPart) {
  const std::string id = make_event();
  ASSERT_EQ(reserve(id, "book-1").status, 200);
  for (const Actor& actor : {crew, crew_admin}) {
    const Answered shown = get(actor, "/api/events/" + id);
    ASSERT_EQ(shown.status, 200);
    EXPECT_FALSE(shown.body.as_object().contains("orderReference"));
    EXPECT_EQ(shown.body.at("slots").as_array().size(), 1u);
    EXPECT_EQ(shown.fields.at("ETag"), "\"1\"");
    EXPECT_EQ(get(actor, "/api/events").item_texts("id"), Names{id});
    EXPECT_EQ(get(actor, "/api/events/calendar?year=2027&month=6").item_texts("id"), Names{id});
  }
  const Actor colleague = actor_of(Role::CrewUser, "usr-colleague", "cust-crew");
  EXPECT_EQ(get(colleague, "/api/events/" + id).status, 403);
  EXPECT_EQ(get(colleague, "/api/events").item_texts("id"), Names{});
  ASSERT_EQ(release(id, "book-1").status, 204);
  EXPECT_EQ(get(crew, "/api/events/" + id).status, 403);
}

TEST_F(EventRoutes, LetOnlyAdminsCreate) {
  for (const Actor& actor : {reader, crew, crew_admin})
    EXPECT_EQ(post(actor, "/api/events", concert()).status, 403);
  json::object body = concert();
  body["customerId"] = "cust-organiser";
  EXPECT_EQ(post(stranger, "/api/events", body).status, 403);
  EXPECT_EQ(post(organiser, "/api/events", body).status, 201);
  body["customerId"] = 5;
  EXPECT_EQ(post(stranger, "/api/events", body).faults(), Names{"customerId"});
}

TEST_F(EventRoutes, NeedAnOrganiserFromAnAdmin) {
  json::object body = concert();
  EXPECT_EQ(post(admin, "/api/events", body).faults(), Names{"customerId"});
  for (const char* wrong : {"cust-none", "cust-crew"}) {
    body["customerId"] = wrong;
    body["name"] = "";
    const Answered refused = post(admin, "/api/events", body);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.faults(), (Names{"customerId", "name"}));
  }
  body["customerId"] = "cust-other";
  body["name"] = "Other";
  const Answered made = post(admin, "/api/events", body);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.text("customerId"), "cust-other");
}

TEST_F(EventRoutes, RefuseABodyThatIsNoObject) {
  const Answered refused = ask_as(organiser, http::Method::post, "/api/events", "[1]");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.faults(), Names{""});
}

TEST_F(EventRoutes, CreateOnceUnderAnIdempotencyKey) {
  const Headers key = {{"Idempotency-Key", "k1"}};
  const Answered first = post(organiser, "/api/events", concert(), key);
  const Answered again = post(organiser, "/api/events", concert(), key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(get(organiser, "/api/events").body.at("total"), 1);
  json::object other = concert();
  other["name"] = "Other";
  EXPECT_EQ(post(organiser, "/api/events", other, key).code(), "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(EventRoutes, MergeAndPublish) {
  const std::string id = make_event();
  ASSERT_EQ(reserve(id, "book-1").status, 200);
  clock_.advance(1'000);
  const Answered changed = put(organiser, "/api/events/" + id, R"({"crewInfo": "Gate 4"})");
  ASSERT_EQ(changed.status, 200) << write_json(changed.body);
  EXPECT_EQ(changed.text("crewInfo"), "Gate 4");
  EXPECT_EQ(changed.text("name"), "Malmö Live");
  EXPECT_EQ(changed.body.at("version"), 2);
  EXPECT_EQ(changed.fields.at("ETag"), "\"2\"");
  EXPECT_EQ(get(organiser, "/api/events/" + id).body, changed.body);
  EXPECT_EQ(changed.body.at("slots").at(0).at("booked"), 1);
  ASSERT_TRUE(until([&] { return messages("event.updated").size() == 1; }));
  EXPECT_EQ(write_json(messages("event.updated")[0].data.at("affectedBookings")), R"(["book-1"])");
  const Answered same = put(organiser, "/api/events/" + id, write_json(changed.body));
  EXPECT_EQ(same.status, 200);
  EXPECT_EQ(same.body, changed.body);
}

TEST_F(EventRoutes, ChangeOnlyOnesOwn) {
  const std::string id = make_event();
  EXPECT_EQ(put(stranger, "/api/events/" + id, "{\"name\": 5}").status, 403);
  EXPECT_EQ(put(reader, "/api/events/" + id, "{}").status, 403);
  EXPECT_EQ(put(stranger, "/api/events/" + id + "/status", "{\"status\": 5}").status, 403);
  EXPECT_EQ(del(stranger, "/api/events/" + id).status, 403);
  EXPECT_EQ(put(organiser, "/api/events/evt-none", "{}").status, 404);
  EXPECT_EQ(put(organiser, "/api/events/" + id, R"({"customerId": "cust-other"})").status, 403);
  EXPECT_EQ(put(admin, "/api/events/" + id, R"({"customerId": "cust-other"})").faults(),
            Names{"customerId"});
}

TEST_F(EventRoutes, ComparePreconditions) {
  const std::string id = make_event();
  const std::string target = "/api/events/" + id;
  const Answered first = get(organiser, target);
  EXPECT_EQ(put(organiser, target, R"({"name": "B"})", {{"If-Match", "\"1\""}}).status, 200);
  const Answered late = put(organiser, target, write_json(first.body), {{"If-Match", "\"1\""}});
  EXPECT_EQ(late.status, 412);
  EXPECT_EQ(late.code(), "PRECONDITION_FAILED");
  EXPECT_EQ(put(organiser, target, R"({"name": 5})", {{"If-Match", "\"1\""}}).status, 400);
  EXPECT_EQ(put(organiser, target, R"({"name": "C"})", {{"If-Match", "*"}}).status, 200);
  EXPECT_EQ(put(organiser, target, R"({"name": "C"})", {{"If-Match", "soon"}}).status, 412);
  const std::string status = R"({"status": "InProgress"})";
  EXPECT_EQ(put(organiser, target + "/status", status, {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(del(organiser, target, {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(del(organiser, target, {{"If-Match", "\"3\""}}).status, 204);
}

TEST_F(EventRoutes, AnswerConflictsByNamingBookings) {
  const std::string id = make_event();
  ASSERT_EQ(reserve(id, "book-1").status, 200);
  const std::string target = "/api/events/" + id;
  const Answered shorter = put(organiser, target, R"({"endDate": "2027-06-01T19:00:00Z"})");
  EXPECT_EQ(shorter.status, 409);
  EXPECT_EQ(shorter.code(), "CONFLICT");
  EXPECT_NE(write_json(shorter.body).find("book-1"), std::string::npos);
  EXPECT_EQ(put(organiser, target, R"({"slots": []})").faults(), Names{"slots"});
  EXPECT_EQ(put(organiser, target, R"({"slots": []})").status, 409);
  ASSERT_EQ(release(id, "book-1").status, 204);
  const Answered wrong = put(organiser, target, R"({"endDate": "2027-06-01T19:00:00Z"})");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.faults(), Names{"endDate"});
  EXPECT_EQ(put(organiser, target, R"({"slots": []})").status, 200);
}

TEST_F(EventRoutes, ChangeTheStatus) {
  const std::string id = make_event();
  const std::string target = "/api/events/" + id + "/status";
  ASSERT_EQ(reserve(id, "book-1").status, 200);
  EXPECT_EQ(put(organiser, target, R"({"status": "Completed"})").code(), "CONFLICT");
  EXPECT_EQ(put(organiser, target, R"({"status": "Open"})").faults(), Names{"status"});
  EXPECT_EQ(put(organiser, target, R"({"status": "Scheduled", "reason": "x"})").body.at("version"),
            1);
  const Answered cancelled = put(organiser, target, R"({"status": "Cancelled", "reason": "Rain"})");
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_EQ(cancelled.text("reason"), "Rain");
  EXPECT_EQ(put(organiser, "/api/events/" + id, R"({"name": "B"})").status, 409);
  ASSERT_TRUE(until([&] { return messages("event.updated").size() == 1; }));
  const json::object data = messages("event.updated")[0].data;
  EXPECT_EQ(data.at("status"), "Cancelled");
  EXPECT_EQ(write_json(data.at("affectedBookings")), R"(["book-1"])");
  EXPECT_EQ(reserve(id, "book-2").code(), "CONFLICT");
}

TEST_F(EventRoutes, DeleteOnlyWithoutLiveReservations) {
  const std::string id = make_event();
  ASSERT_EQ(reserve(id, "book-1").status, 200);
  EXPECT_EQ(del(organiser, "/api/events/" + id).status, 409);
  ASSERT_EQ(release(id, "book-1").status, 204);
  EXPECT_EQ(del(organiser, "/api/events/" + id).status, 204);
  EXPECT_EQ(get(organiser, "/api/events/" + id).status, 404);
  EXPECT_EQ(put(organiser, "/api/events/" + id, "{}").status, 404);
  EXPECT_EQ(del(organiser, "/api/events/" + id).status, 404);
  EXPECT_EQ(reserve(id, "book-2").status, 404);
  EXPECT_EQ(get(service_actor(), "/internal/events/" + id).status, 404);
  EXPECT_EQ(get(organiser, "/api/events").body.at("total"), 0);
  EXPECT_TRUE(until([&] { return messages("event.deleted").size() == 1; }));
}

class EventLists : public EventScene {
 protected:
  EventLists() {
    june_ = make_event("Summer night", "2027-06-10T18:00:00Z", "2027-06-11T02:00:00Z");
    turn_ = make_event("Valborg fire", "2027-04-30T18:00:00Z", "2027-04-30T22:30:00Z");
    may_ = make_event("Vårfest i Malmö", "2027-05-20T18:00:00Z", "2027-05-20T22:00:00Z");
    json::object other = concert();
    other["customerId"] = "cust-other";
    other["startDate"] = "2027-05-25T18:00:00Z";
    other["endDate"] = "2027-05-25T20:00:00Z";
    other["status"] = "Draft";
    other.erase("slots");
    other_ = post(admin, "/api/events", other).text("id");
  }
  Names ids(const Actor& actor, const std::string& target) {
    const Answered answer = get(actor, target);
    EXPECT_EQ(answer.status, 200) << target << write_json(answer.body);
    return answer.item_texts("id");
  }
  std::string june_, turn_, may_, other_;
};

TEST_F(EventLists, HoldWhatTheCallerMaySeeByStartDate) {
  EXPECT_EQ(ids(organiser, "/api/events"), (Names{turn_, may_, june_}));
  EXPECT_EQ(ids(reader, "/api/events"), (Names{turn_, may_, june_}));
  EXPECT_EQ(ids(admin, "/api/events"), (Names{turn_, may_, other_, june_}));
  EXPECT_EQ(ids(crew, "/api/events"), Names{});
}

TEST_F(EventLists, ArePaged) {
  const Answered page = get(admin, "/api/events?pageNumber=2&pageSize=3");
  EXPECT_EQ(page.item_texts("id"), Names{june_});
  EXPECT_EQ(page.body.at("total"), 4);
  EXPECT_EQ(page.body.at("pageNumber"), 2);
  EXPECT_EQ(page.body.at("pageSize"), 3);
  EXPECT_EQ(ids(admin, "/api/events?pageNumber=9"), Names{});
  EXPECT_EQ(get(admin, "/api/events?pageSize=201").faults(), Names{"pageSize"});
}

TEST_F(EventLists, AreFiltered) {
  EXPECT_EQ(ids(admin, "/api/events?status=Draft"), Names{other_});
  EXPECT_EQ(ids(admin, "/api/events?customerId=cust-other"), Names{other_});
  EXPECT_EQ(ids(admin, "/api/events?customerId=cust-none"), Names{});
  EXPECT_EQ(ids(organiser, "/api/events?customerId=cust-organiser&status=Scheduled&q=fire"),
            Names{turn_});
  EXPECT_EQ(get(organiser, "/api/events?customerId=cust-other&status=x").status, 403);
  EXPECT_EQ(get(crew, "/api/events?customerId=cust-organiser").status, 403);
}

TEST_F(EventLists, MatchSpansByOverlapWithAnOpenEnd) {
  EXPECT_EQ(ids(admin, "/api/events?from=2027-05-20T22:00:00Z"), (Names{other_, june_}));
  EXPECT_EQ(ids(admin, "/api/events?from=2027-05-20T21:59:00Z"), (Names{may_, other_, june_}));
  EXPECT_EQ(ids(admin, "/api/events?to=2027-05-20T18:00:00Z"), Names{turn_});
  EXPECT_EQ(ids(admin,
                "/api/events/date-range?from=2027-05-20T20:00:00%2B02:00"
                "&to=2027-05-25T18:01:00Z"),
            (Names{may_, other_}));
}

TEST_F(EventLists, SearchByPrefixesOfWords) {
  EXPECT_EQ(ids(admin, "/api/events?q=V%C3%85R"), Names{may_});
  EXPECT_EQ(ids(admin, "/api/events?q=sum%20nig"), Names{june_});
  EXPECT_EQ(ids(admin, "/api/events?q=sum%20fire"), Names{});
  EXPECT_EQ(ids(admin, "/api/events?q=ummer"), Names{});
  EXPECT_EQ(ids(admin, "/api/events?q=---"), Names{});
}

TEST_F(EventLists, ShowAStockholmMonthAsABareArray) {
  // 22:30 UTC on 30 April is 00:30 on 1 May in Stockholm.
  EXPECT_EQ(ids(organiser, "/api/events/calendar?year=2027&month=5"), (Names{turn_, may_}));
  EXPECT_EQ(ids(organiser, "/api/events/calendar?year=2027&month=4"), Names{turn_});
  EXPECT_EQ(ids(organiser, "/api/events/calendar?year=2027&month=12"), Names{});
  EXPECT_TRUE(get(organiser, "/api/events/calendar?year=2027&month=4").body.is_array());
}

TEST_F(EventLists, NameEveryParameterAtFault) {
  EXPECT_EQ(get(admin, "/api/events?status=Open&from=soon&foo=1&pageNumber=0").faults(),
            (Names{"foo", "from", "pageNumber", "status"}));
  EXPECT_EQ(get(admin, "/api/events?from=2027-05-01T00:00:00Z&to=2027-05-01T00:00:00Z").faults(),
            Names{"to"});
  EXPECT_EQ(get(admin, "/api/events/date-range").faults(), (Names{"from", "to"}));
  EXPECT_EQ(get(admin, "/api/events/calendar?year=2027&month=13").faults(), Names{"month"});
  EXPECT_EQ(get(admin, "/api/events/calendar").faults(), (Names{"month", "year"}));
}

TEST_F(EventLists, HaveNoParametersOnOneEvent) {
  const std::string target = "/api/events/" + may_ + "?x=1";
  EXPECT_EQ(get(organiser, target).faults(), Names{"x"});
  EXPECT_EQ(get(stranger, target).status, 403);
  EXPECT_EQ(put(organiser, target, "{}").faults(), Names{"x"});
  EXPECT_EQ(put(organiser, "/api/events/" + may_ + "/status?x=1", "{}").faults(), Names{"x"});
  EXPECT_EQ(del(organiser, target).faults(), Names{"x"});
  EXPECT_EQ(post(organiser, "/api/events?x=1", concert()).faults(), Names{"x"});
}

TEST_F(EventLists, OfACustomerAreForAdminAndThatOrganiser) {
  EXPECT_EQ(ids(admin, "/api/customers/cust-other/events"), Names{other_});
  EXPECT_EQ(ids(organiser, "/api/customers/cust-organiser/events?q=valborg"), Names{turn_});
  EXPECT_EQ(get(organiser, "/api/customers/cust-other/events").status, 403);
  EXPECT_EQ(get(organiser, "/api/customers/cust-none/events").status, 404);
  EXPECT_EQ(get(admin, "/api/customers/cust-none/events").status, 404);
  EXPECT_EQ(get(crew_admin, "/api/customers/cust-crew/events").status, 403);
  EXPECT_EQ(get(admin, "/api/customers/cust-other/events?customerId=cust-other").faults(),
            Names{"customerId"});
}

}  // namespace
}  // namespace thenorsound::event
