#include "base/time.hpp"

#include <gtest/gtest.h>

namespace thenorsound {
namespace {

TEST(TimeText, WritesUtcAndMillisecondsOnlyWhereThereAreAny) {
  EXPECT_EQ(to_iso(*time_from_iso("2026-03-01T18:00:00Z")), "2026-03-01T18:00:00Z");
  EXPECT_EQ(to_iso(*time_from_iso("2026-03-01T18:00:00.050Z")), "2026-03-01T18:00:00.050Z");
}

TEST(TimeText, TakesAnyOffset) {
  const Time utc = *time_from_iso("2026-03-01T18:00:00Z");
  EXPECT_EQ(*time_from_iso("2026-03-01T19:00:00+01:00"), utc);
  EXPECT_EQ(*time_from_iso("2026-03-01T12:30:00-05:30"), utc);
  EXPECT_EQ(*time_from_iso("2026-03-01T18:00Z"), utc);
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-03-01", "2026-03-01T18:00:00", "2026-02-30T18:00:00Z", "2026-13-01T18:00:00Z",
        "2026-03-01T24:00:00Z", "2026-03-01T18:60:00Z", "2026-03-01 18:00:00Z",
        "2026-03-01T18:00:00Z ", "2026-03-01T18:00:00.Z", "2026-03-01T18:00:00+1:00",
        "2026-03-01T18:00:00+24:00", "1969-12-31T23:59:59Z", "20260301T180000Z", "x", "Z"})
    EXPECT_FALSE(time_from_iso(text)) << text;
}

TEST(Days, RoundTripAndRefusals) {
  EXPECT_EQ(to_iso(*day_from_iso("2028-02-29")), "2028-02-29");
  for (const char* text : {"2027-02-29", "2026-3-01", "2026-03-01T", "2026-00-10", "abcd-ef-gh"})
    EXPECT_FALSE(day_from_iso(text)) << text;
  EXPECT_EQ(weekday(*day_from_iso("2026-11-22")), 6);  // a Sunday
  EXPECT_EQ(weekday(*day_from_iso("1970-01-01")), 3);
}

TEST(Stockholm, SummerTimeBeginsAndEndsAtOneUtc) {
  const auto offset = [](const char* text) { return stockholm_offset_ms(*time_from_iso(text)); };
  EXPECT_EQ(offset("2027-03-28T00:59:59Z"), hour_ms);
  EXPECT_EQ(offset("2027-03-28T01:00:00Z"), 2 * hour_ms);
  EXPECT_EQ(offset("2027-10-31T00:59:59Z"), 2 * hour_ms);
  EXPECT_EQ(offset("2027-10-31T01:00:00Z"), hour_ms);
}

TEST(Stockholm, DaysFollowLocalMidnight) {
  EXPECT_EQ(to_iso(stockholm_day(*time_from_iso("2027-06-30T22:00:00Z"))), "2027-07-01");
  EXPECT_EQ(to_iso(stockholm_day(*time_from_iso("2027-06-30T21:59:59Z"))), "2027-06-30");
  EXPECT_EQ(to_iso(stockholm_day(*time_from_iso("2027-01-01T22:59:59Z"))), "2027-01-01");
  EXPECT_EQ(to_iso(stockholm_time(*day_from_iso("2027-07-01"))), "2027-06-30T22:00:00Z");
  EXPECT_EQ(to_iso(stockholm_time(*day_from_iso("2027-01-10"), 6 * 60)), "2027-01-10T05:00:00Z");
}

TEST(Stockholm, EveryHourOfAYearMapsBack) {
  for (Time t = *time_from_iso("2027-01-01T00:00:00Z"); t < *time_from_iso("2028-01-01T00:00:00Z");
       t = t + hour_ms) {
    const Day day = stockholm_day(t);
    EXPECT_LE(stockholm_time(day), t);
    EXPECT_GT(stockholm_time(Day{day.days + 1}), t);
  }
}

}  // namespace
}  // namespace thenorsound
