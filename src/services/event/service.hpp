// The event service: events with their slots, and the reservations in them.
#pragma once
#include "services/event/desk.hpp"
#include "workflow/outbox_relay.hpp"
#include "workflow/repeat.hpp"
#include "workflow/service.hpp"

namespace thenorsound::event {

class EventService : public workflow::Service {
 public:
  // `customers` and `bookings`: clients of those services; they must outlive this one.
  EventService(workflow::ServiceParts parts, EventSettings settings, http::ServiceClient& customers,
               http::ServiceClient& bookings);

  const http::Router& router() const override { return router_; }
  std::vector<store::CollectionSchema> schemas() const override;
  Task<Result<void>> start() override;
  Task<void> stop() override;
  Task<bool> idle() override;

 private:
  store::DocumentStore& store_;
  Desk desk_;
  http::Router router_;
  workflow::OutboxRelay relay_;
  workflow::Repeat reconciler_;
  workflow::Repeat sweeping_;
};

}  // namespace thenorsound::event
