#include "services/event/wire.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"
#include "services/event/views.hpp"

namespace thenorsound::event {
namespace {

using Names = std::vector<std::string>;

Catalogue sample_catalogue() {
  Catalogue catalogue;
  for (const auto& [category, skill] :
       {std::pair("Sound", "FOH Engineer"), std::pair("Light", "Operator")}) {
    CatalogueCategory entry;
    entry.name = category;
    entry.skills.push_back({skill, {}});
    catalogue.categories.push_back(std::move(entry));
  }
  return catalogue;
}

json::object body_of(const char* text) { return read_json(text)->as_object(); }

json::object sample_body() {
  return body_of(R"({"name": "Malmö Live", "startDate": "2027-06-01T16:00:00Z",
    "endDate": "2027-06-01T23:00:00Z", "location": "Malmö", "eventType": "Concert",
    "slots": [{"category": "Sound", "skill": "FOH Engineer", "startTime": "2027-06-01T16:00:00Z",
               "endTime": "2027-06-01T23:00:00Z", "capacity": 2}]})");
}

Result<Event> decode(const json::object& body) {
  return decode_new_event(body, sample_catalogue(), EventId{"evt-1"}, sample_now, Problems());
}
template <class T>
Names faults(const Result<T>& outcome) {
  Names fields;
  if (outcome) return fields;
  for (const FieldError& error : outcome.error().details) fields.push_back(error.field);
  std::sort(fields.begin(), fields.end());
  return fields;
}
Result<MergedFacts> merge(const Event& event, const char* body, bool stale = false) {
  return decode_changes(event, body_of(body), sample_catalogue(), stale, sample_now);
}

TEST(NewEvent, IsReadWithItsDefaults) {
  const auto event = decode(sample_body());
  ASSERT_TRUE(event) << event.error().details.at(0).field;
  EXPECT_EQ(event->status, EventStatus::Scheduled);
  EXPECT_EQ(event->event_type, EventType::Concert);
  ASSERT_EQ(event->slots.size(), 1u);
  EXPECT_TRUE(event->slots[0].id.value.starts_with("slot-"));
  EXPECT_EQ(event->slots[0].capacity, 2);
  EXPECT_EQ(event->crew_start(), event->start_date);
}

TEST(NewEvent, NamesEveryFieldThatIsMissing) {
  EXPECT_EQ(faults(decode({})), (Names{"endDate", "eventType", "location", "name", "startDate"}));
}

TEST(NewEvent, NamesEveryFieldThatIsWrong) {
  json::object body = sample_body();
  body["name"] = " ";
  body["startDate"] = "2027-06-01T16:00:00";
  body["eventType"] = "Party";
  body["status"] = "Open";
  body["crewInfo"] = 5;
  body["onSiteContact"] = body_of(R"({"name": "Eva", "phone": "abc"})");
  body["details"] = body_of(R"({"audience": -1, "equipment": ["PA", ""], "colour": "red"})");
  body["id"] = "evt-mine";
  body["slots"] = read_json(R"([{"category": "Sound", "skill": "Operator", "capacity": 0,
      "startTime": "2027-06-01T16:00:30Z", "endTime": "2027-06-01T16:00:00Z"}, 7])")
                      .value();
  EXPECT_EQ(
      faults(decode(body)),
      (Names{"crewInfo", "details.audience", "details.colour", "details.equipment[1]", "eventType",
             "id", "name", "onSiteContact.phone", "slots[0].capacity", "slots[0].endTime",
             "slots[0].skill", "slots[0].startTime", "slots[1]", "startDate", "status"}));
}

TEST(NewEvent, NeedsSlotsWithinTheCrewTime) {
  json::object body = sample_body();
  body["endDate"] = "2027-06-01T22:00:00Z";
  EXPECT_EQ(faults(decode(body)), Names{"slots[0].endTime"});
  body["crewTo"] = "2027-06-01T23:00:00Z";
  EXPECT_TRUE(decode(body));
  body["endDate"] = "2027-06-01T16:00:00Z";
  EXPECT_EQ(faults(decode(body)), Names{"endDate"});
}

TEST(NewEvent, NeedsNamesOfTheCatalogue) {
  json::object body = sample_body();
  body.at("slots").at(0).as_object()["category"] = "Catering";
  EXPECT_EQ(faults(decode(body)), Names{"slots[0].category"});
}

TEST(NewEvent, IsNeverCancelledAndTakesNoSystemFields) {
  json::object body = sample_body();
  body["status"] = "Cancelled";
  EXPECT_EQ(faults(decode(body)), Names{"status"});
  body["status"] = "Draft";
  body.at("slots").at(0).as_object()["id"] = "slot-mine";
  EXPECT_EQ(faults(decode(body)), Names{"slots[0].id"});
}

TEST(NewEvent, HasAtMostTwoHundredSlots) {
  json::object body = sample_body();
  const json::value one = body.at("slots").at(0);
  json::array slots(200, one);
  body["slots"] = slots;
  EXPECT_TRUE(decode(body));
  slots.push_back(one);
  body["slots"] = slots;
  EXPECT_EQ(faults(decode(body)), Names{"slots"});
}

TEST(Changes, MergeWithWhatIsThere) {
  Event event = sample_event();
  event.description = "A day by the sea";
  event.details = Details{"Band", "Main", 2000, Names{"PA"}};
  auto merged = merge(event, R"({"name": "New", "description": null,
                                 "details": {"stage": null, "audience": 10}})");
  ASSERT_TRUE(merged) << testing::PrintToString(faults(merged));
  EXPECT_EQ(merged->facts.name, "New");
  EXPECT_FALSE(merged->facts.description);
  EXPECT_EQ(merged->facts.details, (Details{"Band", {}, 10, Names{"PA"}}));
  EXPECT_EQ(merged->facts.slots, event.slots);
  merged = merge(event, R"({"details": null, "crewFrom": null})");
  ASSERT_TRUE(merged) << testing::PrintToString(faults(merged));
  EXPECT_FALSE(merged->facts.details);
  EXPECT_FALSE(merged->facts.crew_from);
}

TEST(Changes, TakeTheWholeDocumentBack) {
  Event event = booked_event({sound("book-1")});
  event.details = Details{"Band", {}, {}, Names{}};
  event.on_site_contact = OnSiteContact{"Eva", "08-123 45 67"};
  const json::object shown = event_view(event);
  const auto merged = decode_changes(event, shown, sample_catalogue(), false, sample_now);
  ASSERT_TRUE(merged) << merged.error().details.at(0).field;
  EXPECT_EQ(merged->facts, static_cast<const EventFacts&>(event));
}

TEST(Changes, RefuseOtherValuesForWhatTheSystemWrites) {
  const Event event = booked_event({sound("book-1")});
  const auto merged = merge(event, R"({"id": "evt-2", "version": 9, "createdAt": "x",
      "updatedAt": "x", "customerId": "cust-2", "status": "Draft", "reason": "x",
      "slots": [{"id": "slot-foh", "booked": 0}, {"id": "slot-light", "booked": 0.0}]})");
  EXPECT_EQ(faults(merged), (Names{"createdAt", "customerId", "id", "reason", "slots[0].booked",
                                   "status", "updatedAt", "version"}));
}

TEST(Changes, LeaveCountedFieldsToThePrecondition) {
  const Event event = sample_event();
  EXPECT_TRUE(merge(event, R"({"version": 9, "updatedAt": "x", "status": "Draft"})", true));
  EXPECT_EQ(faults(merge(event, R"({"id": "evt-2"})", true)), Names{"id"});
}

TEST(Changes, MatchSlotsById) {
  const Event event = sample_event();
  const auto merged = merge(event, R"({"slots": [
      {"id": "slot-light", "capacity": 7, "notes": "Bring gloves"},
      {"category": "Sound", "skill": "FOH Engineer", "capacity": 1,
       "startTime": "2027-06-01T16:00:00Z", "endTime": "2027-06-01T17:00:00Z"}]})");
  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->facts.slots.size(), 2u);
  EXPECT_EQ(merged->facts.slots[0].id.value, "slot-light");
  EXPECT_EQ(merged->facts.slots[0].capacity, 7);
  EXPECT_EQ(merged->facts.slots[0].skill, "Operator");
  EXPECT_EQ(merged->facts.slots[0].notes, "Bring gloves");
  EXPECT_NE(merged->facts.slots[1].id.value, "slot-foh");
}

TEST(Changes, RefuseSlotsThatAreNoneOrTwice) {
  EXPECT_EQ(faults(merge(sample_event(), R"({"slots": [{"id": "slot-foh"}, {"id": "slot-foh"},
                                                      {"id": "slot-elsewhere", "booked": 1}]})")),
            (Names{"slots[1].id", "slots[2].id"}));
  EXPECT_EQ(faults(merge(sample_event(), R"({"slots": null})")), Names{"slots"});
}

TEST(Changes, KeepASkillThatTheCatalogueNoLongerHas) {
  const Event event = sample_event();
  const json::object body = body_of(R"({"slots": [{"id": "slot-foh", "capacity": 1}]})");
  EXPECT_TRUE(decode_changes(event, body, Catalogue(), false, sample_now));
}

TEST(Changes, ReportSpansApartFromOtherFaults) {
  const auto merged = merge(sample_event(), R"({"crewTo": "2027-06-01T20:00:00Z"})");
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->misplaced.size(), 2u);
  EXPECT_EQ(merged->misplaced[0].field, "crewTo");
}

TEST(StatusChangeBody, NeedsAWordThatIsOne) {
  EXPECT_EQ(faults(decode_status({})), Names{"status"});
  EXPECT_EQ(faults(decode_status(body_of(R"({"status": "cancelled", "by": "me"})"))),
            (Names{"by", "status"}));
  const auto fine = decode_status(body_of(R"({"status": "Cancelled", "reason": "Rain"})"));
  ASSERT_TRUE(fine);
  EXPECT_EQ(fine->status, EventStatus::Cancelled);
  EXPECT_EQ(fine->reason, "Rain");
}

TEST(ReservationBody, IsReadWhole) {
  json::object body = body_of(R"({"bookingId": "book-1", "crewId": "usr-1",
      "crewCustomerId": "cust-1", "startTime": "2027-06-01T16:00:00Z",
      "endTime": "2027-06-01T18:00:00Z", "slotId": "slot-1", "category": "Sound",
      "skills": [{"category": "Sound", "skill": "FOH Engineer"}], "mayBookBack": true})");
  const auto request = decode_reservation(body, true);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->slot_id, SlotId{"slot-1"});
  EXPECT_EQ(request->category, "Sound");
  EXPECT_FALSE(request->skill);
  EXPECT_TRUE(request->may_book_back);
  ASSERT_EQ(request->skills.size(), 1u);
  body.erase("bookingId");
  EXPECT_EQ(faults(decode_reservation(body, true)), Names{"bookingId"});
  EXPECT_TRUE(decode_reservation(body, false));
  body["endTime"] = body["startTime"];
  EXPECT_EQ(faults(decode_reservation(body, false)), Names{"endTime"});
}

}  // namespace
}  // namespace thenorsound::event
