// The customer service: companies, their tariffs, the catalogue and the settings.
#pragma once
#include "services/customer/desk.hpp"
#include "workflow/repeat.hpp"
#include "workflow/service.hpp"

namespace thenorsound::customer {

class CustomerService : public workflow::Service {
 public:
  // The clients must outlive the service. It says nothing on the bus.
  CustomerService(workflow::ServiceParts parts, CustomerSettings settings,
                  http::ServiceClient& users, http::ServiceClient& events,
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
  workflow::Repeat closing_;
  workflow::Repeat sweeping_;
};

}  // namespace thenorsound::customer
