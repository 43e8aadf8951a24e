// The booking service: bookings with their saga, and invoices.
#pragma once
#include "services/booking/booking_routes.hpp"
#include "services/booking/invoices.hpp"
#include "workflow/outbox_relay.hpp"
#include "workflow/repeat.hpp"
#include "workflow/service.hpp"

namespace thenorsound::booking {

bus::QueueSpec queue();

// start() declares its collections and the queue "thenorsound.booking", then consumes, relays and
// sweeps. The clients ask the other services' /internal routes, and outlive this.
class BookingService : public workflow::Service {
 public:
  BookingService(workflow::ServiceParts parts, BookingSettings settings,
                 http::ServiceClient& events, http::ServiceClient& users,
                 http::ServiceClient& customers);
  ~BookingService() override;

  const http::Router& router() const override { return router_; }
  std::vector<store::CollectionSchema> schemas() const override;
  Task<Result<void>> start() override;
  Task<void> stop() override;
  Task<bool> idle() override;

  // One round each of the sweepers, for tests.
  BookingContext& context() { return context_; }

 private:
  Task<Result<bus::Delivery>> hear(Message message);

  workflow::ServiceParts parts_;
  BookingSettings settings_;
  Bookings bookings_;
  Neighbours neighbours_;
  BookingContext context_;
  workflow::Idempotency idempotency_;
  Invoices invoices_;
  BookingRoutes routes_;
  http::Router router_;
  workflow::OutboxRelay relay_;
  workflow::Repeat recovering_;
  workflow::Repeat releasing_;
  workflow::Repeat expiring_;
  workflow::Repeat sweeping_;
};

}  // namespace thenorsound::booking
