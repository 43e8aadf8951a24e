#include "services/user/upkeep.hpp"

#include "base/log.hpp"

namespace thenorsound::user {
namespace {

using store::Change;
using store::Condition;
using store::Op;
using store::Outgoing;
using store::Query;

constexpr std::size_t batch_size = 100;
constexpr int max_batches = 100;
constexpr std::size_t max_states = 5'000;
constexpr std::int64_t unverified_age_ms = 30 * second_ms;
constexpr std::int64_t closed_age_ms = 60 * second_ms;

Query due(std::string field, Time until) {
  Query query;
  query.where.push_back(Condition{field, Op::le, until.ms});
  query.order_by = std::move(field);
  query.limit = batch_size;
  return query;
}

enum class Fate { unknown, pending, live };
Fate fate_of(const json::object& states, const BookingId& booking) {
  const json::value* state = states.if_contains(booking.value);
  const json::string* word = state == nullptr ? nullptr : state->if_string();
  if (word == nullptr || *word == "CANCELLED") return Fate::unknown;
  return *word == "PENDING" ? Fate::pending : Fate::live;
}

bool is_unverified(const Reservation& reservation, Time now) {
  return !reservation.verified && reservation.reserved_at + unverified_age_ms <= now;
}

}  // namespace

Task<void> Upkeep::finish_users() {
  const Result<std::vector<User>> found =
      co_await repository_.users.find(due("unfinishedDue", clock_.now()));
  if (!found) co_return;
  for (const User& user : *found) co_await finish(user);
}

Task<void> Upkeep::finish(User user) {
  const Trace trace = new_trace();
  if (user.state == UserState::Pending || user.state == UserState::Abandoned) {
    co_await commands_.take_away_pending(trace, std::move(user));
  } else if (user.state == UserState::Deleted) {
    const Result<void> cleared = co_await commands_.clear_away(trace, std::move(user));
    if (!cleared)
      log_warning("deleted user not cleared away yet", {{"reason", cleared.error().reason}});
  } else {
    if (user.next_email) co_await commands_.undo_mail_change(trace, user);
    if (user.must_enable) co_await commands_.enable(trace, user.id);
  }
}

Task<void> Upkeep::reopen_calendars() {
  const Result<std::vector<Calendar>> found =
      co_await repository_.calendars.find(due("closedAt", clock_.now() - closed_age_ms));
  if (!found) co_return;
  for (const Calendar& closed : *found) {
    const Result<std::optional<User>> user = co_await repository_.users.get(closed.user_id.value);
    if (!user) co_return;
    const bool alive = *user && (*user)->state == UserState::Active;
    auto change = [alive](Calendar& calendar, Outgoing&) -> Result<Change> {
      if (!calendar.closed_at) return Change::no;
      if (alive) reopen(calendar);
      calendar.closed_at.reset();
      return Change::yes;
    };
    co_await repository_.calendars.modify(new_trace(), closed.id, std::move(change));
  }
}

Task<void> Upkeep::verify_reservations() {
  const Time now = clock_.now();
  const Result<std::vector<Calendar>> found =
      co_await repository_.calendars.find(due("unverifiedSince", now - unverified_age_ms));
  if (!found || found->empty()) co_return;
  json::array ids;
  std::size_t asked = 0;  // calendars that found room in the question
  for (; asked < found->size(); ++asked) {
    const std::vector<Reservation>& all = (*found)[asked].reservations;
    if (ids.size() + all.size() > max_states) break;
    for (const Reservation& reservation : all)
      if (is_unverified(reservation, now))
        ids.push_back(json::string(reservation.booking_id.value));
  }
  json::object body;
  body["ids"] = std::move(ids);
  const Trace trace = new_trace();
  std::string target = "/internal/bookings/states";
  const Result<json::value> answer =
      co_await bookings_.send(trace, http::Method::post, std::move(target), std::move(body));
  if (!answer) co_return;
  const json::value* states = answer->as_object().if_contains("states");
  if (states == nullptr || !states->is_object()) co_return;
  for (std::size_t i = 0; i < asked; ++i) co_await settle((*found)[i], states->get_object(), now);
}

// Of those that were old enough when it was asked: nothing is known of the others.
Task<void> Upkeep::settle(Calendar calendar, const json::object& states, Time asked_at) {
  std::vector<BookingId> live, gone;
  const Time now = clock_.now();
  for (const Reservation& reservation : calendar.reservations) {
    if (!is_unverified(reservation, asked_at)) continue;
    const Fate fate = fate_of(states, reservation.booking_id);
    if (fate == Fate::live) live.push_back(reservation.booking_id);
    if (fate == Fate::unknown) gone.push_back(reservation.booking_id);
  }
  if (live.empty() && gone.empty()) co_return;
  if (!gone.empty())
    log_warning("reservations released that no live booking holds",
                {{"userId", calendar.user_id.value}, {"count", gone.size()}});
  auto change = [live, gone, now](Calendar& latest, Outgoing&) -> Result<Change> {
    bool changed = false;
    for (const BookingId& booking : live) changed |= verify(latest, booking);
    for (const BookingId& booking : gone) changed |= release(latest, booking, now);
    return changed ? Change::yes : Change::no;
  };
  co_await repository_.calendars.modify(new_trace(), calendar.id, std::move(change));
}

Task<void> Upkeep::archive_past() {
  for (int batch = 0; batch < max_batches; ++batch) {
    const Result<std::vector<Calendar>> found =
        co_await repository_.calendars.find(due("tidyAt", clock_.now()));
    if (!found) co_return;
    for (const Calendar& calendar : *found)
      if (const Result<void> done = co_await archive(calendar); !done) co_return;
    if (found->size() < batch_size) co_return;
  }
}

// First into the archive, then out of the calendar: in between it is in both, never in none.
Task<Result<void>> Upkeep::archive(Calendar calendar) {
  const Time now = clock_.now();
  const Past past = past_of(calendar, now);
  std::vector<PastItem> items;
  for (const Reservation& gone : past.reservations)
    items.push_back(PastItem{archive_id(calendar.user_id, gone.booking_id),
                             calendar.user_id,
                             BusyKind::Booking,
                             gone.booking_id,
                             gone.start,
                             gone.end,
                             {}});
  for (const Mark& mark : past.marks)
    items.push_back(
        PastItem{calendar.id + ":" + to_iso(mark.start_date) + ":" + to_iso(mark.end_date),
                 calendar.user_id,
                 BusyKind::Unavailable,
                 {},
                 span_of(mark).start,
                 span_of(mark).end,
                 mark.note});
  for (PastItem& item : items) {
    const Result<PastItem> kept = co_await repository_.past.insert(new_trace(), std::move(item));
    if (!kept && kept.error().reason != "exists") co_return kept.error();
  }
  auto change = [past, now](Calendar& latest, Outgoing&) -> Result<Change> {
    forget(latest, past, now);
    return Change::yes;
  };
  const Result<Calendar> tidied =
      co_await repository_.calendars.modify(new_trace(), calendar.id, std::move(change));
  if (!tidied) co_return tidied.error();
  // What was released in between must not come back from the archive.
  for (const Tombstone& stone : tidied->tombstones)
    for (const Reservation& gone : past.reservations)
      if (gone.booking_id == stone.booking_id)
        co_await repository_.past.erase(archive_id(calendar.user_id, gone.booking_id));
  co_return Result<void>();
}

}  // namespace thenorsound::user
