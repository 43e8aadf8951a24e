#include "services/analytics/service.hpp"

#include "base/log.hpp"
#include "services/analytics/routes.hpp"
#include "workflow/consume.hpp"
#include "workflow/repeat.hpp"

namespace thenorsound::analytics {

bus::QueueSpec queue() {
  bus::QueueSpec spec;
  spec.name = std::string(queue_name);
  spec.patterns = {"*.created", "*.updated", "user.deleted", "event.deleted",
                   "booking.*", "invoice.*", "crew.*",       "availability.changed"};
  return spec;
}

struct AnalyticsService::State {
  State(workflow::ServiceParts given, AnalyticsSettings settings, http::ServiceClient& users,
        http::ServiceClient& events)
      : parts(std::move(given)),
        neighbours{users, events},
        rows(parts.store, parts.clock),
        routes(rows, neighbours, parts.bus, parts.clock),
        router(parts.authenticate, parts.clock),
        fetching(parts.loops, "audit readings", settings.audit_every, [this] { return fetch(); }) {
    routes.add_to(router);
  }

  Task<void> fetch() {
    const Trace trace = new_trace();
    const Result<void> fetched = co_await fetch_readings(rows, neighbours, trace);
    if (!fetched) log_warning("readings were not fetched", {{"reason", fetched.error().reason}});
  }

  workflow::ServiceParts parts;
  Neighbours neighbours;
  Repository rows;
  Routes routes;
  http::Router router;
  workflow::Repeat fetching;
};

AnalyticsService::AnalyticsService(workflow::ServiceParts parts, AnalyticsSettings settings,
                                   http::ServiceClient& users, http::ServiceClient& events)
    : state_(std::make_unique<State>(std::move(parts), settings, users, events)) {}

AnalyticsService::~AnalyticsService() = default;

const http::Router& AnalyticsService::router() const { return state_->router; }

std::vector<store::CollectionSchema> AnalyticsService::schemas() const {
  return Repository::schemas();
}

Task<Result<void>> AnalyticsService::start() {
  const Result<void> stored = co_await state_->parts.store.declare(schemas());
  if (!stored) co_return stored;
  std::vector<bus::QueueSpec> queues;
  queues.push_back(queue());
  const Result<void> declared = co_await state_->parts.bus.declare(std::move(queues));
  if (!declared) co_return declared;
  bus::Consumer consumer = [this](const Message& message) { return consume(message); };
  workflow::consume(state_->parts.bus, std::string(queue_name), std::move(consumer));
  state_->fetching.start();
  co_return Result<void>{};
}

Task<void> AnalyticsService::stop() { co_await state_->fetching.stop(); }

Task<bool> AnalyticsService::idle() { co_return true; }

Task<Result<bus::Delivery>> AnalyticsService::consume(Message message) {
  RawMessage raw = raw_of(message);
  const Result<void> kept = co_await state_->rows.keep(std::move(raw));
  if (!kept) co_return kept.error();
  const Result<void> updated = co_await state_->rows.update_rows(std::move(message));
  if (!updated) co_return updated.error();
  co_return bus::Delivery::done;
}

}  // namespace thenorsound::analytics
