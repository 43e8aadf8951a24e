#include "services/user/calendar.hpp"

#include <algorithm>

namespace thenorsound::user {
namespace {

constexpr std::int64_t week_ms = 7 * day_ms;

Error not_available(std::string reason) {
  return make_error(Code::crew_unavailable, "The crew member is not available.", std::move(reason));
}

Span span_of(const Reservation& reservation) { return {reservation.start, reservation.end}; }

bool is_over(const Reservation& reservation, Time now) {
  return reservation.end + past_reservation_age_ms <= now &&
         reservation.reserved_at + settled_age_ms <= now && reservation.verified;
}

bool is_over(const Mark& mark, Time now) {
  return mark.end_date.days + past_mark_age_days < stockholm_day(now).days;
}

Time over_at(const Reservation& reservation) {
  return std::max(reservation.end + past_reservation_age_ms,
                  reservation.reserved_at + settled_age_ms);
}

void append_weeks(std::vector<std::int64_t>& weeks, const Span& span) {
  for (std::int64_t week = span.start.ms / week_ms; week * week_ms < span.end.ms; ++week)
    weeks.push_back(week);
}

std::vector<std::string> names_of(std::vector<std::int64_t> weeks) {
  std::sort(weeks.begin(), weeks.end());
  weeks.erase(std::unique(weeks.begin(), weeks.end()), weeks.end());
  std::vector<std::string> names;
  names.reserve(weeks.size());
  for (const std::int64_t week : weeks) names.push_back(std::to_string(week));
  return names;
}

void earliest(std::optional<Time>& into, Time time) {
  if (!into || time < *into) into = time;
}

// What queries look at, from what is there.
void index(Calendar& calendar) {
  calendar.unverified_since.reset();
  calendar.tidy_at.reset();
  std::vector<std::int64_t> weeks;
  for (const Reservation& reservation : calendar.reservations) {
    append_weeks(weeks, span_of(reservation));
    if (!reservation.verified) earliest(calendar.unverified_since, reservation.reserved_at);
    if (reservation.verified) earliest(calendar.tidy_at, over_at(reservation));
  }
  for (const Mark& mark : calendar.marks) {
    append_weeks(weeks, span_of(mark));
    earliest(calendar.tidy_at,
             stockholm_time(Day{mark.end_date.days + past_mark_age_days + 1}) + day_ms);
  }
  for (const Tombstone& tombstone : calendar.tombstones)
    earliest(calendar.tidy_at, tombstone.at + tombstone_age_ms);
  calendar.busy_weeks = names_of(std::move(weeks));
}

auto find(std::vector<Reservation>& reservations, const BookingId& booking) {
  return std::find_if(reservations.begin(), reservations.end(),
                      [&](const Reservation& item) { return item.booking_id == booking; });
}

// Reservations don't overlap, so that their ends are in the order of their starts.
auto first_ending_after(const std::vector<Reservation>& reservations, Time time) {
  return std::partition_point(reservations.begin(), reservations.end(),
                              [&](const Reservation& item) { return item.end <= time; });
}

bool is_reserved(const Calendar& calendar, const Span& span) {
  const auto next = first_ending_after(calendar.reservations, span.start);
  return next != calendar.reservations.end() && next->start < span.end;
}

bool is_marked(const Calendar& calendar, const Span& span) {
  return std::any_of(calendar.marks.begin(), calendar.marks.end(),
                     [&](const Mark& mark) { return overlap(span_of(mark), span); });
}

bool is_buried(const Calendar& calendar, const BookingId& booking) {
  return std::any_of(calendar.tombstones.begin(), calendar.tombstones.end(),
                     [&](const Tombstone& item) { return item.booking_id == booking; });
}

void sort(std::vector<Mark>& marks) {
  std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
    return std::tie(a.start_date, a.end_date) < std::tie(b.start_date, b.end_date);
  });
}

}  // namespace

std::string calendar_id(const UserId& user) { return "cal-" + user.value; }

Calendar new_calendar(const UserId& user, Time now) {
  Calendar calendar;
  calendar.id = calendar_id(user);
  calendar.user_id = user;
  calendar.created_at = calendar.updated_at = now;
  return calendar;
}

Span span_of(const Mark& mark) {
  return {stockholm_time(mark.start_date), stockholm_time(Day{mark.end_date.days + 1})};
}

std::vector<std::string> weeks_of(const Span& span) {
  std::vector<std::int64_t> weeks;
  append_weeks(weeks, span);
  return names_of(std::move(weeks));
}

Result<bool> reserve(Calendar& calendar, const BookingId& booking, const Span& span, Time now) {
  if (span.end <= span.start) return invalid_field("endTime", "must be after startTime");
  if (span.end.ms - span.start.ms > max_reservation_ms)
    return invalid_field("endTime", "must be at most 31 days after startTime");
  if (is_buried(calendar, booking)) return not_available("released");
  if (const auto found = find(calendar.reservations, booking);
      found != calendar.reservations.end()) {
    if (span_of(*found) == span) return false;
    return not_available("other-span");
  }
  if (calendar.closed) return not_available("closed");
  if (is_reserved(calendar, span)) return not_available("reserved");
  if (is_marked(calendar, span)) return not_available("marked");
  if (calendar.reservations.size() >= max_reservations) return not_available("full");
  calendar.reservations.insert(
      first_ending_after(calendar.reservations, span.start),
      Reservation{.booking_id = booking, .start = span.start, .end = span.end, .reserved_at = now});
  index(calendar);
  return true;
}

bool release(Calendar& calendar, const BookingId& booking, Time now) {
  const auto found = find(calendar.reservations, booking);
  const bool buried = is_buried(calendar, booking);
  if (found == calendar.reservations.end() && buried) return false;
  if (found != calendar.reservations.end()) calendar.reservations.erase(found);
  if (!buried) calendar.tombstones.push_back(Tombstone{booking, now});
  if (calendar.tombstones.size() > max_tombstones)
    calendar.tombstones.erase(calendar.tombstones.begin());
  index(calendar);
  return true;
}

bool verify(Calendar& calendar, const BookingId& booking) {
  const auto found = find(calendar.reservations, booking);
  if (found == calendar.reservations.end() || found->verified) return false;
  found->verified = true;
  index(calendar);
  return true;
}

bool is_free(const Calendar& calendar, const Span& span) {
  return !calendar.closed && !is_reserved(calendar, span) && !is_marked(calendar, span);
}

Result<void> replace_marks_ahead(Calendar& calendar, std::vector<Mark> marks, Time now) {
  const Day today = stockholm_day(now);
  for (Mark mark : calendar.marks) {
    if (mark.start_date >= today) continue;
    mark.end_date = std::min(mark.end_date, Day{today.days - 1});
    if (std::find(marks.begin(), marks.end(), mark) == marks.end()) marks.push_back(mark);
  }
  if (marks.size() > max_marks) return conflict("There are too many unavailable spans.");
  sort(marks);
  calendar.marks = std::move(marks);
  ++calendar.version;
  calendar.updated_at = now;
  index(calendar);
  return {};
}

void keep_notes(const Calendar& calendar, std::vector<Mark>& marks) {
  for (Mark& mark : marks) {
    if (mark.note) continue;
    for (const Mark& old : calendar.marks)
      if (old.start_date <= mark.start_date && mark.end_date <= old.end_date) mark.note = old.note;
  }
}

std::vector<Mark> marks_ahead(const Calendar& calendar, Time now) {
  std::vector<Mark> ahead;
  for (const Mark& mark : calendar.marks)
    if (mark.end_date >= stockholm_day(now)) ahead.push_back(mark);
  return ahead;
}

std::vector<BookingId> clashes(const Calendar& calendar, Time now) {
  std::vector<BookingId> ids;
  for (const Reservation& reservation : calendar.reservations)
    if (reservation.end > now && is_marked(calendar, span_of(reservation)))
      ids.push_back(reservation.booking_id);
  return ids;
}

Result<void> close(Calendar& calendar, Time now) {
  for (const Reservation& reservation : calendar.reservations)
    if (reservation.end > now) return conflict("The crew member has bookings ahead.");
  calendar.closed = true;
  calendar.closed_at = now;
  return {};
}

void reopen(Calendar& calendar) {
  calendar.closed = false;
  calendar.closed_at.reset();
}

std::vector<Busy> busy_between(const Calendar& calendar, const Span& within) {
  std::vector<Busy> busy;
  for (auto item = first_ending_after(calendar.reservations, within.start);
       item != calendar.reservations.end() && item->start < within.end; ++item)
    busy.push_back(Busy{span_of(*item), BusyKind::Booking, item->booking_id, {}});
  for (const Mark& mark : calendar.marks)
    if (overlap(span_of(mark), within))
      busy.push_back(Busy{span_of(mark), BusyKind::Unavailable, {}, mark.note});
  std::stable_sort(busy.begin(), busy.end(),
                   [](const Busy& a, const Busy& b) { return a.span.start < b.span.start; });
  return busy;
}

std::vector<Span> merged(const std::vector<Busy>& busy, const Span& within) {
  std::vector<Span> spans;
  for (const Busy& item : busy) {
    const Span cut{std::max(item.span.start, within.start), std::min(item.span.end, within.end)};
    if (!spans.empty() && cut.start <= spans.back().end)
      spans.back().end = std::max(spans.back().end, cut.end);
    else
      spans.push_back(cut);
  }
  return spans;
}

std::vector<Span> gaps(const std::vector<Span>& merged_busy, const Span& within) {
  std::vector<Span> free;
  Time from = within.start;
  for (const Span& span : merged_busy) {
    if (from < span.start) free.push_back({from, span.start});
    from = span.end;
  }
  if (from < within.end) free.push_back({from, within.end});
  return free;
}

Past past_of(const Calendar& calendar, Time now) {
  Past past;
  for (const Reservation& reservation : calendar.reservations)
    if (is_over(reservation, now)) past.reservations.push_back(reservation);
  for (const Mark& mark : calendar.marks)
    if (is_over(mark, now)) past.marks.push_back(mark);
  return past;
}

void forget(Calendar& calendar, const Past& past, Time now) {
  std::erase_if(calendar.reservations, [&](const Reservation& item) {
    return std::any_of(past.reservations.begin(), past.reservations.end(),
                       [&](const Reservation& gone) { return gone.booking_id == item.booking_id; });
  });
  std::erase_if(calendar.marks, [&](const Mark& mark) {
    return std::find(past.marks.begin(), past.marks.end(), mark) != past.marks.end();
  });
  std::erase_if(calendar.tombstones,
                [&](const Tombstone& item) { return item.at + tombstone_age_ms <= now; });
  index(calendar);
}

}  // namespace thenorsound::user
