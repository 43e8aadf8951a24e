// The event: one aggregate with its slots and the reservations made in them. Pure rules: a
// refusal says why, a change is made to the value it is given.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "contracts/event_profile.hpp"
#include "store/modify_queue.hpp"

namespace thenorsound::event {

using store::Change;

enum class EventType { Concert, Festival, Corporate, Conference, Theatre, Sport, Private, Other };
BOOST_DESCRIBE_ENUM(EventType, Concert, Festival, Corporate, Conference, Theatre, Sport, Private,
                    Other)

// Limits.
constexpr std::size_t max_slots = 200;
constexpr std::size_t max_reservations = 5'000;
constexpr std::size_t max_tombstones = 2'000;
constexpr std::int64_t max_capacity = 5'000;
constexpr std::int64_t max_event_ms = 366 * day_ms;          // startDate to endDate
constexpr std::int64_t max_crew_span_ms = 2 * max_event_ms;  // crewFrom to crewTo
constexpr std::int64_t tombstone_ms = day_ms;                // outlives any saga

// A need of an event: so many people with a skill for a span of time.
struct Slot {
  SlotId id;
  std::string category;
  std::string skill;
  Time start_time;
  Time end_time;
  std::int64_t capacity = 1;
  std::optional<std::string> notes;
  bool operator==(const Slot&) const = default;
};
BOOST_DESCRIBE_STRUCT(Slot, (), (id, category, skill, start_time, end_time, capacity, notes))

struct Details {
  std::optional<std::string> performer;
  std::optional<std::string> stage;
  std::optional<std::int64_t> audience;
  std::optional<std::vector<std::string>> equipment;
  bool operator==(const Details&) const = default;
};
BOOST_DESCRIBE_STRUCT(Details, (), (performer, stage, audience, equipment))

struct OnSiteContact {
  std::string name;
  std::optional<std::string> phone;
  bool operator==(const OnSiteContact&) const = default;
};
BOOST_DESCRIBE_STRUCT(OnSiteContact, (), (name, phone))

// What the organiser says of an event; everything that PUT may change.
struct EventFacts {
  std::string name;
  std::optional<std::string> description;
  Time start_date;
  Time end_date;
  std::optional<Time> crew_from;
  std::optional<Time> crew_to;
  std::string location;
  std::optional<std::string> address;
  EventType event_type = EventType::Other;
  std::optional<Details> details;
  std::optional<OnSiteContact> on_site_contact;
  std::optional<std::string> crew_info;
  std::optional<std::string> order_reference;
  std::optional<std::string> buyer_reference;
  std::optional<std::string> project;
  std::vector<Slot> slots;

  Time crew_start() const { return crew_from.value_or(start_date); }
  Time crew_end() const { return crew_to.value_or(end_date); }
  const Slot* slot(const SlotId& id) const;
  bool operator==(const EventFacts&) const = default;
};
BOOST_DESCRIBE_STRUCT(EventFacts, (),
                      (name, description, start_date, end_date, crew_from, crew_to, location,
                       address, event_type, details, on_site_contact, crew_info, order_reference,
                       buyer_reference, project, slots))

// One live booking's place. Empty slot_id: the event had no slots then.
struct Reservation {
  BookingId booking_id;
  UserId crew_id;
  CustomerId crew_customer_id;
  SlotId slot_id;
  Time start;
  Time end;
  Time reserved_at;
  bool verified = false;  // the booking service has said that the booking lives
};
BOOST_DESCRIBE_STRUCT(Reservation, (),
                      (booking_id, crew_id, crew_customer_id, slot_id, start, end, reserved_at,
                       verified))
// Shared: a hot event with thousands of them is copied for each change.
using ReservationPtr = std::shared_ptr<const Reservation>;

// A released booking: a late reserve of it is refused.
struct Tombstone {
  BookingId booking_id;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Tombstone, (), (booking_id, at))

struct Event : EventFacts {
  EventId id;
  std::int64_t version = 1;  // counts what the API shows, but not `booked`
  Time created_at;
  Time updated_at;
  CustomerId customer_id;
  EventStatus status = EventStatus::Scheduled;
  std::optional<std::string> reason;  // of the last status
  std::optional<Time> deleted_at;
  std::vector<Tombstone> tombstones;  // oldest first
  std::vector<ReservationPtr> reservations;

  std::string document_id() const { return id.value; }
};
BOOST_DESCRIBE_STRUCT(Event, (),
                      (id, version, created_at, updated_at, customer_id, status, reason, deleted_at,
                       tombstones))

// Fields at fault in spans: an end before its start, a slot outside the crew's time, too long.
// `given_slots`: whether the request named the slots (else the event's own dates are at fault).
std::vector<FieldError> misplaced(const EventFacts& facts, bool given_slots);
// What `wanted` would do to reservations: each entry names the field and the bookings.
std::vector<FieldError> displaced(const Event& event, const EventFacts& wanted);
// Bookings that see another event than before.
std::vector<BookingId> affected_bookings(const Event& before, const Event& after);

// Change::no where nothing differs. Errors 409: cancelled; reservations in the way.
Result<Change> change_facts(Event& event, EventFacts wanted, Time now);
// Draft -> Scheduled -> InProgress -> Completed; any but Completed -> Cancelled. Error 409: else.
Result<Change> change_status(Event& event, EventStatus to, std::optional<std::string> reason,
                             Time now);
// Error 409: live reservations.
Result<Change> delete_event(Event& event, Time now);

}  // namespace thenorsound::event
