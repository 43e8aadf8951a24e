// What auth hears from the bus: whose sessions are over.
#pragma once
#include "bus/message_bus.hpp"
#include "services/auth/commands.hpp"

namespace thenorsound::auth {

inline constexpr std::string_view queue_name = "thenorsound.auth";

bus::QueueSpec queue();
// user.updated with accessChanged ends the sessions begun before; user.deleted takes the
// credential away. Both can be repeated: what they do depends on versions, not on when they come.
Task<Result<bus::Delivery>> consume(AuthCommands& commands, const Message& message);

}  // namespace thenorsound::auth
