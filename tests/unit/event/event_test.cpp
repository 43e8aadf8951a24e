#include "services/event/event.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"
#include "services/event/repository.hpp"
#include "services/event/views.hpp"

namespace thenorsound::event {
namespace {

std::vector<std::string> fields_of(const std::vector<FieldError>& errors) {
  std::vector<std::string> fields;
  for (const FieldError& error : errors) fields.push_back(error.field);
  return fields;
}
using Names = std::vector<std::string>;

TEST(ChangeFacts, ChangesNothingWhereNothingDiffers) {
  Event event = sample_event();
  EXPECT_EQ(*change_facts(event, EventFacts(event), sample_now + 1), Change::no);
  EXPECT_EQ(event.version, 1);
}

TEST(ChangeFacts, CountsTheVersion) {
  Event event = sample_event();
  EventFacts wanted = event;
  wanted.name = "Malmö Live 2027";
  EXPECT_EQ(*change_facts(event, wanted, sample_now + 1), Change::yes);
  EXPECT_EQ(event.version, 2);
  EXPECT_EQ(event.updated_at, sample_now + 1);
  EXPECT_EQ(event.name, "Malmö Live 2027");
}

TEST(ChangeFacts, IsRefusedForACancelledEvent) {
  Event event = sample_event();
  event.status = EventStatus::Cancelled;
  EventFacts wanted = event;
  EXPECT_EQ(*change_facts(event, wanted, sample_now), Change::no);
  wanted.name = "Other";
  EXPECT_EQ(change_facts(event, wanted, sample_now).error().code, Code::conflict);
}

TEST(ChangeFacts, RefusesWhatLeavesABookingOutsideItsSlot) {
  Event event = booked_event({sound("book-1")});
  EventFacts wanted = event;
  wanted.slots[0].end_time = at("2027-06-01T17:59:00Z");
  const auto refused = change_facts(event, wanted, sample_now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::conflict);
  ASSERT_EQ(fields_of(refused.error().details), Names{"slots[0].endTime"});
  EXPECT_NE(refused.error().details[0].message.find("book-1"), std::string::npos);
  EXPECT_EQ(event.version, 1);
}

TEST(ChangeFacts, AllowsWhatStillFits) {
  Event event = booked_event({sound("book-1")});
  EventFacts wanted = event;
  wanted.slots[0].end_time = at("2027-06-01T18:00:00Z");
  wanted.slots[0].capacity = 1;
  wanted.slots.erase(wanted.slots.begin() + 1, wanted.slots.end());
  EXPECT_EQ(*change_facts(event, wanted, sample_now), Change::yes);
}

TEST(ChangeFacts, RefusesToDropAUsedSlotOrToFallBelowWhatIsBooked) {
  Event event = booked_event({sound("book-1"), sound("book-2"), light("book-3")});
  EventFacts wanted = event;
  wanted.slots.erase(wanted.slots.begin() + 1);
  wanted.slots[0].capacity = 1;
  const auto errors = displaced(event, wanted);
  EXPECT_EQ(fields_of(errors), (Names{"slots", "slots[0].capacity"}));
  EXPECT_NE(errors[0].message.find("book-3"), std::string::npos);
  EXPECT_NE(errors[1].message.find("book-1, book-2"), std::string::npos);
}

TEST(ChangeFacts, RefusesAnotherSkillForAUsedSlot) {
  Event event = booked_event({sound("book-1")});
  EventFacts wanted = event;
  wanted.slots[0].skill = "Monitor Engineer";
  EXPECT_EQ(fields_of(displaced(event, wanted)), Names{"slots[0].skill"});
}

TEST(ChangeFacts, RefusesDatesThatLeaveABookingOutsideTheEvent) {
  Event event = slotless_event();
  ASSERT_TRUE(reserve(event, sound("book-1"), sample_now));
  EventFacts wanted = event;
  wanted.crew_from = at("2027-06-01T16:30:00Z");
  wanted.crew_to = at("2027-06-01T17:30:00Z");
  EXPECT_EQ(fields_of(displaced(event, wanted)), (Names{"crewFrom", "crewTo"}));
  wanted.crew_from.reset();
  wanted.crew_to.reset();
  wanted.end_date = at("2027-06-01T17:00:00Z");
  EXPECT_EQ(fields_of(displaced(event, wanted)), Names{"endDate"});
}

TEST(ChangeFacts, NamesAtMostFiftyBookings) {
  Event event = slotless_event();
  for (int i = 0; i < 60; ++i)
    ASSERT_TRUE(reserve(event, sound(("book-" + std::to_string(i)).c_str()), sample_now));
  EventFacts wanted = event;
  wanted.crew_from = at("2027-06-01T17:00:00Z");
  const auto errors = displaced(event, wanted);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_NE(errors[0].message.find("and 10 more"), std::string::npos);
}

TEST(AffectedBookings, AreThoseWhoseFactsChanged) {
  const Event before = booked_event({sound("book-1"), light("book-2")});
  Event after = before;
  after.order_reference = "PO-1";
  EXPECT_TRUE(affected_bookings(before, after).empty());
  after.slots[1].notes = "Bring gloves";
  EXPECT_EQ(affected_bookings(before, after), std::vector{BookingId{"book-2"}});
  after.crew_info = "Gate 4";
  EXPECT_EQ(affected_bookings(before, after).size(), 2u);
  after = before;
  after.status = EventStatus::Cancelled;
  EXPECT_EQ(affected_bookings(before, after).size(), 2u);
}

TEST(Misplaced, NamesTheFieldsOfTheEventsSpan) {
  EventFacts facts = slotless_event();
  facts.end_date = facts.start_date;
  facts.crew_to = facts.crew_from;
  EXPECT_EQ(fields_of(misplaced(facts, true)), (Names{"endDate", "crewTo"}));
  facts = slotless_event();
  facts.end_date = facts.start_date + max_event_ms + 1;
  facts.crew_to.reset();
  EXPECT_EQ(fields_of(misplaced(facts, true)), Names{"endDate"});
  facts = slotless_event();
  facts.crew_to.reset();
  facts.crew_from = facts.end_date;
  EXPECT_EQ(fields_of(misplaced(facts, true)), Names{"crewFrom"});
}

TEST(Misplaced, NamesSlotsOutsideTheCrewTime) {
  EventFacts facts = sample_event();
  EXPECT_TRUE(misplaced(facts, true).empty());
  facts.slots[1].start_time = at("2027-06-01T07:59:00Z");
  facts.slots[2].end_time = at("2027-06-02T02:01:00Z");
  EXPECT_EQ(fields_of(misplaced(facts, true)), (Names{"slots[1].startTime", "slots[2].endTime"}));
  EXPECT_EQ(fields_of(misplaced(facts, false)), (Names{"crewFrom", "crewTo"}));
}

TEST(ChangeStatus, GoesForwardOneStepAtATime) {
  using S = EventStatus;
  const std::map<S, std::vector<S>> allowed = {{S::Draft, {S::Scheduled, S::Cancelled}},
                                               {S::Scheduled, {S::InProgress, S::Cancelled}},
                                               {S::InProgress, {S::Completed, S::Cancelled}},
                                               {S::Completed, {}},
                                               {S::Cancelled, {}}};
  for (const auto& [from, targets] : allowed)
    for (const S to : {S::Draft, S::Scheduled, S::InProgress, S::Completed, S::Cancelled}) {
      Event event = sample_event();
      event.status = from;
      const auto outcome = change_status(event, to, "because", sample_now + 5);
      const std::string label = std::string(word_of(from)) + " to " + std::string(word_of(to));
      if (from == to) {
        EXPECT_EQ(*outcome, Change::no) << label;
        EXPECT_FALSE(event.reason) << label;
      } else if (std::find(targets.begin(), targets.end(), to) != targets.end()) {
        EXPECT_EQ(*outcome, Change::yes) << label;
        EXPECT_EQ(event.status, to) << label;
        EXPECT_EQ(event.reason, "because") << label;
        EXPECT_EQ(event.version, 2) << label;
      } else {
        ASSERT_FALSE(outcome) << label;
        EXPECT_EQ(outcome.error().code, Code::conflict) << label;
      }
    }
}

TEST(DeleteEvent, IsRefusedWithLiveReservations) {
  Event event = booked_event({sound("book-1")});
  const auto refused = delete_event(event, sample_now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_NE(refused.error().details.at(0).message.find("book-1"), std::string::npos);
  release(event, BookingId{"book-1"}, sample_now);
  EXPECT_EQ(*delete_event(event, sample_now), Change::yes);
  EXPECT_EQ(event.deleted_at, sample_now);
}

TEST(StoredEvent, ComesBackAsItWas) {
  Event event = booked_event({sound("book-1"), light("book-2")});
  release(event, BookingId{"book-2"}, sample_now);
  event.details = Details{"Band", "Main", 2000, Names{"PA", "Desk"}};
  event.on_site_contact = OnSiteContact{"Eva", "08-123 45 67"};
  event.reason = "moved";
  const json::object stored = to_document(event);
  const auto back = from_document<Event>(stored);
  EXPECT_EQ(static_cast<const EventFacts&>(back), static_cast<const EventFacts&>(event));
  EXPECT_EQ(back.id, event.id);
  EXPECT_EQ(back.customer_id, event.customer_id);
  EXPECT_EQ(back.reason, event.reason);
  EXPECT_EQ(back.tombstones.size(), 1u);
  ASSERT_EQ(back.reservations.size(), 1u);
  EXPECT_EQ(back.reservations[0]->crew_id.value, "usr-book-1");
  EXPECT_EQ(to_document(back), stored);
}

TEST(StoredEvent, HasMembersForQueries) {
  Event event = booked_event({sound("book-1"), light("book-2")});
  event.address = "Stora torget 1";
  json::object stored = to_document(event);
  EXPECT_EQ(write_json(stored.at("crewIds")), R"(["usr-book-1","usr-book-2"])");
  EXPECT_EQ(write_json(stored.at("crewCustomerIds")), R"(["cust-crew"])");
  EXPECT_EQ(write_json(stored.at("words")), R"(["1","live","malmö","stora","torget"])");
  EXPECT_EQ(stored.at("unverifiedSince").as_int64(), sample_now.ms);
  EXPECT_TRUE(stored.at("alive").as_bool());
  settle(event, {{"book-1", Standing::live}, {"book-2", Standing::live}}, sample_now);
  event.deleted_at = sample_now;
  stored = to_document(event);
  EXPECT_FALSE(stored.contains("unverifiedSince"));
  EXPECT_FALSE(stored.at("alive").as_bool());
}

TEST(EventView, HidesTheOrganisersOwnFromCrew) {
  Event event = booked_event({sound("book-1"), light("book-2")});
  event.details = Details{"Band", {}, {}, {}};
  event.order_reference = "PO";
  event.buyer_reference = "BR";
  event.project = "P";
  event.crew_info = "Gate 4";
  event.on_site_contact = OnSiteContact{"Eva", {}};
  Actor crew;
  crew.role = Role::CrewUser;
  crew.user = UserId{"usr-book-1"};
  json::object seen = event_view_for_crew(event, crew);
  for (const char* hidden : {"details", "orderReference", "buyerReference", "project"})
    EXPECT_FALSE(seen.contains(hidden)) << hidden;
  EXPECT_EQ(seen.at("crewInfo"), "Gate 4");
  EXPECT_TRUE(seen.contains("onSiteContact"));
  ASSERT_EQ(seen.at("slots").as_array().size(), 1u);
  EXPECT_EQ(seen.at("slots").at(0).at("id"), "slot-foh");
  Actor company;
  company.role = Role::CrewAdmin;
  company.customer = CustomerId{"cust-crew"};
  seen = event_view_for_crew(event, company);
  EXPECT_EQ(seen.at("slots").as_array().size(), 2u);
  seen = event_view(event);
  EXPECT_EQ(seen.at("slots").as_array().size(), 3u);
  EXPECT_EQ(seen.at("slots").at(0).at("booked"), 1);
  EXPECT_TRUE(seen.contains("details"));
}

}  // namespace
}  // namespace thenorsound::event
