// Which store and bus the configuration names, and which targets may run on them.
#include "bus/embedded/embedded_bus.hpp"
#include "bus/rabbitmq/rabbit_bus.hpp"
#include "parts.hpp"
#include "services/analytics/service.hpp"
#include "services/auth/consumers.hpp"
#include "services/booking/service.hpp"
#include "services/invoicing/service.hpp"
#include "services/notification/service.hpp"

namespace thenorsound::app {

// Embedded storage and an embedded bus reach one process only.
Result<void> Program::Parts::check_targets() {
  const auto refused = [](std::string what) {
    return make_error(Code::validation_error, std::move(what));
  };
  if (!unknown.empty())
    return refused("no target is called '" + unknown.front() + "'; see --list-targets");
  if (configuration.services_port != 0 && (running.size() != 1 || runs("gateway")))
    return refused("services.port is for a process that runs one target, and not the gateway");
  const bool only_gateway = running.size() == 1 && runs("gateway");
  const bool all_but_gateway = running.size() == targets.size() - 1 && !runs("gateway");
  if (is_shared() || runs_all() || only_gateway || all_but_gateway) return {};
  return refused(
      "embedded storage and bus live in one process: run all targets together, or the gateway in "
      "one process and all others in another; or configure store.engine = \"mongodb\" and "
      "bus.engine = \"rabbitmq\"");
}

Result<void> Program::Parts::open_store() {
  if (configuration.store_engine == "mongodb") {
    store::MongoSettings settings;
    settings.uri = configuration.mongodb_url;
    settings.database = configuration.store_database;
    settings.per_service = configuration.store_layout == "per-service";
    settings.threads = static_cast<unsigned>(configuration.mongodb_connections);
    auto opened = store::MongoDatabase::open(std::move(settings));
    if (!opened) return opened.error();
    mongo = std::move(*opened);
    return {};
  }
  store::SqliteSettings settings;
  settings.per_service = configuration.store_layout == "per-service";
  auto opened = store::SqliteDatabase::open(configuration.data_dir + database_file, settings);
  if (!opened) return opened.error();
  sqlite = std::move(*opened);
  return {};
}

Result<void> Program::Parts::open_bus() {
  if (configuration.bus_engine == "rabbitmq") {
    bus::RabbitSettings settings;
    settings.url = configuration.rabbitmq_url;
    settings.ca_file = configuration.rabbitmq_ca;
    settings.quorum_queues = configuration.queue_type == "quorum";
    // Where they are listed, they are kept.
    store::DocumentStore* dead_letters = runs("analytics") ? &store("bus") : nullptr;
    bus = std::make_unique<bus::RabbitBus>(loops, clock, std::move(settings), bus::RetrySettings{},
                                           dead_letters);
    return {};
  }
  bus = std::make_unique<bus::EmbeddedBus>(loops, store("bus"), clock);
  return {};
}

// All of them, whoever consumes: what is published before a consumer's first start waits for it.
Task<Result<void>> Program::Parts::declare_queues() {
  if (services.empty()) co_return Result<void>();
  std::vector<bus::QueueSpec> queues;
  queues.push_back(auth::queue());
  queues.push_back(booking::queue());
  queues.push_back(notification::queue());
  queues.push_back(analytics::queue());
  queues.push_back(invoicing::queue());
  co_return co_await bus->declare(std::move(queues));
}

std::uint16_t Program::Parts::port_of(const Target& target) const {
  if (target.name != "gateway" && configuration.services_port != 0)
    return static_cast<std::uint16_t>(configuration.services_port);
  return static_cast<std::uint16_t>(configuration.gateway_port + target.port_offset);
}

std::uint16_t Program::Parts::ops_port() const {
  if (configuration.ops_port != 0) return static_cast<std::uint16_t>(configuration.ops_port);
  if (configuration.gateway_port == 0) return 0;
  for (const Target& target : targets)
    if (runs(target.name)) return static_cast<std::uint16_t>(port_of(target) + ops_port_offset);
  return 0;
}

}  // namespace thenorsound::app
