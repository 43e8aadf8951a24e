// Events to test with: a festival with sound and light slots, and requests for places in it.
#pragma once
#include "services/event/event.hpp"
#include "services/event/reservations.hpp"

namespace thenorsound::event {

inline Time at(const char* iso) { return *time_from_iso(iso); }
inline const Time sample_now = at("2027-05-01T09:00:00Z");

inline Slot slot(const char* id, const char* category, const char* skill, const char* from,
                 const char* to, std::int64_t capacity) {
  Slot made;
  made.id = SlotId{id};
  made.category = category;
  made.skill = skill;
  made.start_time = at(from);
  made.end_time = at(to);
  made.capacity = capacity;
  return made;
}

inline Event slotless_event() {
  Event event;
  event.id = EventId{"evt-1"};
  event.customer_id = CustomerId{"cust-organiser"};
  event.name = "Malmö Live";
  event.location = "Malmö";
  event.start_date = at("2027-06-01T16:00:00Z");
  event.end_date = at("2027-06-01T23:00:00Z");
  event.crew_from = at("2027-06-01T08:00:00Z");
  event.crew_to = at("2027-06-02T02:00:00Z");
  event.created_at = event.updated_at = sample_now;
  return event;
}

inline Event sample_event() {
  Event event = slotless_event();
  event.slots = {
      slot("slot-foh", "Sound", "FOH Engineer", "2027-06-01T16:00:00Z", "2027-06-01T23:00:00Z", 2),
      slot("slot-light", "Light", "Operator", "2027-06-01T12:00:00Z", "2027-06-01T18:00:00Z", 1),
      slot("slot-light-2", "Light", "Operator", "2027-06-01T12:00:00Z", "2027-06-02T02:00:00Z", 1)};
  return event;
}

inline ReservationRequest request_of(const char* booking, const char* category, const char* skill,
                                     const char* from = "2027-06-01T16:00:00Z",
                                     const char* to = "2027-06-01T18:00:00Z") {
  ReservationRequest request;
  request.booking_id = BookingId{booking};
  request.crew_id = UserId{std::string("usr-") + booking};
  request.crew_customer_id = CustomerId{"cust-crew"};
  request.start = at(from);
  request.end = at(to);
  request.skills = {SkillName{category, skill}};
  return request;
}

inline ReservationRequest sound(const char* booking) {
  return request_of(booking, "Sound", "FOH Engineer");
}
inline ReservationRequest light(const char* booking) {
  return request_of(booking, "Light", "Operator");
}

inline Event booked_event(std::initializer_list<ReservationRequest> requests) {
  Event event = sample_event();
  for (const ReservationRequest& request : requests)
    if (!reserve(event, request, sample_now)) throw UnexpectedFailure("sample not reservable");
  return event;
}

}  // namespace thenorsound::event
