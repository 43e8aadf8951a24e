// Events as the API shows them: whole to the organiser and Admin; to booked crew without what is
// the organiser's own.
#pragma once
#include "base/context.hpp"
#include "services/event/event.hpp"

namespace thenorsound::event {

enum class Sight { none, crew, whole };

// What the actor may see of an event of `customer`; for crew, of one they are booked on.
Sight sight_of(const Actor& actor, std::string_view customer);
// Whether the reservation is the actor's own, or their company's.
bool concerns(const Actor& actor, const Reservation& reservation);

json::object event_view(const Event& event);
// Only the slots in which the actor, or their company's crew, is booked.
json::object event_view_for_crew(const Event& event, const Actor& actor);
EventProfile profile_of(const Event& event);
// The `data` of event.* messages.
json::object message_data(const Event& event, const std::vector<BookingId>& affected);

}  // namespace thenorsound::event
