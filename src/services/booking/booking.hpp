// A booking: one crew member, at one event, for one span of time, at a price. Its transitions are
// pure: each decides, changes the booking, or explains the refusal.
// PENDING -> REQUESTED -> CONFIRMED -> COMPLETED; any but COMPLETED -> CANCELLED.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "contracts/customer_profile.hpp"
#include "contracts/event_profile.hpp"
#include "contracts/user_profile.hpp"
#include "workflow/saga.hpp"

namespace thenorsound::booking {

enum class BookingStatus { PENDING, REQUESTED, CONFIRMED, COMPLETED, CANCELLED };
BOOST_DESCRIBE_ENUM(BookingStatus, PENDING, REQUESTED, CONFIRMED, COMPLETED, CANCELLED)

enum class CancellationCode {
  Failed,          // its saga was undone
  Declined,        // by the crew's side, before confirming
  Expired,         // nobody answered
  Organiser,       // cancelled by the organiser
  CrewCompany,     // cancelled by the crew's company
  Unable,          // cancelled by an Admin, for neither side
  EventCancelled,  // with its event
};
BOOST_DESCRIBE_ENUM(CancellationCode, Failed, Declined, Expired, Organiser, CrewCompany, Unable,
                    EventCancelled)

struct Cancellation {
  CancellationCode code = CancellationCode::Failed;
  std::string by;  // a user's id, or "system"
  Time at;
  std::optional<std::string> text;
};
BOOST_DESCRIBE_STRUCT(Cancellation, (), (code, by, at, text))

enum class LineKind { Work, Minimum };
BOOST_DESCRIBE_ENUM(LineKind, Work, Minimum)
struct BookingLine {
  LineKind kind = LineKind::Work;
  std::string text;
  double quantity = 0;  // in `unit`; for reading only, `amount` is exact
  TimeType unit = TimeType::Hour;
  Money unit_price;
  Money amount;                // without VAT
  std::int64_t vat_rate = 25;  // percent
  std::optional<std::string> vat_reason;
};
BOOST_DESCRIBE_STRUCT(BookingLine, (),
                      (kind, text, quantity, unit, unit_price, amount, vat_rate, vat_reason))

struct HistoryEntry {
  Time at;
  std::string by;
  std::string action;                             // "requested", "confirmed", ...
  BookingStatus status = BookingStatus::PENDING;  // after it
  std::optional<std::string> text;
};
BOOST_DESCRIBE_STRUCT(HistoryEntry, (), (at, by, action, status, text))

struct Booking {
  BookingId id;
  std::int64_t version = 0;  // 1 from the first state after PENDING
  Time created_at;
  Time updated_at;
  EventId event_id;
  std::string event_name;  // names as they were at the request
  UserId crew_id;
  std::string crew_name;
  CustomerId customer_id;  // the organiser
  std::string customer_name;
  CustomerId crew_customer_id;  // the organiser itself for in-house crew
  std::string crew_customer_name;
  bool in_house = false;
  SlotId slot_id;  // empty: the event has no slots
  std::string category;
  std::string skill;
  Time start_time;
  Time end_time;
  std::optional<TimeType> time_type;  // as asked while PENDING
  Money rate;
  double units = 0;
  std::vector<BookingLine> lines;
  Money total_amount;  // without VAT
  TariffId tariff_id;  // empty: in-house without tariff
  Terms terms;
  BookingStatus status = BookingStatus::PENDING;
  bool listed = false;  // has been REQUESTED
  std::optional<Cancellation> cancellation;
  std::optional<std::string> notes;
  std::optional<Time> expires_at;  // while REQUESTED
  std::vector<HistoryEntry> history;
  // Never shown: unfinished work.
  workflow::SagaLog saga;
  std::optional<Time> lease_until;  // while PENDING: after it anyone may undo the saga
  std::optional<Time> release_due;  // cancelled, reservations not yet known to be freed

  std::string document_id() const { return id.value; }
};
BOOST_DESCRIBE_STRUCT(Booking, (),
                      (id, version, created_at, updated_at, event_id, event_name, crew_id,
                       crew_name, customer_id, customer_name, crew_customer_id, crew_customer_name,
                       in_house, slot_id, category, skill, start_time, end_time, time_type, rate,
                       units, lines, total_amount, tariff_id, terms, status, listed, cancellation,
                       notes, expires_at, history, saga, lease_until, release_due))

inline constexpr std::string_view system_actor = "system";
inline constexpr std::string_view saga_running = "running";
inline constexpr std::string_view saga_undoing = "undoing";

enum class Changed { no, yes };  // no: it is in that state already

// --- Transitions. Errors: conflict where the state has no such way. ---
// What the saga's steps found out; applied by the commit.
struct Settlement {
  SlotId slot_id;
  std::string category;
  std::string skill;
  TimeType time_type = TimeType::Hour;
  Money rate;
  double units = 0;
  std::vector<BookingLine> lines;
  Money total_amount;
  TariffId tariff_id;
  Terms terms;
  std::string customer_name;
  std::string crew_customer_name;
  bool confirmed = false;
  std::optional<Time> expires_at;
};
// PENDING -> REQUESTED (or CONFIRMED). Error conflict with reason "lease-lost" where somebody else
// has begun to undo the saga.
Result<Changed> commit_request(Booking& booking, const Settlement& settlement,
                               const std::string& by, Time now);
// PENDING -> CANCELLED, once everything is undone.
Result<Changed> fail_request(Booking& booking, const std::string& failed_step, std::string text,
                             Time now);
// Makes a PENDING booking's saga one that can only be undone, by the caller until `lease_until`.
// Error conflict: it is not PENDING, or somebody else's lease holds.
Result<Changed> take_over(Booking& booking, Time now, Time lease_until);

Result<Changed> confirm(Booking& booking, const Actor& actor, Time now);
Result<Changed> decline(Booking& booking, const Actor& actor, std::string reason, Time now);
Result<Changed> cancel(Booking& booking, const Actor& actor, std::string reason, Time now);
Result<Changed> complete(Booking& booking, const Actor& actor, Time now);
Result<Changed> expire(Booking& booking, Time now);
Result<Changed> cancel_with_event(Booking& booking, Time now);

// --- When a request expires: `answer_hours` after it, never after the start; where the start is
// nearer, after half of the time left; earlier by `answer_by`. Never for an Admin's request for
// the past; another's for the past has `answer_hours`. ---
std::optional<Time> expiry(Time requested, Time start, std::int64_t answer_hours,
                           std::optional<Time> answer_by, bool by_admin);

// --- Whose ---
bool may_see(const Actor& actor, const Booking& booking);
bool may_answer(const Actor& actor, const Booking& booking);  // confirm, decline
bool may_cancel(const Actor& actor, const Booking& booking);
bool may_complete(const Actor& actor, const Booking& booking);
// The organiser sees the phone from confirmation to 7 days after the end.
bool may_see_phone(const Actor& actor, const Booking& booking, Time now);

bool is_live(BookingStatus status);  // PENDING, REQUESTED, CONFIRMED

}  // namespace thenorsound::booking
