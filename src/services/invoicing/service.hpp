// The invoicing service: hears of bookings on the bus and has the booking service do to their
// invoices what each message means. Holds nothing itself.
#pragma once
#include "http/service_client.hpp"
#include "workflow/service.hpp"

namespace thenorsound::invoicing {

inline constexpr std::string_view queue_name = "thenorsound.invoicing";
bus::QueueSpec queue();

class InvoicingService : public workflow::Service {
 public:
  // `bookings` asks the booking service's /internal routes, and must outlive this.
  InvoicingService(workflow::ServiceParts parts, http::ServiceClient& bookings);

  const http::Router& router() const override { return router_; }
  std::vector<store::CollectionSchema> schemas() const override;
  Task<Result<void>> start() override;
  Task<void> stop() override;
  Task<bool> idle() override;

  // What the queue's consumer does with a message. Error: it failed, to be tried again.
  Task<Result<bus::Delivery>> consume(Message message);

 private:
  workflow::ServiceParts parts_;
  http::ServiceClient& bookings_;
  http::Router router_;
};

}  // namespace thenorsound::invoicing
