#include "services/customer/service.hpp"

#include "services/customer/commands.hpp"
#include "services/customer/routes.hpp"
#include "workflow/expired.hpp"

namespace thenorsound::customer {

CustomerService::CustomerService(workflow::ServiceParts parts, CustomerSettings settings,
                                 http::ServiceClient& users, http::ServiceClient& events,
                                 http::ServiceClient& bookings)
    : store_(parts.store),
      desk_(parts.store, parts.clock, Neighbours(users, events, bookings), settings),
      router_(parts.authenticate, parts.clock),
      closing_(parts.loops, "closing companies", settings.resume_interval,
               [this] { return resume_closing(desk_); }),
      sweeping_(parts.loops, "customer kept answers", workflow::sweep_every,
                [this] { return workflow::sweep_expired(store_, desk_.clock); }) {
  add_customer_routes(router_, desk_);
  add_tariff_routes(router_, desk_);
  add_catalogue_routes(router_, desk_);
}

std::vector<store::CollectionSchema> CustomerService::schemas() const {
  std::vector<store::CollectionSchema> all = customer::schemas();
  all.push_back(desk_.idempotency.schema());
  return all;
}

Task<Result<void>> CustomerService::start() {
  const auto declared = co_await store_.declare(schemas());
  if (!declared) co_return declared;
  const auto made = co_await make_defaults(desk_);
  if (!made) co_return made;
  closing_.start();
  sweeping_.start();
  co_return Result<void>();
}

Task<void> CustomerService::stop() {
  co_await sweeping_.stop();
  co_await closing_.stop();
}

Task<bool> CustomerService::idle() { co_return true; }

}  // namespace thenorsound::customer
