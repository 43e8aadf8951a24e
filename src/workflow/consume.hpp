// Consuming a queue, with a line in the log for what was done, under the trace that led to it.
#pragma once
#include <string>

#include "bus/message_bus.hpp"

namespace thenorsound::workflow {

void consume(bus::MessageBus& bus, std::string queue, bus::Consumer consumer);

}  // namespace thenorsound::workflow
