// What the event service's commands and queries work with. Lives as long as the service.
#pragma once
#include <chrono>

#include "services/event/catalogue_source.hpp"
#include "services/event/rendered_events.hpp"
#include "services/event/repository.hpp"
#include "workflow/idempotency.hpp"

namespace thenorsound::event {

struct EventSettings {
  std::chrono::milliseconds reconcile_interval{10'000};
  std::int64_t reconcile_after_ms = 30'000;  // age at which an unverified reservation is asked for
  std::int64_t catalogue_ms = 30'000;        // how long a copy of the catalogue is good
};

struct Desk {
  Desk(store::DocumentStore& store, const Clock& clock_, http::ServiceClient& customers_,
       http::ServiceClient& bookings_, EventSettings settings_)
      : clock(clock_),
        customers(customers_),
        bookings(bookings_),
        settings(settings_),
        events(store, clock_, "events", "event"),
        catalogue(customers_, clock_, settings_.catalogue_ms),
        idempotency(store, clock_, "event") {}

  const Clock& clock;
  http::ServiceClient& customers;
  http::ServiceClient& bookings;
  const EventSettings settings;
  Events events;
  CatalogueSource catalogue;
  RenderedEvents rendered;
  workflow::Idempotency idempotency;
};

}  // namespace thenorsound::event
