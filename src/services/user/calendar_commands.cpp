#include "services/user/calendar_commands.hpp"

#include <algorithm>

#include "base/fields.hpp"

namespace thenorsound::user {

using store::Change;
using store::Outgoing;

std::string archive_id(const UserId& user, const BookingId& booking) {
  return calendar_id(user) + ":" + booking.value;
}

Task<Result<void>> CalendarCommands::reserve(Trace trace, UserId crew, BookingId booking,
                                             Span span) {
  const Result<User> user = co_await repository_.user(crew);
  if (!user) co_return user.error();
  if (!user->is_crew() || !user->is_active) co_return not_found("crew member");
  const Result<std::vector<PastItem>> past = co_await archived(crew, span);
  if (!past) co_return past.error();
  for (const PastItem& item : *past) {
    if (item.booking_id == booking && Span{item.start, item.end} == span) co_return Result<void>();
    co_return make_error(Code::crew_unavailable, "The crew member is not available.", "archived");
  }
  auto change = [booking, span, now = clock_.now()](Calendar& calendar,
                                                    Outgoing&) -> Result<Change> {
    const Result<bool> taken = user::reserve(calendar, booking, span, now);
    if (!taken) return taken.error();
    return *taken ? Change::yes : Change::no;
  };
  const Result<Calendar> reserved =
      co_await repository_.calendars.modify(trace, calendar_id(crew), std::move(change));
  if (!reserved) co_return reserved.error();
  co_return Result<void>();
}

Task<Result<void>> CalendarCommands::release(Trace trace, UserId crew, BookingId booking) {
  auto change = [booking, now = clock_.now()](Calendar& calendar, Outgoing&) -> Result<Change> {
    return user::release(calendar, booking, now) ? Change::yes : Change::no;
  };
  const Result<Calendar> released =
      co_await repository_.calendars.modify(trace, calendar_id(crew), std::move(change));
  if (!released && released.error().reason == "absent") co_return Result<void>();
  if (!released) co_return released.error();
  const std::string id = archive_id(crew, booking);
  const Result<std::optional<PastItem>> old = co_await repository_.past.get(id);
  if (!old) co_return old.error();
  if (!*old) co_return Result<void>();
  co_return co_await repository_.past.erase(id);
}

Task<Result<bool>> CalendarCommands::is_busy(UserId crew, Span span) {
  const Result<User> user = co_await repository_.user(crew);
  if (!user) co_return user.error();
  if (!user->is_crew() || !user->is_active) co_return not_found("crew member");
  const Result<std::optional<Calendar>> calendar =
      co_await repository_.calendars.get(calendar_id(crew));
  if (!calendar) co_return calendar.error();
  if (*calendar && !is_free(**calendar, span)) co_return true;
  const Result<std::vector<PastItem>> past = co_await archived(crew, span);
  if (!past) co_return past.error();
  co_return !past->empty();
}

Task<Result<Marked>> CalendarCommands::mark(Trace trace, User crew, std::vector<Mark> marks,
                                            std::optional<std::int64_t> expected, Notes notes) {
  const Time now = clock_.now();
  auto change = [given = std::move(marks), expected, now, notes, user = crew.id.value,
                 company = crew.customer_id.value](Calendar& calendar,
                                                   Outgoing& out) -> Result<Change> {
    if (Result<void> same = check_version(calendar.version, expected); !same) return same.error();
    std::vector<Mark> ahead = given;
    if (notes == Notes::kept) keep_notes(calendar, ahead);
    if (Result<void> done = replace_marks_ahead(calendar, std::move(ahead), now); !done)
      return done.error();
    json::object data;
    data["userId"] = user;
    data["customerId"] = company;
    out.add("availability.changed", std::move(data));
    return Change::yes;
  };
  const Result<Calendar> calendar =
      co_await repository_.calendars.modify(trace, calendar_id(crew.id), std::move(change));
  if (!calendar) co_return calendar.error();
  Marked marked;
  marked.ahead = marks_ahead(*calendar, now);
  marked.clashes = clashes(*calendar, now);
  marked.version = calendar->version;
  co_return marked;
}

Task<Result<CalendarCommands::Seen>> CalendarCommands::busy(UserId crew, Span within) {
  const Result<std::optional<Calendar>> calendar =
      co_await repository_.calendars.get(calendar_id(crew));
  if (!calendar) co_return calendar.error();
  Seen seen;
  if (*calendar) {
    seen.busy = busy_between(**calendar, within);
    seen.ahead = marks_ahead(**calendar, clock_.now());
    seen.version = (*calendar)->version;
  }
  const Result<std::vector<PastItem>> past = co_await archived(crew, within);
  if (!past) co_return past.error();
  for (const PastItem& item : *past)
    seen.busy.push_back(Busy{Span{item.start, item.end}, item.kind, item.booking_id, item.note});
  std::stable_sort(seen.busy.begin(), seen.busy.end(),
                   [](const Busy& a, const Busy& b) { return a.span.start < b.span.start; });
  co_return seen;
}

Task<Result<std::vector<Mark>>> CalendarCommands::marks_between(UserId crew, Day from, Day to) {
  const Span within{stockholm_time(from), stockholm_time(Day{to.days + 1})};
  const Result<Seen> seen = co_await busy(std::move(crew), within);
  if (!seen) co_return seen.error();
  std::vector<Mark> marks;
  for (const Busy& item : seen->busy)
    if (item.kind == BusyKind::Unavailable)
      marks.push_back(Mark{stockholm_day(item.span.start), stockholm_day(item.span.end - 1), {}});
  co_return marks;
}

Task<Result<std::vector<PastItem>>> CalendarCommands::archived(UserId crew, Span span) {
  if (span.start + past_reservation_age_ms > clock_.now()) co_return std::vector<PastItem>();
  co_return co_await repository_.past_of(std::move(crew), span);
}

Result<std::vector<Mark>> read_marks(const json::object& body, Time now) {
  constexpr std::int64_t max_days_together = 5'000;
  Problems problems;
  Fields in(body, problems, Fields::Mode::create);
  std::vector<Mark> marks;
  std::int64_t days = 0;
  const auto read = [&](Fields& item, std::size_t) {
    Mark mark;
    const bool dated = item.day("startDate", mark.start_date) & item.day("endDate", mark.end_date);
    item.text("note", mark.note);
    if (!dated) return;
    const std::int32_t length = mark.end_date.days - mark.start_date.days + 1;
    if (length < 1)
      item.problem("endDate", "must not be before startDate");
    else if (length > max_mark_days)
      item.problem("endDate",
                   "must be at most " + std::to_string(max_mark_days) + " days after startDate");
    else if (mark.end_date < stockholm_day(now))
      item.problem("endDate", "must not be over");
    days += length;
    marks.push_back(std::move(mark));
  };
  in.objects("spans", max_marks / 2, true, read);
  if (days > max_days_together && !problems.any())
    in.problem("spans", "must have at most 5000 days together");
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return marks;
}

}  // namespace thenorsound::user
