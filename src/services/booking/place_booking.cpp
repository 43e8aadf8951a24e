#include "services/booking/place_booking.hpp"

#include <csignal>

#include "base/metrics.hpp"
#include "services/booking/views.hpp"
#include "workflow/idempotency.hpp"

namespace thenorsound::booking {
namespace {

struct Placing {
  BookingContext& context;
  Trace trace;
  Booking booking;                      // as stored
  const BookingOrder* order = nullptr;  // null: there is only undoing to do
  SlotTaken slot;
  Settlement settlement;
  bool outcome_unknown = false;  // of the commit: undoing might take a committed booking's place
};

Task<Result<void>> reserve_event_slot(Placing& placing);
Task<Result<void>> release_event_slot(Placing& placing);
Task<Result<void>> reserve_crew(Placing& placing);
Task<Result<void>> release_crew(Placing& placing);
Task<Result<void>> calculate_price(Placing& placing);
Task<Result<void>> commit(Placing& placing);

using PlacingStep = workflow::Step<Placing>;
constexpr PlacingStep place_booking_steps[] = {
    {"reserve-event-slot", reserve_event_slot, release_event_slot},
    {"reserve-crew", reserve_crew, release_crew},
    {"calculate-price", calculate_price, nullptr},
    {"commit", commit, nullptr},
};
constexpr std::string_view commit_step = "commit";
constexpr std::int64_t retry_undo_ms = 3 * second_ms;

Counter& sagas(const char* outcome) {
  return counter("thenorsound_booking_sagas_total", "Booking sagas by outcome.",
                 {{"outcome", outcome}});
}

void die_at(const Placing& placing, std::string_view point) {
  if (placing.context.settings.fault_point == point) std::raise(SIGKILL);
}
bool must_fail(const Placing& placing, std::string_view step) {
  return placing.context.settings.fail_step == step;
}
Error injected_fault() { return unavailable("injected fault"); }

Error left_to_sweeper() { return unavailable("left to the sweeper"); }

// --- The steps ---

Task<Result<void>> reserve_event_slot(Placing& placing) {
  if (must_fail(placing, "reserve-event-slot")) co_return injected_fault();
  PlaceInEvent place = place_in_event(*placing.order);
  place.booking_id = placing.booking.id;
  Result<SlotTaken> taken =
      co_await placing.context.neighbours.reserve_slot(placing.trace, std::move(place));
  if (!taken) co_return taken.error();
  placing.slot = std::move(*taken);
  die_at(placing, "after-slot");
  co_return Result<void>{};
}

Task<Result<void>> release_event_slot(Placing& placing) {
  if (placing.outcome_unknown) co_return left_to_sweeper();
  co_return co_await placing.context.neighbours.release_slot(
      placing.trace, placing.booking.event_id, placing.booking.id);
}

Task<Result<void>> reserve_crew(Placing& placing) {
  if (must_fail(placing, "reserve-crew")) co_return injected_fault();
  const Booking& booking = placing.booking;
  const Result<void> reserved = co_await placing.context.neighbours.reserve_crew(
      placing.trace, booking.crew_id, booking.id, booking.start_time, booking.end_time);
  if (reserved) die_at(placing, "after-crew");
  co_return reserved;
}

Task<Result<void>> release_crew(Placing& placing) {
  if (placing.outcome_unknown) co_return left_to_sweeper();
  co_return co_await placing.context.neighbours.release_crew(placing.trace, placing.booking.crew_id,
                                                             placing.booking.id);
}

Result<void> expect_total(const BookingOrder& order, const Quote& found) {
  if (!order.expected_total || *order.expected_total == found.price.total) return {};
  Error error = conflict("The price is another one now.");
  error.extra["quote"] = quote_view(found);
  return error;
}

Task<Result<void>> calculate_price(Placing& placing) {
  if (must_fail(placing, "calculate-price")) co_return injected_fault();
  const BookingOrder& order = *placing.order;
  Neighbours& neighbours = placing.context.neighbours;
  const Result<PricingBasis> basis = co_await neighbours.pricing_basis(
      placing.trace, order.event.customer_id, order.crew.customer_id);
  if (!basis) co_return basis.error();
  if (basis->crew_company.closing) co_return conflict("The crew's company is closing its account.");
  const Result<std::optional<Company>> organiser =
      co_await neighbours.find_company(placing.trace, order.event.customer_id);
  if (!organiser) co_return organiser.error();
  const Result<Quote> found = quote(price_question(order, placing.slot), *basis);
  if (!found) co_return found.error();
  if (const Result<void> expected = expect_total(order, *found); !expected)
    co_return expected.error();

  Settlement& settled = placing.settlement;
  const Price& price = found->price;
  settled.slot_id = placing.slot.slot_id;
  settled.category = price.category;
  settled.skill = price.skill;
  settled.time_type = price.time_type;
  settled.rate = price.rate;
  settled.units = price.units;
  settled.lines = price.lines;
  settled.total_amount = price.total;
  settled.tariff_id = price.tariff_id;
  settled.terms = basis->crew_company.terms;
  if (*organiser) settled.customer_name = (*organiser)->name;
  settled.crew_customer_name = basis->crew_company.name;
  settled.confirmed =
      order.auto_confirm && (order.in_house() || basis->crew_company.instant_booking);
  settled.expires_at = expiry(placing.booking.created_at, placing.booking.start_time,
                              settled.terms.answer_hours, order.answer_by, order.actor.is_admin());
  die_at(placing, "after-price");
  co_return Result<void>{};
}

// A commit that may or may not have happened: a later write to the same document settles it.
Task<Result<void>> settle_commit(Placing& placing) {
  const Time now = placing.context.clock.now();
  const Time lease_until = now + placing.context.settings.lease.count();
  auto fence = [now, lease_until](Booking& booking, store::Outgoing&) -> Result<store::Change> {
    if (booking.status != BookingStatus::PENDING) return store::Change::no;
    booking.lease_until.reset();  // ours or nobody's: only a commit of ours is in the way
    const Result<Changed> taken = take_over(booking, now, lease_until);
    if (!taken) return taken.error();
    return store::Change::yes;
  };
  Result<Booking> now_stored = co_await placing.context.bookings.modify(
      placing.trace, placing.booking.id.value, std::move(fence));
  if (!now_stored) {
    placing.outcome_unknown = true;
    co_return unavailable("commit in doubt");
  }
  placing.booking = std::move(*now_stored);
  if (placing.booking.listed) co_return Result<void>{};
  co_return unavailable("commit failed");
}

Task<Result<void>> commit(Placing& placing) {
  if (must_fail(placing, commit_step)) co_return injected_fault();
  auto change = [settlement = placing.settlement, by = placing.order->actor.user.value,
                 now = placing.context.clock.now()](Booking& booking,
                                                    store::Outgoing& out) -> Result<store::Change> {
    const Result<Changed> done = commit_request(booking, settlement, by, now);
    if (!done) return done.error();
    out.add("booking.created", message_data(booking, BookingStatus::REQUESTED));
    if (booking.status == BookingStatus::CONFIRMED)
      out.add("booking.confirmed", message_data(booking));
    return store::Change::yes;
  };
  Result<Booking> committed = co_await placing.context.bookings.modify(
      placing.trace, placing.booking.id.value, std::move(change));
  if (committed) {
    placing.booking = std::move(*committed);
    die_at(placing, "after-commit");
    co_return Result<void>{};
  }
  if (committed.error().reason == "lease-lost") co_return unavailable("lease lost");
  co_return co_await settle_commit(placing);
}

// --- Beginning and end ---

Booking pending_booking(const BookingContext& context, BookingId id, const BookingOrder& order) {
  const Time now = context.clock.now();
  Booking booking;
  booking.id = std::move(id);
  booking.created_at = booking.updated_at = now;
  booking.event_id = order.event.id;
  booking.event_name = order.event.name;
  booking.crew_id = order.crew.id;
  booking.crew_name = order.crew.name;
  booking.customer_id = order.event.customer_id;
  booking.crew_customer_id = order.crew.customer_id;
  booking.crew_customer_name = order.crew_company.name;
  booking.in_house = order.in_house();
  if (order.slot_id) booking.slot_id.value = *order.slot_id;
  booking.category = order.category.value_or("");
  booking.skill = order.skill.value_or("");
  booking.start_time = order.start;
  booking.end_time = order.end;
  booking.time_type = order.time_type;
  booking.notes = order.notes;
  booking.saga.name = "place-booking";
  booking.saga.state = saga_running;
  booking.lease_until = now + context.settings.lease.count();
  booking.saga.lease_until_ms = booking.lease_until->ms;
  return booking;
}

// Until a sweeper has settled it. No 503: this service is at work, and breakers would leave it
// alone.
Error not_finished() {
  Error error = conflict("The first request with this Idempotency-Key is not finished yet.");
  error.retry_after_s = 1;
  return error;
}

// The id is taken: this is a repeat of a request whose answer was lost.
Task<Result<Booking>> placed_before(BookingContext& context, std::string id) {
  Result<std::optional<Booking>> found = co_await context.bookings.get(std::move(id));
  if (!found) co_return found.error();
  if (!*found || (*found)->status == BookingStatus::PENDING) co_return not_finished();
  if (!(*found)->listed) co_return unavailable(std::string(workflow::id_used_up));
  co_return std::move(**found);
}

// CANCELLED where all is undone, else left for the sweeper.
Task<bool> record_failure(BookingContext& context, Trace trace, BookingId id, bool undone,
                          std::string failed_step, std::string text) {
  const Time now = context.clock.now();
  auto change = [=](Booking& booking, store::Outgoing& out) -> Result<store::Change> {
    if (booking.status != BookingStatus::PENDING) return store::Change::no;  // somebody else did
    if (!undone) {
      booking.saga.state = saga_undoing;
      if (!failed_step.empty()) booking.saga.failed_step = failed_step;
      booking.lease_until = now + retry_undo_ms;
      booking.saga.lease_until_ms = booking.lease_until->ms;
      return store::Change::yes;
    }
    const Result<Changed> failed = fail_request(booking, failed_step, text, now);
    if (!failed) return failed.error();
    out.add("booking.failed", message_data(booking));
    return store::Change::yes;
  };
  const std::string log_id = id.value;
  const Result<Booking> recorded =
      co_await context.bookings.modify(std::move(trace), std::move(id.value), std::move(change));
  if (!recorded)
    log_warning("a failed booking could not be recorded",
                {{"bookingId", log_id}, {"reason", recorded.error().reason}});
  co_return recorded&& undone;
}

void report(const Placing& placing, const workflow::SagaOutcome& outcome) {
  const Error& error = outcome.result.error();
  const std::string& id = placing.booking.id.value;
  sagas("failed").add();
  if (outcome.failed_step == commit_step)
    log_error("booking commit failed", {{"alert", true},
                                        {"bookingId", id},
                                        {"reason", error.reason},
                                        {"traceId", placing.trace.trace_id()}});
  else
    log_info("booking saga failed", {{"bookingId", id},
                                     {"step", outcome.failed_step},
                                     {"code", code_name(error.code)},
                                     {"reason", error.reason},
                                     {"traceId", placing.trace.trace_id()}});
}

void report_parked(const std::string& id, std::int64_t attempts) {
  sagas("parked").add();
  log_error("a booking's saga could not be undone yet",
            {{"alert", true}, {"bookingId", id}, {"attempts", attempts}});
}

// 4xx are answers; what failed on our side may be tried anew, with a new id.
bool is_our_fault(const Error& error) {
  return error.code == Code::service_unavailable || error.code == Code::gateway_timeout ||
         error.code == Code::service_error;
}
}  // namespace

PlaceInEvent place_in_event(const BookingOrder& order) {
  PlaceInEvent place;
  place.event_id = order.event.id;
  place.crew_id = order.crew.id;
  place.crew_customer_id = order.crew.customer_id;
  place.start = order.start;
  place.end = order.end;
  place.slot_id = order.slot_id;
  place.category = order.category;
  place.skill = order.skill;
  place.skills = order.crew.skills;
  return place;
}

PriceQuestion price_question(const BookingOrder& order, const SlotTaken& slot) {
  PriceQuestion question;
  question.start = order.start;
  question.end = order.end;
  question.time_type = order.time_type;
  question.crew_customer_id = order.crew.customer_id;
  question.in_house = order.in_house();
  question.crew_skills = order.crew.skills;
  const bool from_slot = !slot.slot_id.empty();
  question.category = from_slot ? slot.category : order.category.value_or("");
  question.skill = from_slot ? slot.skill : order.skill.value_or("");
  return question;
}

Task<Result<Booking>> place_booking(BookingContext& context, Trace trace, BookingId id,
                                    BookingOrder order) {
  Placing placing{context, trace, pending_booking(context, id, order), &order, {}, {}, false};
  const Result<Booking> stored = co_await context.bookings.insert(trace, placing.booking);
  if (!stored && stored.error().reason == "exists")
    co_return co_await placed_before(context, id.value);
  if (!stored) co_return stored.error();
  die_at(placing, "after-pending");

  const std::span<const PlacingStep> steps(place_booking_steps);
  workflow::SagaOutcome outcome = co_await workflow::run_saga(steps, placing);
  if (outcome.result) {
    sagas("placed").add();
    co_return std::move(placing.booking);
  }
  report(placing, outcome);
  if (!outcome.undone) report_parked(id.value, 1);
  Error error = outcome.result.error();
  const bool over = co_await record_failure(context, trace, id, outcome.undone, outcome.failed_step,
                                            error.message);
  if (over && is_our_fault(error)) error.reason = workflow::start_afresh;
  co_return error;
}

Task<void> undo_request(BookingContext& context, Trace trace, Booking booking) {
  const BookingId id = booking.id;
  const std::int64_t attempts = booking.saga.undo_attempts;
  Placing placing{context, trace, std::move(booking), nullptr, {}, {}, false};
  const std::span<const PlacingStep> steps(place_booking_steps);
  const bool undone = co_await workflow::undo_saga(steps, placing);
  if (undone)
    sagas("recovered").add();
  else
    report_parked(id.value, attempts);
  std::string text = "The request was not finished.";
  co_await record_failure(context, std::move(trace), id, undone, {}, std::move(text));
}

}  // namespace thenorsound::booking
