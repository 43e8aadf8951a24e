#include "services/booking/booking.hpp"

#include <gtest/gtest.h>

namespace thenorsound::booking {
namespace {

const Time noon = *time_from_iso("2026-03-01T12:00:00Z");

Actor actor(Role role, std::string customer = {}, std::string user = "usr-1") {
  Actor out;
  out.role = role;
  out.customer.value = std::move(customer);
  out.user.value = std::move(user);
  return out;
}
const Actor admin = actor(Role::Admin);
const Actor organiser = actor(Role::CustomerAdmin, "cust-org");
const Actor crew_admin = actor(Role::CrewAdmin, "cust-crew");

Booking pending() {
  Booking booking;
  booking.id.value = "book-1";
  booking.customer_id.value = "cust-org";
  booking.crew_customer_id.value = "cust-crew";
  booking.crew_id.value = "usr-crew";
  booking.start_time = noon + 10 * day_ms;
  booking.end_time = booking.start_time + 4 * hour_ms;
  booking.saga.state = saga_running;
  booking.lease_until = noon + 15 * second_ms;
  return booking;
}

Booking in_state(BookingStatus status) {
  Booking booking = pending();
  if (status == BookingStatus::PENDING) return booking;
  Settlement settlement;
  settlement.expires_at = noon + 48 * hour_ms;
  EXPECT_EQ(*commit_request(booking, settlement, "usr-1", noon), Changed::yes);
  if (status == BookingStatus::CONFIRMED || status == BookingStatus::COMPLETED) {
    EXPECT_EQ(*confirm(booking, crew_admin, noon), Changed::yes);
  }
  if (status == BookingStatus::COMPLETED) {
    EXPECT_EQ(*complete(booking, admin, noon), Changed::yes);
  }
  if (status == BookingStatus::CANCELLED) {
    EXPECT_EQ(*cancel(booking, organiser, "rain", noon), Changed::yes);
  }
  EXPECT_EQ(booking.status, status);
  return booking;
}

template <class Act>
void expect_refused(BookingStatus from, Act act) {
  Booking booking = in_state(from);
  const json::object before = to_document(booking);
  const Result<Changed> result = act(booking);
  ASSERT_FALSE(result) << word_of(from);
  EXPECT_EQ(result.error().code, Code::conflict);
  EXPECT_EQ(to_document(booking), before);
}
template <class Act>
void expect_unchanged(BookingStatus from, Act act) {
  Booking booking = in_state(from);
  const json::object before = to_document(booking);
  const Result<Changed> result = act(booking);
  ASSERT_TRUE(result) << word_of(from);
  EXPECT_EQ(*result, Changed::no);
  EXPECT_EQ(to_document(booking), before);
}

const auto do_confirm = [](Booking& b) { return confirm(b, crew_admin, noon); };
const auto do_decline = [](Booking& b) { return decline(b, crew_admin, "ill", noon); };
const auto do_cancel = [](Booking& b) { return cancel(b, organiser, "rain", noon); };
const auto do_complete = [](Booking& b) { return complete(b, admin, noon); };

TEST(BookingTransitions, TheCommitGivesVersionOneAndARequest) {
  Booking booking = pending();
  Settlement settlement;
  settlement.total_amount = Money{200'000};
  settlement.expires_at = noon + hour_ms;
  ASSERT_EQ(*commit_request(booking, settlement, "usr-9", noon), Changed::yes);
  EXPECT_EQ(booking.status, BookingStatus::REQUESTED);
  EXPECT_EQ(booking.version, 1);
  EXPECT_TRUE(booking.listed);
  EXPECT_EQ(booking.total_amount, Money{200'000});
  EXPECT_EQ(booking.expires_at, noon + hour_ms);
  EXPECT_FALSE(booking.lease_until);
  ASSERT_EQ(booking.history.size(), 1U);
  EXPECT_EQ(booking.history[0].action, "requested");
  EXPECT_EQ(booking.history[0].by, "usr-9");
}

TEST(BookingTransitions, AConfirmedCommitNeverExpires) {
  Booking booking = pending();
  Settlement settlement;
  settlement.confirmed = true;
  settlement.expires_at = noon + hour_ms;
  ASSERT_TRUE(commit_request(booking, settlement, "usr-9", noon));
  EXPECT_EQ(booking.status, BookingStatus::CONFIRMED);
  EXPECT_FALSE(booking.expires_at);
  EXPECT_EQ(booking.history.size(), 2U);
}

TEST(BookingTransitions, ASagaThatLostItsLeaseCanNotCommit) {
  Booking booking = pending();
  ASSERT_TRUE(take_over(booking, noon + 16 * second_ms, noon + 31 * second_ms));
  const Result<Changed> late = commit_request(booking, Settlement{}, "usr-1", noon);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, "lease-lost");
}

TEST(BookingTransitions, ALeaseIsRespectedUntilItIsOver) {
  Booking booking = pending();
  ASSERT_FALSE(take_over(booking, noon + 14 * second_ms, noon + day_ms));
  ASSERT_TRUE(take_over(booking, noon + 15 * second_ms, noon + 30 * second_ms));
  ASSERT_FALSE(take_over(booking, noon + 29 * second_ms, noon + day_ms));
  ASSERT_TRUE(take_over(booking, noon + 30 * second_ms, noon + day_ms));
  EXPECT_EQ(booking.saga.undo_attempts, 2);
  EXPECT_EQ(booking.version, 0);
}

TEST(BookingTransitions, AFailedRequestIsCancelledWithItsReasonAndHoldsNothing) {
  Booking booking = pending();
  ASSERT_EQ(*fail_request(booking, "reserve-crew", "busy", noon), Changed::yes);
  EXPECT_EQ(booking.status, BookingStatus::CANCELLED);
  EXPECT_EQ(booking.cancellation->code, CancellationCode::Failed);
  EXPECT_EQ(booking.cancellation->by, "system");
  EXPECT_EQ(*booking.cancellation->text, "busy");
  EXPECT_EQ(booking.saga.failed_step, "reserve-crew");
  EXPECT_FALSE(booking.listed);
  EXPECT_FALSE(booking.release_due);
  EXPECT_FALSE(booking.lease_until);
  EXPECT_EQ(*fail_request(booking, "commit", "again", noon), Changed::no);
  expect_refused(BookingStatus::REQUESTED,
                 [](Booking& b) { return fail_request(b, "commit", "x", noon); });
}

TEST(BookingTransitions, EveryActionFromEveryState) {
  using enum BookingStatus;
  expect_refused(PENDING, do_confirm);
  expect_unchanged(CONFIRMED, do_confirm);
  expect_refused(COMPLETED, do_confirm);
  expect_refused(CANCELLED, do_confirm);

  expect_refused(PENDING, do_decline);
  expect_refused(CONFIRMED, do_decline);
  expect_refused(COMPLETED, do_decline);
  expect_unchanged(CANCELLED, do_decline);

  expect_refused(PENDING, do_cancel);
  expect_refused(COMPLETED, do_cancel);
  expect_unchanged(CANCELLED, do_cancel);

  expect_refused(PENDING, do_complete);
  expect_refused(REQUESTED, do_complete);
  expect_unchanged(COMPLETED, do_complete);
  expect_refused(CANCELLED, do_complete);
}

TEST(BookingTransitions, ConfirmingEndsTheWaitForAnAnswer) {
  Booking booking = in_state(BookingStatus::REQUESTED);
  ASSERT_EQ(*confirm(booking, crew_admin, noon + hour_ms), Changed::yes);
  EXPECT_EQ(booking.status, BookingStatus::CONFIRMED);
  EXPECT_EQ(booking.version, 2);
  EXPECT_FALSE(booking.expires_at);
  EXPECT_EQ(booking.updated_at, noon + hour_ms);
}

TEST(BookingTransitions, ConfirmingTooLateIsAConflictSweptOrNot) {
  Booking booking = in_state(BookingStatus::REQUESTED);
  const Result<Changed> late = confirm(booking, crew_admin, noon + 48 * hour_ms);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::conflict);
  EXPECT_EQ(*expire(booking, noon + 48 * hour_ms), Changed::yes);
  EXPECT_FALSE(confirm(booking, crew_admin, noon + 48 * hour_ms));
}

TEST(BookingTransitions, OnlyWhatIsOverdueExpires) {
  Booking booking = in_state(BookingStatus::REQUESTED);
  EXPECT_EQ(*expire(booking, noon + 48 * hour_ms - 1), Changed::no);
  EXPECT_EQ(*expire(booking, noon + 48 * hour_ms), Changed::yes);
  EXPECT_EQ(booking.cancellation->code, CancellationCode::Expired);
  EXPECT_EQ(booking.cancellation->by, "system");
  EXPECT_TRUE(booking.release_due);
  Booking confirmed = in_state(BookingStatus::CONFIRMED);
  EXPECT_EQ(*expire(confirmed, noon + 99 * day_ms), Changed::no);
}

TEST(BookingTransitions, WhoCancelsGivesTheCode) {
  const auto code_by = [](const Actor& who) {
    Booking booking = in_state(BookingStatus::CONFIRMED);
    EXPECT_EQ(*cancel(booking, who, "why", noon), Changed::yes);
    EXPECT_TRUE(booking.release_due);
    EXPECT_EQ(*booking.cancellation->text, "why");
    EXPECT_EQ(booking.cancellation->by, who.user.value);
    return booking.cancellation->code;
  };
  EXPECT_EQ(code_by(organiser), CancellationCode::Organiser);
  EXPECT_EQ(code_by(crew_admin), CancellationCode::CrewCompany);
  EXPECT_EQ(code_by(admin), CancellationCode::Unable);
}

TEST(BookingTransitions, ACancelledEventTakesRequestedAndConfirmedOnes) {
  for (const auto status : {BookingStatus::REQUESTED, BookingStatus::CONFIRMED}) {
    Booking booking = in_state(status);
    EXPECT_EQ(*cancel_with_event(booking, noon), Changed::yes);
    EXPECT_EQ(booking.cancellation->code, CancellationCode::EventCancelled);
    EXPECT_TRUE(booking.release_due);
  }
  for (const auto status : {BookingStatus::PENDING, BookingStatus::COMPLETED}) {
    Booking booking = in_state(status);
    EXPECT_EQ(*cancel_with_event(booking, noon), Changed::no);
  }
}

TEST(BookingTransitions, CompletingWaitsForTheEndUnlessAnAdminDoesIt) {
  Booking booking = in_state(BookingStatus::CONFIRMED);
  const Time end = booking.end_time;
  EXPECT_FALSE(complete(booking, organiser, end - 1));
  EXPECT_EQ(*complete(booking, organiser, end), Changed::yes);
  Booking early = in_state(BookingStatus::CONFIRMED);
  EXPECT_EQ(*complete(early, admin, noon), Changed::yes);
}

TEST(Expiry, FollowsTheAnswerHoursTheStartAndTheAnswerBy) {
  const auto at = [](std::int64_t start_hours, std::optional<Time> by = {},
                     bool admin_asks = false) {
    return expiry(noon, noon + start_hours * hour_ms, 48, by, admin_asks);
  };
  EXPECT_EQ(at(100), noon + 48 * hour_ms);
  EXPECT_EQ(at(48), noon + 48 * hour_ms);  // exactly at the start
  EXPECT_EQ(at(47), noon + 47 * hour_ms / 2);
  EXPECT_EQ(at(1), noon + 30 * minute_ms);
  EXPECT_EQ(at(100, noon + 3 * hour_ms), noon + 3 * hour_ms);
  EXPECT_EQ(at(100, noon + 90 * hour_ms), noon + 48 * hour_ms);
  EXPECT_EQ(at(10, noon + 6 * hour_ms), noon + 5 * hour_ms);
  EXPECT_EQ(at(-24, {}, true), std::nullopt);
  EXPECT_EQ(at(-24, noon + hour_ms, true), std::nullopt);
  EXPECT_EQ(at(24, {}, true), noon + 12 * hour_ms);
  EXPECT_EQ(at(-24), noon + 48 * hour_ms);
  EXPECT_EQ(expiry(noon, noon + 100 * hour_ms, 12, {}, false), noon + 12 * hour_ms);
}

TEST(Whose, SeeingIsForBothCompaniesAndThePerson) {
  const Booking booking = in_state(BookingStatus::REQUESTED);
  EXPECT_TRUE(may_see(admin, booking));
  EXPECT_TRUE(may_see(organiser, booking));
  EXPECT_TRUE(may_see(actor(Role::CustomerUser, "cust-org"), booking));
  EXPECT_TRUE(may_see(crew_admin, booking));
  EXPECT_TRUE(may_see(actor(Role::CrewUser, "cust-crew", "usr-crew"), booking));
  EXPECT_FALSE(may_see(actor(Role::CrewUser, "cust-crew", "usr-other"), booking));
  EXPECT_FALSE(may_see(actor(Role::CustomerAdmin, "cust-x"), booking));
  EXPECT_FALSE(may_see(actor(Role::CrewAdmin, "cust-x"), booking));
}

TEST(Whose, AnsweringIsForTheCrewsSide) {
  Booking booking = in_state(BookingStatus::REQUESTED);
  EXPECT_TRUE(may_answer(admin, booking));
  EXPECT_TRUE(may_answer(crew_admin, booking));
  EXPECT_FALSE(may_answer(organiser, booking));
  EXPECT_FALSE(may_answer(actor(Role::CrewAdmin, "cust-x"), booking));
  EXPECT_FALSE(may_answer(actor(Role::CrewUser, "cust-crew", "usr-crew"), booking));
  booking.in_house = true;
  booking.crew_customer_id = booking.customer_id;
  EXPECT_TRUE(may_answer(organiser, booking));
  EXPECT_FALSE(may_answer(actor(Role::CustomerUser, "cust-org"), booking));
}

TEST(Whose, CancellingIsForBothSidesCompletingForTheOrganiser) {
  const Booking booking = in_state(BookingStatus::CONFIRMED);
  EXPECT_TRUE(may_cancel(admin, booking));
  EXPECT_TRUE(may_cancel(organiser, booking));
  EXPECT_TRUE(may_cancel(crew_admin, booking));
  EXPECT_FALSE(may_cancel(actor(Role::CustomerAdmin, "cust-x"), booking));
  EXPECT_FALSE(may_cancel(actor(Role::CustomerUser, "cust-org"), booking));
  EXPECT_TRUE(may_complete(admin, booking));
  EXPECT_TRUE(may_complete(organiser, booking));
  EXPECT_FALSE(may_complete(crew_admin, booking));
}

TEST(Whose, TheOrganiserSeesThePhoneFromConfirmationToAWeekAfter) {
  Booking booking = in_state(BookingStatus::REQUESTED);
  EXPECT_FALSE(may_see_phone(organiser, booking, noon));
  EXPECT_TRUE(may_see_phone(crew_admin, booking, noon));
  booking = in_state(BookingStatus::CONFIRMED);
  EXPECT_TRUE(may_see_phone(organiser, booking, noon));
  EXPECT_TRUE(may_see_phone(organiser, booking, booking.end_time + 7 * day_ms));
  EXPECT_FALSE(may_see_phone(organiser, booking, booking.end_time + 7 * day_ms + 1));
  booking = in_state(BookingStatus::CANCELLED);
  EXPECT_FALSE(may_see_phone(organiser, booking, noon));
}

TEST(BookingDocument, SurvivesARoundTrip) {
  Booking booking = in_state(BookingStatus::CANCELLED);
  booking.time_type = TimeType::HalfDay;
  booking.units = 1.5;
  booking.lines.push_back(BookingLine{});
  const json::object document = to_document(booking);
  EXPECT_EQ(to_document(from_document<Booking>(document)), document);
}

}  // namespace
}  // namespace thenorsound::booking
