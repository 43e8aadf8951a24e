#include "services/event/views.hpp"

#include <unordered_map>

#include "base/json.hpp"

namespace thenorsound::event {
namespace {

json::value text(const std::string& word) { return json::value(json::string(word)); }

template <class T>
void put(json::object& out, std::string_view name, const std::optional<T>& value) {
  if (!value) return;
  if constexpr (std::is_same_v<T, Time>)
    out.emplace(name, to_iso(*value));
  else
    out.emplace(name, codec::write(*value));
}

// What everybody sees who may see the event at all. Members in the order of the API's table.
json::object head_of(const Event& event) {
  json::object out;
  out.reserve(24);
  out.emplace("id", text(event.id.value));
  out.emplace("version", event.version);
  out.emplace("createdAt", to_iso(event.created_at));
  out.emplace("updatedAt", to_iso(event.updated_at));
  out.emplace("customerId", text(event.customer_id.value));
  out.emplace("name", text(event.name));
  put(out, "description", event.description);
  out.emplace("startDate", to_iso(event.start_date));
  out.emplace("endDate", to_iso(event.end_date));
  put(out, "crewFrom", event.crew_from);
  put(out, "crewTo", event.crew_to);
  out.emplace("location", text(event.location));
  put(out, "address", event.address);
  out.emplace("eventType", word_of(event.event_type));
  out.emplace("status", word_of(event.status));
  put(out, "reason", event.reason);
  put(out, "onSiteContact", event.on_site_contact);
  put(out, "crewInfo", event.crew_info);
  return out;
}

using Counts = std::unordered_map<std::string_view, std::int64_t>;

json::object slot_view(const Slot& slot, const Counts& booked) {
  json::object out;
  out.reserve(8);
  out.emplace("id", text(slot.id.value));
  out.emplace("category", text(slot.category));
  out.emplace("skill", text(slot.skill));
  out.emplace("startTime", to_iso(slot.start_time));
  out.emplace("endTime", to_iso(slot.end_time));
  out.emplace("capacity", slot.capacity);
  const auto found = booked.find(slot.id.value);
  out.emplace("booked", found == booked.end() ? std::int64_t{0} : found->second);
  put(out, "notes", slot.notes);
  return out;
}

Counts count_booked(const Event& event) {
  Counts counts;
  for (const ReservationPtr& item : event.reservations) ++counts[item->slot_id.value];
  return counts;
}

}  // namespace

Sight sight_of(const Actor& actor, std::string_view customer) {
  if (actor.is_admin()) return Sight::whole;
  if (actor.is(Role::CrewAdmin) || actor.is(Role::CrewUser)) return Sight::crew;
  return actor.customer.value == customer ? Sight::whole : Sight::none;
}

bool concerns(const Actor& actor, const Reservation& reservation) {
  return actor.is(Role::CrewAdmin) ? reservation.crew_customer_id == actor.customer
                                   : reservation.crew_id == actor.user;
}

json::object event_view(const Event& event) {
  json::object out = head_of(event);
  put(out, "details", event.details);
  put(out, "orderReference", event.order_reference);
  put(out, "buyerReference", event.buyer_reference);
  put(out, "project", event.project);
  const Counts counts = count_booked(event);
  json::array slots;
  slots.reserve(event.slots.size());
  for (const Slot& slot : event.slots) slots.emplace_back(slot_view(slot, counts));
  out.emplace("slots", std::move(slots));
  return out;
}

json::object event_view_for_crew(const Event& event, const Actor& actor) {
  json::object out = head_of(event);
  Counts own;
  for (const ReservationPtr& item : event.reservations)
    if (concerns(actor, *item)) ++own[item->slot_id.value];
  const Counts counts = count_booked(event);
  json::array slots;
  for (const Slot& slot : event.slots)
    if (own.contains(slot.id.value)) slots.emplace_back(slot_view(slot, counts));
  out.emplace("slots", std::move(slots));
  return out;
}

EventProfile profile_of(const Event& event) {
  EventProfile profile;
  profile.id = event.id;
  profile.customer_id = event.customer_id;
  profile.name = event.name;
  profile.location = event.location;
  profile.address = event.address;
  profile.start_date = event.start_date;
  profile.end_date = event.end_date;
  profile.crew_from = event.crew_start();
  profile.crew_to = event.crew_end();
  profile.status = event.status;
  profile.crew_info = event.crew_info;
  if (event.on_site_contact) {
    profile.on_site_name = event.on_site_contact->name;
    profile.on_site_phone = event.on_site_contact->phone;
  }
  profile.order_reference = event.order_reference;
  profile.buyer_reference = event.buyer_reference;
  profile.project = event.project;
  return profile;
}

json::object message_data(const Event& event, const std::vector<BookingId>& affected) {
  json::object data;
  data["eventId"] = event.id.value;
  data["customerId"] = event.customer_id.value;
  data["status"] = word_of(event.status);
  data["startDate"] = to_iso(event.start_date);
  data["endDate"] = to_iso(event.end_date);
  data["affectedBookings"] = codec::write(affected);
  return data;
}

}  // namespace thenorsound::event
