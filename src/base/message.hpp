// One message of the bus: CloudEvents 1.0. `data` holds ids, times, amounts and codes, never
// names, addresses, numbers of people or free text.
#pragma once
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace thenorsound {

struct Message {
  std::string id;
  std::string source;         // the service, "booking"
  std::string type;           // the routing key, "booking.created"
  std::string subject;        // the id of the document that changed
  std::int64_t sequence = 0;  // counts the subject's messages, from 1
  Time time;
  std::string traceparent;  // W3C
  json::object data;
};

json::object to_cloud_event(const Message& message);
// Nothing for an object that is no CloudEvent of ours.
std::optional<Message> from_cloud_event(const json::object& event);

// Does a routing key match a topic pattern (AMQP: '*' one word, '#' any number of words)?
bool topic_matches(std::string_view pattern, std::string_view routing_key);

}  // namespace thenorsound
