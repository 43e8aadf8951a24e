// Publishes what commits have left in a store's outbox, in each document's order, and clears it
// once the bus has it. Woken by commits; looks by itself every second. What other processes commit
// on the same store is left to them, until it is a few seconds old.
#pragma once
#include <memory>

#include "base/loops.hpp"
#include "bus/message_bus.hpp"
#include "store/document_store.hpp"

namespace thenorsound::workflow {

class OutboxRelay {
 public:
  OutboxRelay(Loops& loops, store::DocumentStore& store, bus::MessageBus& bus);
  ~OutboxRelay();
  void start();
  // Finishes the batch at hand.
  Task<void> stop();
  // True when nothing waits in the outbox.
  Task<bool> idle();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound::workflow
