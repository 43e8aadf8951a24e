// A crew member's time: reservations by bookings, days marked as unavailable, and tombstones of
// released bookings. One document a person, so that each rule holds in one atomic write. Pure.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "contracts/skill.hpp"

namespace thenorsound::user {

struct Reservation {
  BookingId booking_id;
  Time start;
  Time end;
  Time reserved_at;
  bool verified = false;  // the booking service has said that the booking lives
};
BOOST_DESCRIBE_STRUCT(Reservation, (), (booking_id, start, end, reserved_at, verified))

// Unavailable days, both ends included.
struct Mark {
  Day start_date;
  Day end_date;
  std::optional<std::string> note;
  bool operator==(const Mark&) const = default;
};
BOOST_DESCRIBE_STRUCT(Mark, (), (start_date, end_date, note))

struct Tombstone {
  BookingId booking_id;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Tombstone, (), (booking_id, at))

struct Calendar {
  std::string id;
  UserId user_id;
  std::int64_t version = 1;  // counts changes of the marks
  Time created_at;
  Time updated_at;
  std::vector<Reservation> reservations;  // by start; never overlapping
  std::vector<Mark> marks;                // by start
  std::vector<Tombstone> tombstones;      // oldest first
  bool closed = false;                    // takes no reservations: the person is being deleted
  std::optional<Time> closed_at;          // while it isn't known whether they were
  // For queries; kept by every rule below.
  std::optional<Time> unverified_since;
  std::optional<Time> tidy_at;
  std::vector<std::string> busy_weeks;  // week numbers that anything lies in

  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Calendar, (),
                      (id, user_id, version, created_at, updated_at, reservations, marks,
                       tombstones, closed, closed_at, unverified_since, tidy_at, busy_weeks))

struct Span {
  Time start;
  Time end;
  bool operator==(const Span&) const = default;
};
inline bool overlap(const Span& a, const Span& b) { return a.start < b.end && b.start < a.end; }

constexpr std::size_t max_reservations = 2'000;
constexpr std::size_t max_marks = 2'000;
constexpr std::size_t max_tombstones = 2'000;
constexpr std::int64_t max_reservation_ms = 31 * day_ms;
constexpr std::int32_t max_mark_days = 1'100;
constexpr std::int64_t tombstone_age_ms = 25 * hour_ms;
constexpr std::int64_t past_reservation_age_ms = 2 * day_ms;  // then it goes to the archive …
constexpr std::int64_t settled_age_ms = 15 * minute_ms;       // … but not before it has settled
constexpr std::int32_t past_mark_age_days = 35;

std::string calendar_id(const UserId& user);
Calendar new_calendar(const UserId& user, Time now);

Span span_of(const Mark& mark);
// The weeks that a span touches, as busy_weeks names them.
std::vector<std::string> weeks_of(const Span& span);

// Takes `span` for a booking. True: it was taken now; false: it was before. Errors:
// crew_unavailable, whose reason alone says why; validation_error for a span that no booking has.
Result<bool> reserve(Calendar& calendar, const BookingId& booking, const Span& span, Time now);
// Frees it and leaves a tombstone, also where nothing was reserved. False: it was so before.
bool release(Calendar& calendar, const BookingId& booking, Time now);
bool verify(Calendar& calendar, const BookingId& booking);
// Would `reserve` of a new booking find the time free?
bool is_free(const Calendar& calendar, const Span& span);

// Replaces the marks that end today or later; of a running one the days gone by stay.
Result<void> replace_marks_ahead(Calendar& calendar, std::vector<Mark> marks, Time now);
// Marks without a note get that of the mark they lie in: of who replaces them and sees no notes.
void keep_notes(const Calendar& calendar, std::vector<Mark>& marks);
std::vector<Mark> marks_ahead(const Calendar& calendar, Time now);
// Bookings ahead that lie in a mark.
std::vector<BookingId> clashes(const Calendar& calendar, Time now);

// Takes no reservations any more. Error conflict: there are reservations that aren't over.
Result<void> close(Calendar& calendar, Time now);
void reopen(Calendar& calendar);

enum class BusyKind { Booking, Unavailable };
BOOST_DESCRIBE_ENUM(BusyKind, Booking, Unavailable)
struct Busy {
  Span span;
  BusyKind kind = BusyKind::Booking;
  BookingId booking_id;             // empty for Unavailable
  std::optional<std::string> note;  // only of Unavailable
};
// What lies in `within`, by start.
std::vector<Busy> busy_between(const Calendar& calendar, const Span& within);
// Joined, cut to `within`, without saying what it is.
std::vector<Span> merged(const std::vector<Busy>& busy, const Span& within);
// The rest of `within`.
std::vector<Span> gaps(const std::vector<Span>& merged_busy, const Span& within);

// What is long over, for the archive; `forget` then drops it, and old tombstones.
struct Past {
  std::vector<Reservation> reservations;
  std::vector<Mark> marks;
};
Past past_of(const Calendar& calendar, Time now);
void forget(Calendar& calendar, const Past& past, Time now);

}  // namespace thenorsound::user
