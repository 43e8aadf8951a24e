// What the event service tells other services of an event.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "contracts/skill.hpp"

namespace thenorsound {

enum class EventStatus { Draft, Scheduled, InProgress, Completed, Cancelled };
BOOST_DESCRIBE_ENUM(EventStatus, Draft, Scheduled, InProgress, Completed, Cancelled)

struct EventProfile {
  EventId id;
  CustomerId customer_id;
  std::string name;
  std::string location;
  std::optional<std::string> address;
  Time start_date;
  Time end_date;
  Time crew_from;  // with the event's as default
  Time crew_to;
  EventStatus status = EventStatus::Scheduled;
  std::optional<std::string> crew_info;
  std::optional<std::string> on_site_name;
  std::optional<std::string> on_site_phone;
  std::optional<std::string> order_reference;
  std::optional<std::string> buyer_reference;
  std::optional<std::string> project;
};
BOOST_DESCRIBE_STRUCT(EventProfile, (),
                      (id, customer_id, name, location, address, start_date, end_date, crew_from,
                       crew_to, status, crew_info, on_site_name, on_site_phone, order_reference,
                       buyer_reference, project))

// The slot a booking took. Empty slot_id: the event has no slots.
struct SlotTaken {
  SlotId slot_id;
  std::string category;
  std::string skill;
};
BOOST_DESCRIBE_STRUCT(SlotTaken, (), (slot_id, category, skill))

}  // namespace thenorsound
