#include "services/event/reservations.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"

namespace thenorsound::event {
namespace {

std::string slot_of(const Result<SlotTaken>& taken) {
  return taken ? taken->slot_id.value : std::string(code_name(taken.error().code));
}
std::string choice(const Event& event, const ReservationRequest& request) {
  return slot_of(choose_slot(event, request));
}

TEST(ChooseSlot, TakesTheFirstMatchingSlotWithRoomInTheEventsOrder) {
  Event event = sample_event();
  EXPECT_EQ(choice(event, light("book-1")), "slot-light");
  ASSERT_TRUE(reserve(event, light("book-1"), sample_now));
  EXPECT_EQ(choice(event, light("book-2")), "slot-light-2");
  ASSERT_TRUE(reserve(event, light("book-2"), sample_now));
  EXPECT_EQ(choice(event, light("book-3")), "EVENT_SLOT_UNAVAILABLE");
}

TEST(ChooseSlot, PassesOverASlotThatDoesNotHoldTheWholeSpan) {
  const auto late =
      request_of("book-1", "Light", "Operator", "2027-06-01T17:00:00Z", "2027-06-01T19:00:00Z");
  EXPECT_EQ(choice(sample_event(), late), "slot-light-2");
}

TEST(ChooseSlot, HasTheWordingOfTheSeedWhereThereIsNoRoom) {
  const auto early =
      request_of("book-1", "Sound", "FOH Engineer", "2027-06-01T15:00:00Z", "2027-06-01T18:00:00Z");
  const auto refused = choose_slot(sample_event(), early);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::event_slot_unavailable);
  EXPECT_EQ(refused.error().message, "Event slot unavailable");
}

TEST(ChooseSlot, RefusesUnqualifiedCrewBeforeRoomAndSpan) {
  Event event = booked_event({sound("book-1"), sound("book-2")});
  auto guitar = request_of("book-3", "Musician", "Guitar");
  EXPECT_EQ(choice(event, guitar), "CREW_NOT_QUALIFIED");
  guitar.slot_id = SlotId{"slot-foh"};
  EXPECT_EQ(choice(event, guitar), "CREW_NOT_QUALIFIED");
  guitar.start = at("2027-07-01T00:00:00Z");
  guitar.end = at("2027-07-01T01:00:00Z");
  EXPECT_EQ(choice(event, guitar), "CREW_NOT_QUALIFIED");
  guitar.slot_id.reset();
  EXPECT_EQ(choice(event, guitar), "CREW_NOT_QUALIFIED");
}

TEST(ChooseSlot, NeedsBothCategoryAndSkillToMatch) {
  EXPECT_EQ(choice(sample_event(), request_of("book-1", "Sound", "Operator")),
            "CREW_NOT_QUALIFIED");
}

TEST(ChooseSlot, AgreesWithTheAskedCategoryAndSkill) {
  auto both = sound("book-1");
  both.skills.push_back(SkillName{"Light", "Operator"});
  EXPECT_EQ(choice(sample_event(), both), "slot-foh");
  both.category = "Light";
  EXPECT_EQ(choice(sample_event(), both), "slot-light");
  both.category = "Sound";
  both.skill = "FOH Engineer";
  EXPECT_EQ(choice(sample_event(), both), "slot-foh");
}

TEST(ChooseSlot, RefusesWhatWasAskedForWithoutTheSkill) {
  auto request = sound("book-1");
  request.category = "Light";
  EXPECT_EQ(choice(sample_event(), request), "CREW_NOT_QUALIFIED");
}

TEST(ChooseSlot, HasNoSlotOfACategoryThatTheEventDoesNotNeed) {
  auto request = sound("book-1");
  request.category = "Video";
  EXPECT_EQ(choice(sample_event(), request), "EVENT_SLOT_UNAVAILABLE");
}

TEST(ChooseSlot, TakesTheNamedSlotOrNone) {
  Event event = sample_event();
  auto request = light("book-1");
  request.slot_id = SlotId{"slot-light-2"};
  EXPECT_EQ(choice(event, request), "slot-light-2");
  ASSERT_TRUE(reserve(event, request, sample_now));
  request.booking_id = BookingId{"book-2"};
  EXPECT_EQ(choice(event, request), "EVENT_SLOT_UNAVAILABLE");
  request.slot_id = SlotId{"slot-light"};
  request.end = at("2027-06-01T18:01:00Z");
  EXPECT_EQ(choice(event, request), "EVENT_SLOT_UNAVAILABLE");
}

TEST(ChooseSlot, NamesTheFieldWhereTheSlotIsNoneOfTheEvent) {
  auto request = sound("book-1");
  request.slot_id = SlotId{"slot-elsewhere"};
  for (const Event& event : {sample_event(), slotless_event()}) {
    const auto refused = choose_slot(event, request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::validation_error);
    ASSERT_EQ(refused.error().details.size(), 1u);
    EXPECT_EQ(refused.error().details[0].field, "slotId");
  }
}

TEST(ChooseSlot, TakesAnyCrewWithinTheCrewTimeOfAnEventWithoutSlots) {
  auto request =
      request_of("book-1", "Musician", "Guitar", "2027-06-01T08:00:00Z", "2027-06-02T02:00:00Z");
  request.skills.clear();
  EXPECT_EQ(choice(slotless_event(), request), "");
  request.start = at("2027-06-01T07:59:00Z");
  EXPECT_EQ(choice(slotless_event(), request), "EVENT_SLOT_UNAVAILABLE");
  Event plain = slotless_event();
  plain.crew_from.reset();
  plain.crew_to.reset();
  request.start = at("2027-06-01T16:00:00Z");
  EXPECT_EQ(choice(plain, request), "EVENT_SLOT_UNAVAILABLE");
  request.end = at("2027-06-01T23:00:00Z");
  EXPECT_EQ(choice(plain, request), "");
}

TEST(ChooseSlot, DependsOnTheEventsStatus) {
  Event event = sample_event();
  for (const EventStatus open :
       {EventStatus::Draft, EventStatus::Scheduled, EventStatus::InProgress}) {
    event.status = open;
    EXPECT_EQ(choice(event, sound("book-1")), "slot-foh") << word_of(open);
  }
  event.status = EventStatus::Completed;
  auto request = sound("book-1");
  EXPECT_EQ(choice(event, request), "CONFLICT");
  request.may_book_back = true;
  EXPECT_EQ(choice(event, request), "slot-foh");
  event.status = EventStatus::Cancelled;
  EXPECT_EQ(choice(event, request), "CONFLICT");
}

TEST(Reserve, CountsEachBookingOnceHoweverShort) {
  Event event = sample_event();
  auto first =
      request_of("book-1", "Sound", "FOH Engineer", "2027-06-01T16:00:00Z", "2027-06-01T16:30:00Z");
  auto second =
      request_of("book-2", "Sound", "FOH Engineer", "2027-06-01T22:00:00Z", "2027-06-01T23:00:00Z");
  ASSERT_TRUE(reserve(event, first, sample_now));
  ASSERT_TRUE(reserve(event, second, sample_now));
  EXPECT_EQ(booked(event, SlotId{"slot-foh"}), 2);
  EXPECT_EQ(choice(event, sound("book-3")), "EVENT_SLOT_UNAVAILABLE");
}

TEST(Reserve, IsIdempotentByBookingAndMovesNoVersion) {
  Event event = sample_event();
  EXPECT_EQ(*reserve(event, sound("book-1"), sample_now), Change::yes);
  EXPECT_EQ(*reserve(event, sound("book-1"), sample_now + 1), Change::no);
  EXPECT_EQ(event.reservations.size(), 1u);
  EXPECT_EQ(taken_by(event, *reservation_of(event, BookingId{"book-1"})).slot_id.value, "slot-foh");
  EXPECT_EQ(event.version, 1);
  EXPECT_EQ(event.updated_at, sample_now);
}

TEST(Reserve, HoldsAtMostItsLimit) {
  Event event = slotless_event();
  for (std::size_t i = 0; i < max_reservations; ++i)
    ASSERT_TRUE(reserve(event, sound(("book-" + std::to_string(i)).c_str()), sample_now));
  const auto refused = reserve(event, sound("book-more"), sample_now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::event_slot_unavailable);
}

TEST(Release, FreesThePlaceAndRefusesALateReserve) {
  Event event = booked_event({sound("book-1")});
  EXPECT_EQ(release(event, BookingId{"book-1"}, sample_now), Change::yes);
  EXPECT_EQ(booked(event, SlotId{"slot-foh"}), 0);
  EXPECT_EQ(release(event, BookingId{"book-1"}, sample_now), Change::no);
  const auto late = reserve(event, sound("book-1"), sample_now);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::conflict);
  EXPECT_TRUE(reserve(event, sound("book-2"), sample_now));
}

TEST(Release, OfWhatNeverWasRefusesALateReserveToo) {
  Event event = sample_event();
  EXPECT_EQ(release(event, BookingId{"book-1"}, sample_now), Change::yes);
  EXPECT_FALSE(reserve(event, sound("book-1"), sample_now));
}

TEST(Release, ForgetsOldTombstonesOnly) {
  Event event = sample_event();
  release(event, BookingId{"book-1"}, sample_now);
  release(event, BookingId{"book-2"}, sample_now + tombstone_ms);
  release(event, BookingId{"book-3"}, sample_now + tombstone_ms + 1);
  ASSERT_EQ(event.tombstones.size(), 2u);
  EXPECT_EQ(event.tombstones[0].booking_id.value, "book-2");
}

TEST(Release, KeepsALimitedNumberOfTombstones) {
  Event event = sample_event();
  for (std::size_t i = 0; i < max_tombstones + 10; ++i)
    release(event, BookingId{"book-" + std::to_string(i)}, sample_now);
  ASSERT_EQ(event.tombstones.size(), max_tombstones);
  EXPECT_EQ(event.tombstones[0].booking_id.value, "book-10");
}

TEST(Settle, VerifiesLiveOnesReleasesDeadOnesAndLeavesTheRest) {
  Event event = booked_event({sound("book-1"), sound("book-2"), light("book-3")});
  EXPECT_EQ(unverified(event, sample_now - 1).size(), 0u);
  EXPECT_EQ(unverified(event, sample_now).size(), 3u);
  const std::unordered_map<std::string, Standing> said = {
      {"book-1", Standing::live}, {"book-2", Standing::dead}, {"book-3", Standing::pending}};
  EXPECT_EQ(settle(event, said, sample_now), Change::yes);
  ASSERT_EQ(event.reservations.size(), 2u);
  EXPECT_EQ(unverified(event, sample_now), std::vector{BookingId{"book-3"}});
  EXPECT_FALSE(reserve(event, sound("book-2"), sample_now));
  EXPECT_EQ(settle(event, said, sample_now), Change::no);
}

}  // namespace
}  // namespace thenorsound::event
