#include "services/user/calendar.hpp"

#include <gtest/gtest.h>

#include <random>

namespace thenorsound::user {
namespace {

Time at(std::string_view iso) { return time_from_iso(iso).value(); }
Day day(std::string_view iso) { return day_from_iso(iso).value(); }
Span span(std::string_view from, std::string_view to) { return {at(from), at(to)}; }
BookingId booking(std::string id) { return BookingId{"book-" + std::move(id)}; }

const Time now = at("2026-07-01T10:00:00Z");
const Span evening = span("2026-08-01T18:00:00Z", "2026-08-01T22:00:00Z");

Calendar blank() { return new_calendar(UserId{"usr-1"}, now); }

Code refusal(const Result<bool>& result) {
  return result ? Code::service_error : result.error().code;
}

TEST(Reserving, TakesFreeTime) {
  Calendar calendar = blank();
  EXPECT_TRUE(reserve(calendar, booking("1"), evening, now).value());
  ASSERT_EQ(calendar.reservations.size(), 1U);
  EXPECT_EQ(calendar.unverified_since, now);
  EXPECT_FALSE(calendar.busy_weeks.empty());
}

TEST(Reserving, IsIdempotentByBooking) {
  Calendar calendar = blank();
  EXPECT_TRUE(reserve(calendar, booking("1"), evening, now).value());
  EXPECT_FALSE(reserve(calendar, booking("1"), evening, now).value());
  const Span other{evening.start, evening.end + minute_ms};
  EXPECT_EQ(refusal(reserve(calendar, booking("1"), other, now)), Code::crew_unavailable);
  EXPECT_EQ(calendar.reservations.size(), 1U);
}

TEST(Reserving, RefusesOverlapButTouchingEndsAreFine) {
  Calendar calendar = blank();
  ASSERT_TRUE(reserve(calendar, booking("1"), evening, now));
  for (const Span& bad : {evening, Span{evening.start - minute_ms, evening.start + minute_ms},
                          Span{evening.end - minute_ms, evening.end + minute_ms},
                          Span{evening.start + minute_ms, evening.end - minute_ms},
                          Span{evening.start - hour_ms, evening.end + hour_ms}})
    EXPECT_EQ(refusal(reserve(calendar, booking("2"), bad, now)), Code::crew_unavailable);
  EXPECT_TRUE(reserve(calendar, booking("3"), {evening.end, evening.end + hour_ms}, now));
  EXPECT_TRUE(reserve(calendar, booking("4"), {evening.start - hour_ms, evening.start}, now));
  ASSERT_EQ(calendar.reservations.size(), 3U);
  EXPECT_EQ(calendar.reservations[0].booking_id, booking("4"));
  EXPECT_EQ(calendar.reservations[2].booking_id, booking("3"));
}

TEST(Reserving, NeverSaysWhy) {
  Calendar reserved = blank(), marked = blank();
  ASSERT_TRUE(reserve(reserved, booking("1"), evening, now));
  ASSERT_TRUE(
      replace_marks_ahead(marked, {{day("2026-08-01"), day("2026-08-01"), "Wedding"}}, now));
  const auto one = reserve(reserved, booking("2"), evening, now);
  const auto two = reserve(marked, booking("2"), evening, now);
  ASSERT_FALSE(one || two);
  EXPECT_EQ(one.error().message, "The crew member is not available.");
  EXPECT_EQ(one.error().message, two.error().message);
  EXPECT_TRUE(two.error().details.empty());
}

TEST(Reserving, RefusesUnavailableDaysInStockholmTime) {
  Calendar calendar = blank();
  ASSERT_TRUE(replace_marks_ahead(calendar, {{day("2026-08-01"), day("2026-08-02"), {}}}, now));
  // Summer time: the day is from 22:00 UTC the day before.
  EXPECT_FALSE(
      reserve(calendar, booking("1"), span("2026-07-31T21:00:00Z", "2026-07-31T22:01:00Z"), now));
  EXPECT_TRUE(
      reserve(calendar, booking("2"), span("2026-07-31T21:00:00Z", "2026-07-31T22:00:00Z"), now));
  EXPECT_FALSE(
      reserve(calendar, booking("3"), span("2026-08-02T21:59:00Z", "2026-08-02T23:00:00Z"), now));
  EXPECT_TRUE(
      reserve(calendar, booking("4"), span("2026-08-02T22:00:00Z", "2026-08-02T23:00:00Z"), now));
}

TEST(Reserving, ABookingIsAtMost31Days) {
  Calendar calendar = blank();
  EXPECT_TRUE(reserve(calendar, booking("1"), {evening.start, evening.start + 31 * day_ms}, now));
  Calendar other = blank();
  EXPECT_EQ(refusal(reserve(other, booking("1"),
                            {evening.start, evening.start + 31 * day_ms + minute_ms}, now)),
            Code::validation_error);
  EXPECT_EQ(refusal(reserve(other, booking("1"), {evening.start, evening.start}, now)),
            Code::validation_error);
}

TEST(Reserving, HasALimit) {
  Calendar calendar = blank();
  for (std::size_t i = 0; i < max_reservations; ++i) {
    const Time start = evening.start + static_cast<std::int64_t>(i) * hour_ms;
    ASSERT_TRUE(reserve(calendar, booking(std::to_string(i)), {start, start + hour_ms}, now));
  }
  const Time start = evening.start - hour_ms;
  EXPECT_EQ(refusal(reserve(calendar, booking("more"), {start, start + hour_ms}, now)),
            Code::crew_unavailable);
}

TEST(Releasing, LeavesATombstoneEvenOfWhatNeverWas) {
  Calendar calendar = blank();
  EXPECT_TRUE(release(calendar, booking("1"), now));
  EXPECT_FALSE(release(calendar, booking("1"), now));
  EXPECT_EQ(refusal(reserve(calendar, booking("1"), evening, now)), Code::crew_unavailable);
  EXPECT_TRUE(reserve(calendar, booking("2"), evening, now));
}

TEST(Releasing, FreesTheTime) {
  Calendar calendar = blank();
  ASSERT_TRUE(reserve(calendar, booking("1"), evening, now));
  EXPECT_FALSE(is_free(calendar, evening));
  EXPECT_TRUE(release(calendar, booking("1"), now));
  EXPECT_TRUE(is_free(calendar, evening));
  EXPECT_FALSE(calendar.unverified_since.has_value());
  EXPECT_TRUE(calendar.busy_weeks.empty());
}

TEST(Releasing, TombstonesOutliveADay) {
  Calendar calendar = blank();
  release(calendar, booking("1"), now);
  forget(calendar, {}, now + day_ms);
  EXPECT_EQ(calendar.tombstones.size(), 1U);
  forget(calendar, {}, now + tombstone_age_ms);
  EXPECT_TRUE(calendar.tombstones.empty());
}

TEST(Marks, AreReplacedAheadAndKeptBehind) {
  Calendar calendar = blank();
  const Time june = at("2026-06-01T10:00:00Z");
  ASSERT_TRUE(replace_marks_ahead(calendar,
                                  {{day("2026-06-05"), day("2026-06-06"), {}},
                                   {day("2026-06-28"), day("2026-07-03"), "Sea"},
                                   {day("2026-09-01"), day("2026-09-02"), {}}},
                                  june));
  ASSERT_TRUE(replace_marks_ahead(calendar, {{day("2026-10-01"), day("2026-10-01"), {}}}, now));
  const std::vector<Mark> expected = {{day("2026-06-05"), day("2026-06-06"), {}},
                                      {day("2026-06-28"), day("2026-06-30"), "Sea"},
                                      {day("2026-10-01"), day("2026-10-01"), {}}};
  EXPECT_EQ(calendar.marks, expected);
  EXPECT_EQ(marks_ahead(calendar, now).size(), 1U);
  EXPECT_EQ(calendar.version, 3);
}

TEST(Marks, SendingARunningOneAgainAddsNothing) {
  Calendar calendar = blank();
  const std::vector<Mark> running = {{day("2026-06-28"), day("2026-07-03"), {}}};
  ASSERT_TRUE(replace_marks_ahead(calendar, running, at("2026-06-01T10:00:00Z")));
  ASSERT_TRUE(replace_marks_ahead(calendar, running, now));
  const std::size_t count = calendar.marks.size();
  ASSERT_TRUE(replace_marks_ahead(calendar, running, now));
  EXPECT_EQ(calendar.marks.size(), count);
}

TEST(Marks, ClashWithBookingsWithoutTakingThem) {
  Calendar calendar = blank();
  ASSERT_TRUE(reserve(calendar, booking("1"), evening, now));
  ASSERT_TRUE(replace_marks_ahead(calendar, {{day("2026-08-01"), day("2026-08-03"), {}}}, now));
  EXPECT_EQ(clashes(calendar, now), std::vector<BookingId>{booking("1")});
  EXPECT_EQ(calendar.reservations.size(), 1U);
}

TEST(Closing, NeedsNoBookingAhead) {
  Calendar calendar = blank();
  ASSERT_TRUE(reserve(calendar, booking("1"), evening, now));
  const Result<void> refused = close(calendar, now);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_TRUE(close(calendar, evening.end).has_value());
  EXPECT_EQ(refusal(reserve(calendar, booking("2"), {evening.end, evening.end + hour_ms}, now)),
            Code::crew_unavailable);
  reopen(calendar);
  EXPECT_TRUE(reserve(calendar, booking("2"), {evening.end, evening.end + hour_ms}, now));
}

TEST(Looking, MergesCutsAndFindsTheGaps) {
  Calendar calendar = blank();
  ASSERT_TRUE(
      reserve(calendar, booking("1"), span("2026-07-31T20:00:00Z", "2026-08-01T06:00:00Z"), now));
  ASSERT_TRUE(
      reserve(calendar, booking("2"), span("2026-08-01T06:00:00Z", "2026-08-01T08:00:00Z"), now));
  ASSERT_TRUE(
      reserve(calendar, booking("3"), span("2026-08-01T12:00:00Z", "2026-08-01T13:00:00Z"), now));
  const Span whole = span("2026-08-01T00:00:00Z", "2026-08-02T00:00:00Z");
  const std::vector<Busy> busy = busy_between(calendar, whole);
  EXPECT_EQ(busy.size(), 3U);
  const std::vector<Span> joined = merged(busy, whole);
  const std::vector<Span> expected = {span("2026-08-01T00:00:00Z", "2026-08-01T08:00:00Z"),
                                      span("2026-08-01T12:00:00Z", "2026-08-01T13:00:00Z")};
  EXPECT_EQ(joined, expected);
  const std::vector<Span> free = {span("2026-08-01T08:00:00Z", "2026-08-01T12:00:00Z"),
                                  span("2026-08-01T13:00:00Z", "2026-08-02T00:00:00Z")};
  EXPECT_EQ(gaps(joined, whole), free);
}

TEST(Archiving, TakesWhatIsLongOverAndVerified) {
  Calendar calendar = blank();
  ASSERT_TRUE(reserve(calendar, booking("1"), evening, now));
  ASSERT_TRUE(reserve(calendar, booking("2"), {evening.end, evening.end + hour_ms}, now));
  EXPECT_TRUE(verify(calendar, booking("1")));
  EXPECT_FALSE(verify(calendar, booking("1")));
  const Time later = evening.end + 3 * day_ms;
  EXPECT_TRUE(past_of(calendar, evening.end + day_ms).reservations.empty());
  const Past past = past_of(calendar, later);
  ASSERT_EQ(past.reservations.size(), 1U);
  EXPECT_LE(*calendar.tidy_at, later);
  forget(calendar, past, later);
  EXPECT_EQ(calendar.reservations.size(), 1U);
  EXPECT_EQ(calendar.reservations[0].booking_id, booking("2"));
}

TEST(Archiving, AFreshBackdatedReservationStaysAWhile) {
  Calendar calendar = blank();
  const Span last_month = span("2026-06-01T10:00:00Z", "2026-06-01T12:00:00Z");
  ASSERT_TRUE(reserve(calendar, booking("1"), last_month, now));
  verify(calendar, booking("1"));
  EXPECT_TRUE(past_of(calendar, now).reservations.empty());
  EXPECT_EQ(past_of(calendar, now + settled_age_ms).reservations.size(), 1U);
}

TEST(RandomReservations, NeverOverlap) {
  std::mt19937 random(7);
  Calendar calendar = blank();
  std::vector<Span> taken;
  for (int i = 0; i < 2'000; ++i) {
    const Time start = now + static_cast<std::int64_t>(random() % 2'000) * 15 * minute_ms;
    const Span wanted{start, start + static_cast<std::int64_t>(1 + random() % 40) * 15 * minute_ms};
    const bool free = std::none_of(taken.begin(), taken.end(),
                                   [&](const Span& other) { return overlap(other, wanted); });
    EXPECT_EQ(is_free(calendar, wanted), free);
    const bool got = reserve(calendar, booking(std::to_string(i)), wanted, now).has_value();
    ASSERT_EQ(got, free) << i;
    if (got) taken.push_back(wanted);
  }
}

}  // namespace
}  // namespace thenorsound::user
