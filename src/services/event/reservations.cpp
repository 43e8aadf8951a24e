#include "services/event/reservations.hpp"

#include <algorithm>

namespace thenorsound::event {
namespace {

Error slot_unavailable(std::string reason) {
  return make_error(Code::event_slot_unavailable, "Event slot unavailable", std::move(reason));
}
Error not_qualified() {
  return make_error(Code::crew_not_qualified,
                    "The crew member has none of the skills that the event's slots need.");
}

bool holds(const Slot& slot, const ReservationRequest& request) {
  return slot.start_time <= request.start && request.end <= slot.end_time;
}
bool agrees(const Slot& slot, const ReservationRequest& request) {
  return (!request.category || *request.category == slot.category) &&
         (!request.skill || *request.skill == slot.skill);
}
bool suits(const Slot& slot, const ReservationRequest& request) {
  return std::any_of(request.skills.begin(), request.skills.end(), [&](const SkillName& has) {
    return has.category == slot.category && has.skill == slot.skill;
  });
}

SlotTaken taken(const Slot& slot) { return {slot.id, slot.category, slot.skill}; }

bool has_room(const Event& event, const Slot& slot) {
  return booked(event, slot.id) < slot.capacity;
}

Result<SlotTaken> choose_named(const Event& event, const ReservationRequest& request) {
  const Slot* slot = event.slot(*request.slot_id);
  if (slot == nullptr) return invalid_field("slotId", "names no slot of the event");
  if (!suits(*slot, request)) return not_qualified();
  if (!holds(*slot, request)) return slot_unavailable("outside-slot");
  if (!has_room(event, *slot)) return slot_unavailable("full");
  return taken(*slot);
}

// The skills decide before the span, and the span before the room.
Result<SlotTaken> choose_any(const Event& event, const ReservationRequest& request) {
  bool any_suits = false, any_agrees = false, any_suits_and_agrees = false, any_holds = false;
  for (const Slot& slot : event.slots) {
    const bool fits_skill = suits(slot, request), fits_wish = agrees(slot, request);
    any_suits |= fits_skill;
    any_agrees |= fits_wish;
    if (!fits_skill || !fits_wish) continue;
    any_suits_and_agrees = true;
    if (!holds(slot, request)) continue;
    any_holds = true;
    if (has_room(event, slot)) return taken(slot);
  }
  if (!any_suits || (any_agrees && !any_suits_and_agrees)) return not_qualified();
  return slot_unavailable(any_holds ? "full" : "no-slot-for-the-span");
}

Result<void> check_status(const Event& event, const ReservationRequest& request) {
  if (event.status == EventStatus::Cancelled) return conflict("The event is cancelled.");
  if (event.status == EventStatus::Completed && !request.may_book_back)
    return conflict("The event is completed.");
  return {};
}

void bury(Event& event, const BookingId& booking, Time now) {
  auto& graves = event.tombstones;
  std::size_t keep_from = graves.size() >= max_tombstones ? graves.size() - max_tombstones + 1 : 0;
  while (keep_from < graves.size() && graves[keep_from].at < now - tombstone_ms) ++keep_from;
  graves.erase(graves.begin(), graves.begin() + static_cast<std::ptrdiff_t>(keep_from));
  graves.push_back({booking, now});
}

bool is_buried(const Event& event, const BookingId& booking) {
  return std::any_of(event.tombstones.begin(), event.tombstones.end(),
                     [&](const Tombstone& grave) { return grave.booking_id == booking; });
}

}  // namespace

std::int64_t booked(const Event& event, const SlotId& slot) {
  return std::count_if(event.reservations.begin(), event.reservations.end(),
                       [&](const ReservationPtr& item) { return item->slot_id == slot; });
}

const Reservation* reservation_of(const Event& event, const BookingId& booking) {
  for (const ReservationPtr& item : event.reservations)
    if (item->booking_id == booking) return item.get();
  return nullptr;
}

SlotTaken taken_by(const Event& event, const Reservation& reservation) {
  const Slot* slot = event.slot(reservation.slot_id);
  return slot == nullptr ? SlotTaken{} : taken(*slot);
}

Result<SlotTaken> choose_slot(const Event& event, const ReservationRequest& request) {
  if (const auto open = check_status(event, request); !open) return open.error();
  if (event.slots.empty()) {
    if (request.slot_id) return invalid_field("slotId", "names no slot of the event");
    if (request.start < event.crew_start() || request.end > event.crew_end())
      return slot_unavailable("outside-event");
  }
  auto chosen = event.slots.empty() ? Result<SlotTaken>(SlotTaken{})
                : request.slot_id   ? choose_named(event, request)
                                    : choose_any(event, request);
  if (chosen && event.reservations.size() >= max_reservations)
    return slot_unavailable("too-many-reservations");
  return chosen;
}

Result<Change> reserve(Event& event, const ReservationRequest& request, Time now) {
  if (reservation_of(event, request.booking_id) != nullptr) return Change::no;
  if (is_buried(event, request.booking_id)) return conflict("The booking has been released.");
  const auto chosen = choose_slot(event, request);
  if (!chosen) return chosen.error();
  Reservation made;
  made.booking_id = request.booking_id;
  made.crew_id = request.crew_id;
  made.crew_customer_id = request.crew_customer_id;
  made.slot_id = chosen->slot_id;
  made.start = request.start;
  made.end = request.end;
  made.reserved_at = now;
  event.reservations.push_back(std::make_shared<const Reservation>(std::move(made)));
  return Change::yes;
}

Change release(Event& event, const BookingId& booking, Time now) {
  const auto erased = std::erase_if(
      event.reservations, [&](const ReservationPtr& item) { return item->booking_id == booking; });
  const bool buried = is_buried(event, booking);
  if (!buried) bury(event, booking, now);
  return erased == 0 && buried ? Change::no : Change::yes;
}

std::vector<BookingId> unverified(const Event& event, Time before) {
  std::vector<BookingId> bookings;
  for (const ReservationPtr& item : event.reservations)
    if (!item->verified && item->reserved_at <= before) bookings.push_back(item->booking_id);
  return bookings;
}

Change settle(Event& event, const std::unordered_map<std::string, Standing>& standings, Time now) {
  Change outcome = Change::no;
  std::vector<BookingId> dead;
  for (ReservationPtr& item : event.reservations) {
    const auto found = standings.find(item->booking_id.value);
    if (found == standings.end()) continue;
    if (found->second == Standing::dead) dead.push_back(item->booking_id);
    if (found->second != Standing::live || item->verified) continue;
    Reservation verified = *item;
    verified.verified = true;
    item = std::make_shared<const Reservation>(std::move(verified));
    outcome = Change::yes;
  }
  for (const BookingId& booking : dead)
    if (release(event, booking, now) == Change::yes) outcome = Change::yes;
  return outcome;
}

}  // namespace thenorsound::event
