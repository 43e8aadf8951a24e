// What an adapter gives the suite: a bus that can be stopped, killed and made anew over what it
// keeps. One file per adapter defines make_bus_world().
#pragma once
#include <memory>

#include "bus/message_bus.hpp"
#include "support/until.hpp"

namespace thenorsound::bus {

class BusWorld {
 public:
  virtual ~BusWorld() = default;
  virtual Loops& loops() = 0;
  virtual MessageBus& bus() = 0;
  // Ends the bus as a crash does, whatever is being handled, and makes a new one.
  virtual void kill_and_restart() = 0;
};

// Tries again after 20, 20, 20, 20, 20 ms; early ones after 10 ms.
RetrySettings quick_retries();
std::unique_ptr<BusWorld> make_bus_world();

}  // namespace thenorsound::bus
