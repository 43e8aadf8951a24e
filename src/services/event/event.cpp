#include "services/event/event.hpp"

#include <unordered_map>
#include <unordered_set>

namespace thenorsound::event {
namespace {

constexpr std::size_t max_bookings_named = 50;

// "book-1, book-2 and 3 more".
std::string list_of(const std::vector<BookingId>& bookings) {
  std::string text;
  for (std::size_t i = 0; i < bookings.size() && i < max_bookings_named; ++i) {
    if (i > 0) text += ", ";
    text += bookings[i].value;
  }
  if (bookings.size() > max_bookings_named)
    text += " and " + std::to_string(bookings.size() - max_bookings_named) + " more";
  return text;
}

// Faults in the order in which they are found, with the bookings of each.
class Displaced {
 public:
  void add(const std::string& field, const std::string& what, const BookingId& booking) {
    for (auto& entry : entries_)
      if (entry.field == field && entry.what == what) {
        entry.bookings.push_back(booking);
        return;
      }
    entries_.push_back({field, what, {booking}});
  }
  std::vector<FieldError> errors() const {
    std::vector<FieldError> errors;
    for (const auto& entry : entries_)
      errors.push_back({entry.field, entry.what + ": " + list_of(entry.bookings)});
    return errors;
  }

 private:
  struct Entry {
    std::string field;
    std::string what;
    std::vector<BookingId> bookings;
  };
  std::vector<Entry> entries_;
};

struct PlacedSlot {
  const Slot* slot = nullptr;
  std::string path;
  std::vector<BookingId> bookings;
};
using PlacedSlots = std::unordered_map<std::string_view, PlacedSlot>;

PlacedSlots by_id(const EventFacts& facts) {
  PlacedSlots slots;
  for (std::size_t i = 0; i < facts.slots.size(); ++i)
    slots[facts.slots[i].id.value] = {&facts.slots[i], "slots[" + std::to_string(i) + "]", {}};
  return slots;
}

// One reservation against the slot it holds.
void check_in_slot(const Event& event, const Reservation& taken, PlacedSlots& slots,
                   Displaced& displaced) {
  const auto found = slots.find(taken.slot_id.value);
  if (found == slots.end())
    return displaced.add("slots", "a slot that is used can't be dropped", taken.booking_id);
  PlacedSlot& place = found->second;
  place.bookings.push_back(taken.booking_id);
  const Slot* before = event.slot(taken.slot_id);
  if (before != nullptr && before->category != place.slot->category)
    displaced.add(place.path + ".category", "is what people are booked for", taken.booking_id);
  if (before != nullptr && before->skill != place.slot->skill)
    displaced.add(place.path + ".skill", "is what people are booked for", taken.booking_id);
  if (taken.start < place.slot->start_time)
    displaced.add(place.path + ".startTime", "would leave bookings outside", taken.booking_id);
  if (taken.end > place.slot->end_time)
    displaced.add(place.path + ".endTime", "would leave bookings outside", taken.booking_id);
}

bool same_place(const EventFacts& a, const EventFacts& b) {
  return a.name == b.name && a.start_date == b.start_date && a.end_date == b.end_date &&
         a.crew_start() == b.crew_start() && a.crew_end() == b.crew_end() &&
         a.location == b.location && a.address == b.address && a.description == b.description &&
         a.event_type == b.event_type && a.on_site_contact == b.on_site_contact &&
         a.crew_info == b.crew_info;
}

}  // namespace

const Slot* EventFacts::slot(const SlotId& wanted) const {
  for (const Slot& item : slots)
    if (item.id == wanted) return &item;
  return nullptr;
}

std::vector<FieldError> misplaced(const EventFacts& facts, bool given_slots) {
  std::vector<FieldError> errors;
  if (facts.end_date <= facts.start_date)
    errors.push_back({"endDate", "must be after startDate"});
  else if (facts.end_date.ms - facts.start_date.ms > max_event_ms)
    errors.push_back({"endDate", "must be at most 366 days after startDate"});
  const std::string from_field = facts.crew_from ? "crewFrom" : "startDate";
  const std::string to_field = facts.crew_to ? "crewTo" : "endDate";
  if ((facts.crew_from || facts.crew_to) && facts.crew_end() <= facts.crew_start())
    errors.push_back({facts.crew_to ? "crewTo" : "crewFrom", "crewTo must be after crewFrom"});
  else if (facts.crew_end().ms - facts.crew_start().ms > max_crew_span_ms)
    errors.push_back({to_field, "must be at most 732 days after crewFrom"});
  if (!errors.empty())
    return errors;  // Where the event's own span is wrong, slots can't be judged.
  for (std::size_t i = 0; i < facts.slots.size(); ++i) {
    const Slot& slot = facts.slots[i];
    const std::string path = "slots[" + std::to_string(i) + "]";
    if (slot.start_time < facts.crew_start())
      errors.push_back({given_slots ? path + ".startTime" : from_field,
                        given_slots ? "must not be before the event's crewFrom"
                                    : "must not be after the start of " + path});
    if (slot.end_time > facts.crew_end())
      errors.push_back({given_slots ? path + ".endTime" : to_field,
                        given_slots ? "must not be after the event's crewTo"
                                    : "must not be before the end of " + path});
  }
  return errors;
}

std::vector<FieldError> displaced(const Event& event, const EventFacts& wanted) {
  Displaced displaced;
  PlacedSlots slots = by_id(wanted);
  const std::string from_field = wanted.crew_from ? "crewFrom" : "startDate";
  const std::string to_field = wanted.crew_to ? "crewTo" : "endDate";
  for (const ReservationPtr& taken : event.reservations) {
    if (taken->start < wanted.crew_start())
      displaced.add(from_field, "would leave bookings outside", taken->booking_id);
    if (taken->end > wanted.crew_end())
      displaced.add(to_field, "would leave bookings outside", taken->booking_id);
    if (!taken->slot_id.empty()) check_in_slot(event, *taken, slots, displaced);
  }
  std::vector<FieldError> errors = displaced.errors();
  for (const Slot& slot : wanted.slots) {
    const PlacedSlot& place = slots.at(slot.id.value);
    if (static_cast<std::int64_t>(place.bookings.size()) > slot.capacity)
      errors.push_back(
          {place.path + ".capacity", "is below what is booked: " + list_of(place.bookings)});
  }
  return errors;
}

std::vector<BookingId> affected_bookings(const Event& before, const Event& after) {
  const bool all = before.status != after.status || !same_place(before, after);
  std::unordered_set<std::string_view> changed;
  for (const Slot& slot : after.slots) {
    const Slot* was = before.slot(slot.id);
    if (was == nullptr || was->notes != slot.notes || was->start_time != slot.start_time ||
        was->end_time != slot.end_time)
      changed.insert(slot.id.value);
  }
  std::vector<BookingId> bookings;
  for (const ReservationPtr& taken : after.reservations)
    if (all || changed.contains(taken->slot_id.value)) bookings.push_back(taken->booking_id);
  return bookings;
}

Result<Change> change_facts(Event& event, EventFacts wanted, Time now) {
  if (wanted == static_cast<const EventFacts&>(event)) return Change::no;
  if (event.status == EventStatus::Cancelled) return conflict("The event is cancelled.");
  if (auto errors = displaced(event, wanted); !errors.empty()) {
    Error error = conflict("The change would leave bookings without their place.");
    error.details = std::move(errors);
    return error;
  }
  static_cast<EventFacts&>(event) = std::move(wanted);
  ++event.version;
  event.updated_at = now;
  return Change::yes;
}

Result<Change> change_status(Event& event, EventStatus to, std::optional<std::string> reason,
                             Time now) {
  if (event.status == to) return Change::no;
  const bool next = event.status < EventStatus::Completed &&
                    static_cast<int>(to) == static_cast<int>(event.status) + 1;
  const bool cancels = to == EventStatus::Cancelled && event.status != EventStatus::Completed;
  if (!next && !cancels)
    return conflict("An event that is " + std::string(word_of(event.status)) + " can't become " +
                    std::string(word_of(to)) + ".");
  event.status = to;
  event.reason = std::move(reason);
  ++event.version;
  event.updated_at = now;
  return Change::yes;
}

Result<Change> delete_event(Event& event, Time now) {
  if (!event.reservations.empty()) {
    std::vector<BookingId> bookings;
    for (const ReservationPtr& taken : event.reservations) bookings.push_back(taken->booking_id);
    Error error = conflict("The event has live bookings.");
    error.details.push_back({"bookings", list_of(bookings)});
    return error;
  }
  event.deleted_at = now;
  ++event.version;
  event.updated_at = now;
  return Change::yes;
}

}  // namespace thenorsound::event
