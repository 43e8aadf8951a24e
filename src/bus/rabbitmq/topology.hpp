// The names of what lies on the broker, and how a durable queue is laid out there.
#pragma once
#include "bus/message_bus.hpp"
#include "bus/rabbitmq/connection.hpp"

namespace thenorsound::bus {

inline const std::string events_exchange = "thenorsound.events";
inline const std::string dead_exchange = "thenorsound.dead";
inline const std::string dead_queue = "thenorsound.dead-letters";

// Where messages of a queue wait that are to be tried again later.
std::string delayed_name(const std::string& queue);
// "" where it can be declared, else what is wrong.
std::string fault_of(const QueueSpec& spec);

// The exchanges, and the queue of dead letters.
Result<void> declare_common(Connection& connection, bool quorum);
// A durable queue with its delayed one.
Result<void> declare_durable(Connection& connection, const QueueSpec& spec, bool quorum);
// A queue of this connection's own.
Result<void> declare_transient(Connection& connection, const QueueSpec& spec,
                               const std::string& name);

}  // namespace thenorsound::bus
