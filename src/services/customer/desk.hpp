// What the customer service's commands and queries work with. Lives as long as the service.
#pragma once
#include <chrono>

#include "services/customer/neighbours.hpp"
#include "services/customer/repository.hpp"
#include "workflow/idempotency.hpp"

namespace thenorsound::customer {

struct CustomerSettings {
  std::int64_t booking_past_days = 7;  // what a new installation starts with; an Admin changes it
  std::chrono::milliseconds resume_interval{10'000};
  std::int64_t resume_closing_ms = 60'000;  // a company closing for so long was left by a crash
};

struct Desk {
  Desk(store::DocumentStore& store, const Clock& clock_, Neighbours neighbours_,
       CustomerSettings settings_)
      : clock(clock_),
        neighbours(neighbours_),
        settings(settings_),
        customers(store, clock_, "customers", "customer"),
        tariffs(store, clock_, "tariffs", "customer"),
        catalogue(store, clock_, "catalogue", "customer"),
        runtime(store, clock_, "settings", "customer"),
        idempotency(store, clock_, "customer") {}

  const Clock& clock;
  Neighbours neighbours;
  const CustomerSettings settings;
  Customers customers;
  Tariffs tariffs;
  Catalogues catalogue;
  SettingsCollection runtime;
  workflow::Idempotency idempotency;
};

}  // namespace thenorsound::customer
