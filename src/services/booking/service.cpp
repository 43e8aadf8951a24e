#include "services/booking/service.hpp"

#include "services/booking/booking_source.hpp"
#include "workflow/consume.hpp"
#include "workflow/expired.hpp"

namespace thenorsound::booking {
namespace {
const std::string queue_name = "thenorsound.booking";
}  // namespace

bus::QueueSpec queue() {
  bus::QueueSpec spec;
  spec.name = queue_name;
  spec.patterns = {"event.updated", "event.deleted"};
  return spec;
}

BookingService::BookingService(workflow::ServiceParts parts, BookingSettings settings,
                               http::ServiceClient& events, http::ServiceClient& users,
                               http::ServiceClient& customers)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      bookings_(parts_.store, parts_.clock, "bookings", std::string(service_name)),
      neighbours_(events, users, customers, parts_.clock),
      context_{bookings_, neighbours_, parts_.clock, settings_},
      idempotency_(parts_.store, parts_.clock, std::string(service_name)),
      invoices_(parts_, InvoiceSettings{settings_.invoice_work_every, settings_.overdue_every},
                neighbours_, booking_source(bookings_)),
      routes_(context_, idempotency_),
      router_(parts_.authenticate, parts_.clock),
      relay_(parts_.loops, parts_.store, parts_.bus),
      recovering_(parts_.loops, "booking sagas", settings_.recover_every,
                  [this] { return recover_sagas(context_); }),
      releasing_(parts_.loops, "booking releases", settings_.release_every,
                 [this] { return release_leftovers(context_); }),
      expiring_(parts_.loops, "booking expiry", settings_.expire_every,
                [this] { return expire_requests(context_); }),
      sweeping_(parts_.loops, "booking kept answers", workflow::sweep_every,
                [this] { return workflow::sweep_expired(parts_.store, parts_.clock); }) {
  routes_.add_to(router_);
  invoices_.add_routes(router_);
}

BookingService::~BookingService() = default;

std::vector<store::CollectionSchema> BookingService::schemas() const {
  std::vector<store::CollectionSchema> all = invoices_.schemas();
  all.push_back(bookings_schema());
  all.push_back(idempotency_.schema());
  return all;
}

Task<Result<void>> BookingService::start() {
  const Result<void> stored = co_await parts_.store.declare(schemas());
  if (!stored) co_return stored;
  std::vector<bus::QueueSpec> queues(1, queue());
  const Result<void> declared = co_await parts_.bus.declare(std::move(queues));
  if (!declared) co_return declared;
  bus::Consumer consumer = [this](const Message& message) { return hear(message); };
  workflow::consume(parts_.bus, queue_name, std::move(consumer));
  relay_.start();
  recovering_.start();
  releasing_.start();
  expiring_.start();
  sweeping_.start();
  invoices_.start();
  co_return Result<void>{};
}

Task<void> BookingService::stop() {
  co_await invoices_.stop();
  co_await sweeping_.stop();
  co_await expiring_.stop();
  co_await releasing_.stop();
  co_await recovering_.stop();
  co_await relay_.stop();
}

Task<bool> BookingService::idle() { return relay_.idle(); }

}  // namespace thenorsound::booking
