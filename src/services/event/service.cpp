#include "services/event/service.hpp"

#include "services/event/commands.hpp"
#include "services/event/routes.hpp"
#include "workflow/expired.hpp"

namespace thenorsound::event {

EventService::EventService(workflow::ServiceParts parts, EventSettings settings,
                           http::ServiceClient& customers, http::ServiceClient& bookings)
    : store_(parts.store),
      desk_(parts.store, parts.clock, customers, bookings, settings),
      router_(parts.authenticate, parts.clock),
      relay_(parts.loops, parts.store, parts.bus),
      reconciler_(parts.loops, "event reservations", settings.reconcile_interval,
                  [this] { return reconcile_reservations(desk_); }),
      sweeping_(parts.loops, "event kept answers", workflow::sweep_every,
                [this] { return workflow::sweep_expired(store_, desk_.clock); }) {
  add_routes(router_, desk_);
  add_internal_routes(router_, desk_);
}

std::vector<store::CollectionSchema> EventService::schemas() const {
  std::vector<store::CollectionSchema> all;
  all.push_back(events_schema());
  all.push_back(desk_.idempotency.schema());
  return all;
}

Task<Result<void>> EventService::start() {
  auto declared = co_await store_.declare(schemas());
  if (!declared) co_return declared.error();
  relay_.start();
  reconciler_.start();
  sweeping_.start();
  co_return Result<void>();
}

Task<void> EventService::stop() {
  co_await sweeping_.stop();
  co_await reconciler_.stop();
  co_await relay_.stop();
}

Task<bool> EventService::idle() { return relay_.idle(); }

}  // namespace thenorsound::event
