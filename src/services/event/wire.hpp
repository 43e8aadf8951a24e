// What strangers send about events, decoded into typed values with every fault named.
#pragma once
#include "base/fields.hpp"
#include "contracts/customer_profile.hpp"
#include "services/event/event.hpp"
#include "services/event/reservations.hpp"

namespace thenorsound::event {

// Names that the body's slots give: to know whether the catalogue is needed, and new enough.
std::vector<SkillName> skills_in(const json::object& body);

// POST. `customer_id` is left to the caller (whose it is comes before the fields) and counts as
// known. Error 400 naming every field.
Result<Event> decode_new_event(const json::object& body, const Catalogue& catalogue, EventId id,
                               Time now, Problems problems);

struct MergedFacts {
  EventFacts facts;
  std::vector<FieldError> misplaced;  // spans at fault: 400, unless bookings are in the way (409)
};
// PUT, a merge with `event` as it is. `stale`: the caller's If-Match names another version, so
// fields that count by themselves may differ (412 is the answer). Error 400.
Result<MergedFacts> decode_changes(const Event& event, const json::object& body,
                                   const Catalogue& catalogue, bool stale, Time now);

struct StatusChange {
  EventStatus status = EventStatus::Draft;
  std::optional<std::string> reason;
};
Result<StatusChange> decode_status(const json::object& body);

// /internal: `booking_id` may be missing where nothing is stored.
Result<ReservationRequest> decode_reservation(const json::object& body, bool needs_booking);

}  // namespace thenorsound::event
