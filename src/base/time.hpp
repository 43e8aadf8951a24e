// Points in time (UTC, milliseconds) and calendar days (Europe/Stockholm). ISO 8601 outside.
#pragma once
#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thenorsound {

struct Time {
  std::int64_t ms = 0;  // since 1970-01-01T00:00:00Z
  auto operator<=>(const Time&) const = default;
  bool whole_minute() const { return ms % 60'000 == 0; }
};
constexpr std::int64_t second_ms = 1'000;
constexpr std::int64_t minute_ms = 60 * second_ms;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int64_t day_ms = 24 * hour_ms;
inline Time operator+(Time t, std::int64_t ms) { return {t.ms + ms}; }
inline Time operator-(Time t, std::int64_t ms) { return {t.ms - ms}; }

// Days since 1970-01-01 in Stockholm's calendar.
struct Day {
  std::int32_t days = 0;
  auto operator<=>(const Day&) const = default;
};

// "2026-03-01T18:00:00Z"; milliseconds are written only where there are any.
std::string to_iso(Time time);
// A date and time with offset ("Z" or "+01:00"); seconds and fraction may be missing. Years
// 1970-9999. Nothing for anything else, a time without offset included.
std::optional<Time> time_from_iso(std::string_view text);

std::string to_iso(Day day);  // "2026-03-01"
std::optional<Day> day_from_iso(std::string_view text);

// EU summer time (directive 2000/84/EC): last Sunday of March to last Sunday of October, 01:00 UTC.
std::int64_t stockholm_offset_ms(Time time);
Day stockholm_day(Time time);
// The instant at which `minute_of_day` of local clock time comes on that day (in the hour that
// summer time skips: the instant after the gap; in the repeated hour: the first).
Time stockholm_time(Day day, int minute_of_day = 0);
// 0 = Monday.
int weekday(Day day);
struct YearMonthDay {
  int year;
  int month;
  int day;
};
YearMonthDay civil(Day day);
Day day_of(int year, int month, int day);

// Where time comes from. Rules get a Time; only commands and background work ask a Clock.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};
class SystemClock : public Clock {
 public:
  Time now() const override;
};
// For tests.
class SettableClock : public Clock {
 public:
  explicit SettableClock(Time start) : now_ms_(start.ms) {}
  Time now() const override { return {now_ms_.load()}; }
  void set(Time time) { now_ms_ = time.ms; }
  void advance(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::atomic<std::int64_t> now_ms_;
};

}  // namespace thenorsound
