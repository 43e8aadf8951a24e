#include "base/time.hpp"

#include <cstdio>

namespace thenorsound {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

// Reads exactly `digits` digits at `at`; -1 where there are none.
int number(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

Day last_sunday(int year, int month) {
  const Day last = {day_of(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1).days - 1};
  return {last.days - (weekday(last) + 1) % 7};
}

// The date "YYYY-MM-DD" at the start of `text`.
std::optional<Day> leading_day(std::string_view text) {
  const int y = number(text, 0, 4), m = number(text, 5, 2), d = number(text, 8, 2);
  if (y < 1970 || m < 1 || m > 12 || d < 1 || text[4] != '-' || text[7] != '-') return {};
  const Day day = day_of(y, m, d);
  const YearMonthDay back = civil(day);
  if (back.month != m || back.day != d) return {};
  return day;
}

}  // namespace

Day day_of(int year, int month, int day) {
  const std::chrono::sys_days days = std::chrono::year(year) / month / day;
  return {static_cast<std::int32_t>(days.time_since_epoch().count())};
}

YearMonthDay civil(Day day) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{day.days}}};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

int weekday(Day day) {
  return static_cast<int>(((day.days + 3) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
}

std::string to_iso(Day day) {
  const YearMonthDay d = civil(day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
  return text;
}

std::string to_iso(Time time) {
  const auto days = static_cast<std::int32_t>(floor_div(time.ms, day_ms));
  const YearMonthDay d = civil(Day{days});
  const auto rest = static_cast<int>(time.ms - static_cast<std::int64_t>(days) * day_ms);
  char text[48];
  const int s = rest / 1000, ms = rest % 1000;
  if (ms == 0)
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month, d.day,
                  s / 3600, s / 60 % 60, s % 60);
  else
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.year, d.month, d.day,
                  s / 3600, s / 60 % 60, s % 60, ms);
  return text;
}

std::optional<Day> day_from_iso(std::string_view text) {
  if (text.size() != 10) return {};
  return leading_day(text);
}

std::optional<Time> time_from_iso(std::string_view text) {
  if (text.size() < 17 || text.size() > 40) return {};
  const auto day = leading_day(text);
  if (!day || (text[10] != 'T' && text[10] != 't') || text[13] != ':') return {};
  const int h = number(text, 11, 2), m = number(text, 14, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59) return {};
  std::size_t at = 16;
  std::int64_t ms = h * hour_ms + m * minute_ms;
  if (text[at] == ':') {
    const int s = number(text, at + 1, 2);
    if (s < 0 || s > 59) return {};
    ms += s * second_ms;
    at += 3;
    if (at < text.size() && text[at] == '.') {
      std::int64_t unit = 100;
      const std::size_t first = ++at;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
        ms += unit * (text[at] - '0');
      if (at == first) return {};
    }
  }
  if (at >= text.size()) return {};
  std::int64_t offset = 0;
  if (text[at] == 'Z' || text[at] == 'z') {
    ++at;
  } else if (text[at] == '+' || text[at] == '-') {
    const int oh = number(text, at + 1, 2), om = number(text, at + 4, 2);
    if (oh < 0 || oh > 23 || om < 0 || om > 59 || text[at + 3] != ':') return {};
    offset = (oh * hour_ms + om * minute_ms) * (text[at] == '-' ? -1 : 1);
    at += 6;
  } else {
    return {};
  }
  if (at != text.size()) return {};
  const Time time{day->days * day_ms + ms - offset};
  if (time.ms < 0) return {};
  return time;
}

std::int64_t stockholm_offset_ms(Time time) {
  const int year = civil(Day{static_cast<std::int32_t>(floor_div(time.ms, day_ms))}).year;
  const std::int64_t begins = last_sunday(year, 3).days * day_ms + hour_ms;
  const std::int64_t ends = last_sunday(year, 10).days * day_ms + hour_ms;
  return time.ms >= begins && time.ms < ends ? 2 * hour_ms : hour_ms;
}

Day stockholm_day(Time time) {
  return {static_cast<std::int32_t>(floor_div(time.ms + stockholm_offset_ms(time), day_ms))};
}

Time stockholm_time(Day day, int minute_of_day) {
  const std::int64_t local = day.days * day_ms + minute_of_day * minute_ms;
  const Time summer{local - 2 * hour_ms};
  if (stockholm_offset_ms(summer) == 2 * hour_ms) return summer;
  return {local - hour_ms};
}

Time SystemClock::now() const {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

}  // namespace thenorsound
