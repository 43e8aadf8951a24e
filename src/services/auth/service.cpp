#include "services/auth/service.hpp"

#include "services/auth/consumers.hpp"
#include "services/auth/routes.hpp"
#include "workflow/consume.hpp"
#include "workflow/expired.hpp"
#include "workflow/outbox_relay.hpp"
#include "workflow/repeat.hpp"

namespace thenorsound::auth {
namespace {

AuthSettings checked(AuthSettings settings) {
  if (settings.jwt_key.empty() || settings.refresh_key.empty() || settings.link_key.empty())
    throw UnexpectedFailure("auth has no keys");
  while (settings.public_url.ends_with('/')) settings.public_url.pop_back();
  return settings;
}

}  // namespace

struct AuthService::State {
  State(workflow::ServiceParts given, AuthSettings settings, http::ServiceClient& users,
        http::ServiceClient& customers)
      : parts(std::move(given)),
        repository(parts.store, parts.clock),
        commands(repository, checked(settings), users, customers, parts.clock),
        router(parts.authenticate, parts.clock),
        routes(repository, commands, users, parts.clock, parts.loops),
        relay(parts.loops, parts.store, parts.bus),
        sweep(parts.loops, "auth.sweep", settings.sweep_interval,
              [this] { return workflow::sweep_expired(parts.store, parts.clock); }) {
    routes.add_to(router);
  }

  workflow::ServiceParts parts;
  Repository repository;
  AuthCommands commands;
  http::Router router;
  Routes routes;
  workflow::OutboxRelay relay;
  workflow::Repeat sweep;
};

AuthService::AuthService(workflow::ServiceParts parts, AuthSettings settings,
                         http::ServiceClient& users, http::ServiceClient& customers)
    : state_(std::make_unique<State>(std::move(parts), std::move(settings), users, customers)) {}

AuthService::~AuthService() = default;

const http::Router& AuthService::router() const { return state_->router; }

std::vector<store::CollectionSchema> AuthService::schemas() const { return Repository::schemas(); }

Task<Result<void>> AuthService::start() {
  const Result<void> declared = co_await state_->parts.store.declare(schemas());
  if (!declared) co_return declared.error();
  std::vector<bus::QueueSpec> queues(1, queue());
  const Result<void> bound = co_await state_->parts.bus.declare(std::move(queues));
  if (!bound) co_return bound.error();
  AuthCommands& commands = state_->commands;
  bus::Consumer consumer = [&commands](const Message& message) {
    return consume(commands, message);
  };
  workflow::consume(state_->parts.bus, std::string(queue_name), std::move(consumer));
  state_->relay.start();
  state_->sweep.start();
  co_return Result<void>();
}

Task<void> AuthService::stop() {
  constexpr int max_waits = 500;
  for (int i = 0; i < max_waits && state_->routes.under_way() > 0; ++i)
    co_await sleep_for(std::chrono::milliseconds(10));
  co_await state_->sweep.stop();
  co_await state_->relay.stop();
}

Task<bool> AuthService::idle() {
  if (state_->routes.under_way() > 0) co_return false;
  co_return co_await state_->relay.idle();
}

}  // namespace thenorsound::auth
