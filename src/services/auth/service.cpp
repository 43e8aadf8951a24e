#include "services/auth/service.hpp"

namespace thenorsound::auth {
namespace {
constexpr const char* queue_name = "thenorsound.auth";
}

AuthService::AuthService(workflow::ServiceParts parts, AuthSettings settings,
                         http::ServiceClient& users, http::ServiceClient& customers)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      repository_(parts_.store, parts_.clock),
      commands_(repository_, settings_, parts_.clock, users, customers),
      routes_(commands_, repository_, settings_, parts_.clock),
      router_(parts_.authenticate, parts_.clock),
      relay_(parts_.loops, parts_.store, parts_.bus),
      finisher_(parts_.loops, "auth: finish links", settings_.finish_interval,
                [this] { return commands_.finish_links(); }),
      sweeper_(parts_.loops, "auth: sweep", settings_.sweep_interval, [this]() -> Task<void> {
        co_await parts_.store.sweep(parts_.clock.now());
      }) {
  routes_.add_to(router_);
}

Task<Result<void>> AuthService::start() {
  const Result<void> declared = co_await parts_.store.declare(Repository::schemas());
  if (!declared) co_return declared;
  bus::QueueSpec spec;
  spec.name = queue_name;
  spec.patterns.push_back("user.updated");
  spec.patterns.push_back("user.deleted");
  std::vector<bus::QueueSpec> specs;
  specs.push_back(std::move(spec));
  const Result<void> queued = co_await parts_.bus.declare(std::move(specs));
  if (!queued) co_return queued;
  parts_.bus.consume(queue_name, [this](const Message& message) { return hear(message); });
  relay_.start();
  finisher_.start();
  sweeper_.start();
  co_return Result<void>();
}

Task<void> AuthService::stop() {
  co_await finisher_.stop();
  co_await sweeper_.stop();
  co_await relay_.stop();
}

Task<Result<bus::Delivery>> AuthService::hear(Message message) {
  const json::value* user = message.data.if_contains("userId");
  const json::value* changed = message.data.if_contains("accessChanged");
  const bool ends = message.type == "user.deleted" ||
                    (changed != nullptr && changed->is_bool() && changed->get_bool());
  if (user == nullptr || !user->is_string() || !ends) co_return bus::Delivery::done;
  Trace trace{message.traceparent};
  UserId id{std::string(std::string_view(user->get_string()))};
  const Result<void> ended =
      co_await commands_.revoke_all(std::move(trace), std::move(id), std::string());
  if (!ended) co_return ended.error();
  co_return bus::Delivery::done;
}

}  // namespace thenorsound::auth
