#include "services/booking/booking.hpp"

#include <algorithm>

namespace thenorsound::booking {
namespace {
constexpr std::int64_t phone_shown_ms = 7 * day_ms;
// The request that cancels frees at once; a sweeper does it only where that did not happen.
constexpr std::int64_t release_grace_ms = 5 * second_ms;

void record(Booking& booking, Time now, std::string by, std::string action,
            std::optional<std::string> text = {}) {
  booking.updated_at = now;
  booking.history.push_back(
      HistoryEntry{now, std::move(by), std::move(action), booking.status, std::move(text)});
}

Error wrong_state(const Booking& booking, std::string_view action) {
  Error error = conflict("A booking that is " + std::string(word_of(booking.status)) +
                         " can't be " + std::string(action) + ".");
  error.reason = "wrong-state";
  return error;
}

void enter_cancelled(Booking& booking, CancellationCode code, std::string by, std::string action,
                     std::optional<std::string> text, Time now) {
  ++booking.version;
  booking.status = BookingStatus::CANCELLED;
  booking.cancellation = Cancellation{code, by, now, text};
  booking.expires_at.reset();
  booking.release_due = now + release_grace_ms;
  record(booking, now, std::move(by), std::move(action), std::move(text));
}

CancellationCode code_of(const Actor& actor) {
  switch (actor.role) {
    case Role::CrewAdmin:
    case Role::CrewUser:
      return CancellationCode::CrewCompany;
    case Role::CustomerAdmin:
    case Role::CustomerUser:
      return CancellationCode::Organiser;
    case Role::Admin:
      break;
  }
  return CancellationCode::Unable;
}
}  // namespace

Result<Changed> commit_request(Booking& booking, const Settlement& settlement,
                               const std::string& by, Time now) {
  if (booking.status != BookingStatus::PENDING || booking.saga.state != saga_running) {
    Error error = wrong_state(booking, "requested");
    error.reason = "lease-lost";
    return error;
  }
  booking.slot_id = settlement.slot_id;
  booking.category = settlement.category;
  booking.skill = settlement.skill;
  booking.time_type = settlement.time_type;
  booking.rate = settlement.rate;
  booking.units = settlement.units;
  booking.lines = settlement.lines;
  booking.total_amount = settlement.total_amount;
  booking.tariff_id = settlement.tariff_id;
  booking.terms = settlement.terms;
  booking.customer_name = settlement.customer_name;
  booking.crew_customer_name = settlement.crew_customer_name;
  booking.listed = true;
  booking.saga.state = "done";
  booking.saga.lease_until_ms = 0;
  booking.lease_until.reset();
  ++booking.version;
  booking.status = BookingStatus::REQUESTED;
  record(booking, now, by, "requested");
  if (settlement.confirmed) {
    booking.status = BookingStatus::CONFIRMED;
    record(booking, now, by, "confirmed");
  } else {
    booking.expires_at = settlement.expires_at;
  }
  return Changed::yes;
}

Result<Changed> fail_request(Booking& booking, const std::string& failed_step, std::string text,
                             Time now) {
  if (booking.status == BookingStatus::CANCELLED) return Changed::no;
  if (booking.status != BookingStatus::PENDING) return wrong_state(booking, "undone");
  booking.saga.state = "undone";
  if (!failed_step.empty()) booking.saga.failed_step = failed_step;
  booking.saga.lease_until_ms = 0;
  booking.lease_until.reset();
  enter_cancelled(booking, CancellationCode::Failed, std::string(system_actor), "failed",
                  std::move(text), now);
  booking.release_due.reset();  // undone already
  return Changed::yes;
}

Result<Changed> take_over(Booking& booking, Time now, Time lease_until) {
  if (booking.status != BookingStatus::PENDING) return wrong_state(booking, "undone");
  if (booking.lease_until && *booking.lease_until > now)
    return make_error(Code::conflict, "The request is being worked on.", "leased");
  booking.saga.state = saga_undoing;
  booking.saga.lease_until_ms = lease_until.ms;
  ++booking.saga.undo_attempts;
  booking.lease_until = lease_until;
  return Changed::yes;
}

Result<Changed> confirm(Booking& booking, const Actor& actor, Time now) {
  if (booking.status == BookingStatus::CONFIRMED) return Changed::no;
  if (booking.status != BookingStatus::REQUESTED) return wrong_state(booking, "confirmed");
  if (booking.expires_at && now >= *booking.expires_at)
    return make_error(Code::conflict, "The request has expired.", "expired");
  ++booking.version;
  booking.status = BookingStatus::CONFIRMED;
  booking.expires_at.reset();
  record(booking, now, actor.user.value, "confirmed");
  return Changed::yes;
}

Result<Changed> decline(Booking& booking, const Actor& actor, std::string reason, Time now) {
  if (booking.status == BookingStatus::CANCELLED) return Changed::no;
  if (booking.status != BookingStatus::REQUESTED) return wrong_state(booking, "declined");
  enter_cancelled(booking, CancellationCode::Declined, actor.user.value, "declined",
                  std::move(reason), now);
  return Changed::yes;
}

Result<Changed> cancel(Booking& booking, const Actor& actor, std::string reason, Time now) {
  if (booking.status == BookingStatus::CANCELLED) return Changed::no;
  if (booking.status != BookingStatus::REQUESTED && booking.status != BookingStatus::CONFIRMED)
    return wrong_state(booking, "cancelled");
  enter_cancelled(booking, code_of(actor), actor.user.value, "cancelled", std::move(reason), now);
  return Changed::yes;
}

Result<Changed> complete(Booking& booking, const Actor& actor, Time now) {
  if (booking.status == BookingStatus::COMPLETED) return Changed::no;
  if (booking.status != BookingStatus::CONFIRMED) return wrong_state(booking, "completed");
  if (!actor.is_admin() && now < booking.end_time)
    return make_error(Code::conflict, "The booking has not ended yet.", "not-ended");
  ++booking.version;
  booking.status = BookingStatus::COMPLETED;
  record(booking, now, actor.user.value, "completed");
  return Changed::yes;
}

Result<Changed> expire(Booking& booking, Time now) {
  if (booking.status != BookingStatus::REQUESTED || !booking.expires_at ||
      now < *booking.expires_at)
    return Changed::no;
  enter_cancelled(booking, CancellationCode::Expired, std::string(system_actor), "expired", {},
                  now);
  return Changed::yes;
}

Result<Changed> cancel_with_event(Booking& booking, Time now) {
  if (booking.status != BookingStatus::REQUESTED && booking.status != BookingStatus::CONFIRMED)
    return Changed::no;
  enter_cancelled(booking, CancellationCode::EventCancelled, std::string(system_actor), "cancelled",
                  {}, now);
  return Changed::yes;
}

std::optional<Time> expiry(Time requested, Time start, std::int64_t answer_hours,
                           std::optional<Time> answer_by, bool by_admin) {
  const std::int64_t left_ms = start.ms - requested.ms;
  if (left_ms <= 0 && by_admin) return {};
  const std::int64_t answer_ms = answer_hours * hour_ms;
  Time at = requested + answer_ms;
  if (left_ms > 0 && left_ms < answer_ms) at = requested + left_ms / 2;
  if (answer_by) at = std::min(at, *answer_by);
  return at;
}

bool may_see(const Actor& actor, const Booking& booking) {
  switch (actor.role) {
    case Role::Admin:
      return true;
    case Role::CrewUser:
      return booking.crew_id == actor.user;
    case Role::CustomerAdmin:
    case Role::CustomerUser:
    case Role::CrewAdmin:
      break;
  }
  return booking.customer_id == actor.customer || booking.crew_customer_id == actor.customer;
}

bool may_answer(const Actor& actor, const Booking& booking) {
  if (actor.is_admin()) return true;
  const bool of_crew =
      actor.is(Role::CrewAdmin) || (actor.is(Role::CustomerAdmin) && booking.in_house);
  return of_crew && booking.crew_customer_id == actor.customer;
}

bool may_cancel(const Actor& actor, const Booking& booking) {
  if (actor.is_admin()) return true;
  if (actor.is(Role::CustomerAdmin)) return booking.customer_id == actor.customer;
  return actor.is(Role::CrewAdmin) && booking.crew_customer_id == actor.customer;
}

bool may_complete(const Actor& actor, const Booking& booking) {
  return actor.is_admin() ||
         (actor.is(Role::CustomerAdmin) && booking.customer_id == actor.customer);
}

bool may_see_phone(const Actor& actor, const Booking& booking, Time now) {
  if (actor.is_admin() || booking.crew_id == actor.user) return true;
  if (actor.is(Role::CrewAdmin) || booking.in_house) return true;  // one's own people
  const bool agreed =
      booking.status == BookingStatus::CONFIRMED || booking.status == BookingStatus::COMPLETED;
  return agreed && now <= booking.end_time + phone_shown_ms;
}

bool is_live(BookingStatus status) {
  return status == BookingStatus::PENDING || status == BookingStatus::REQUESTED ||
         status == BookingStatus::CONFIRMED;
}

}  // namespace thenorsound::booking
