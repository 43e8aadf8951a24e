// What every service is made of, and what the program needs of it.
#pragma once
#include "base/loops.hpp"
#include "base/time.hpp"
#include "bus/message_bus.hpp"
#include "http/router.hpp"
#include "store/document_store.hpp"

namespace thenorsound::workflow {

struct ServiceParts {
  Loops& loops;
  const Clock& clock;
  store::DocumentStore& store;
  bus::MessageBus& bus;
  http::Authenticate authenticate;
};

class Service {
 public:
  virtual ~Service() = default;
  virtual const http::Router& router() const = 0;
  // The collections of its store, which start() declares.
  virtual std::vector<store::CollectionSchema> schemas() const = 0;
  // Declares collections and queues, starts background work. Error: not ready, try again.
  virtual Task<Result<void>> start() = 0;
  // Ends background work; requests in flight may still be answered.
  virtual Task<void> stop() = 0;
  // True when nothing waits to be published by this service.
  virtual Task<bool> idle() = 0;
};

}  // namespace thenorsound::workflow
