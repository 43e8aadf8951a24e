// Which service is made of what, and who may ask whom: on one screen.
#include <filesystem>

#include "base/crypto.hpp"
#include "parts.hpp"
#include "services/analytics/service.hpp"
#include "services/auth/service.hpp"
#include "services/booking/service.hpp"
#include "services/customer/service.hpp"
#include "services/event/service.hpp"
#include "services/invoicing/service.hpp"
#include "services/notification/service.hpp"

namespace thenorsound::app {
namespace {
constexpr std::chrono::milliseconds service_timeout{10'000};

// The folder `web` beside the program, or where packages put it; a missing one means no web app.
std::string web_app_beside_the_program() {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::path folder = fs::read_symlink("/proc/self/exe", failed).parent_path();
  const fs::path shared = folder.parent_path() / "share/thenorsound/web";
  return (fs::exists(shared, failed) ? shared : folder / "web").string();
}
}  // namespace

http::Upstream& Program::Parts::upstream(const std::string& target) {
  if (runs(target)) {
    auto& slot = local[target];
    if (!slot) slot = std::make_unique<http::LocalUpstream>();
    return *slot;
  }
  auto& slot = remote[target];
  if (!slot) {
    std::vector<std::string> names = addresses_of(configuration, target);
    for (const Target& entry : targets)
      if (names.empty() && entry.name == target)
        names.push_back("127.0.0.1:" + std::to_string(port_of(entry)));
    std::vector<http::SpreadUpstream::Address> addresses;
    for (const std::string& name : names) {
      http::ClientSettings settings;
      settings.addresses.push_back(name);
      addresses.push_back({name, std::make_unique<http::Client>(loops, std::move(settings))});
    }
    slot = std::make_unique<http::SpreadUpstream>(target, std::move(addresses), clock);
  }
  return *slot;
}

workflow::ServiceParts Program::Parts::parts_for(const std::string& service) {
  return workflow::ServiceParts{
      loops, clock, store(service), *bus,
      http::make_authenticator(credentials, http::ask_auth(client(service, "auth")))};
}

http::ServiceClient& Program::Parts::client(const std::string& caller, const std::string& callee) {
  auto& slot = clients[{caller, callee}];
  if (!slot)
    slot = std::make_unique<http::ServiceClient>(upstream(callee), credentials.of(caller),
                                                 service_timeout);
  return *slot;
}

Result<void> Program::Parts::wire() {
  const Result<void> opened = open_bus();
  if (!opened) return opened;
  wire_services();
  if (runs("gateway")) wire_gateway();
  return {};
}

void Program::Parts::wire_services() {
  for (const Target& target : targets) {
    const std::string name(target.name);
    if (!runs(name) || name == "gateway") continue;
    std::unique_ptr<workflow::Service> service = make_service(name);
    upstream(name);
    local[name]->connect(service->router());
    services.emplace_back(name, std::move(service));
  }
}

std::unique_ptr<workflow::Service> Program::Parts::make_service(const std::string& name) {
  const auto ask = [&](const char* callee) -> http::ServiceClient& { return client(name, callee); };
  if (name == "auth")
    return std::make_unique<auth::AuthService>(parts_for(name), auth_settings(), ask("user"),
                                               ask("customer"));
  if (name == "user") {
    auto service = std::make_unique<user::UserService>(
        parts_for(name), user::UserSettings{}, ask("customer"), ask("auth"), ask("booking"));
    users = service.get();
    return service;
  }
  if (name == "customer") {
    customer::CustomerSettings settings;
    settings.booking_past_days = configuration.booking_past_days;
    return std::make_unique<customer::CustomerService>(parts_for(name), settings, ask("user"),
                                                       ask("event"), ask("booking"));
  }
  if (name == "event")
    return std::make_unique<event::EventService>(parts_for(name), event::EventSettings{},
                                                 ask("customer"), ask("booking"));
  if (name == "booking")
    return std::make_unique<booking::BookingService>(parts_for(name), booking_settings(),
                                                     ask("event"), ask("user"), ask("customer"));
  if (name == "invoicing")
    return std::make_unique<invoicing::InvoicingService>(parts_for(name), ask("booking"));
  if (name == "analytics")
    return std::make_unique<analytics::AnalyticsService>(
        parts_for(name), analytics::AnalyticsSettings{}, ask("user"), ask("event"));
  return std::make_unique<notification::NotificationService>(
      parts_for(name), mail_settings(), ask("user"), ask("customer"), ask("event"), ask("auth"),
      ask("booking"));
}

auth::AuthSettings Program::Parts::auth_settings() const {
  auth::AuthSettings settings;
  settings.jwt_key = jwt_key;
  settings.refresh_key = refresh_key;
  settings.link_key = link_key;
  settings.bcrypt_cost = static_cast<int>(configuration.bcrypt_cost);
  settings.access_minutes = configuration.access_minutes;
  settings.public_url = public_url();
  return settings;
}

booking::BookingSettings Program::Parts::booking_settings() const {
  booking::BookingSettings settings;
  settings.fault_point = configuration.fault_point;
  settings.fail_step = configuration.fail_step;
  settings.lease = std::chrono::milliseconds(configuration.saga_lease_ms);
  settings.recover_every = std::chrono::milliseconds(configuration.sweep_ms);
  return settings;
}

notification::NotificationSettings Program::Parts::mail_settings() const {
  notification::NotificationSettings settings;
  settings.outbox_folder = configuration.data_dir + "/outbox";
  settings.public_url = public_url();
  settings.mail_from = configuration.mail_from;
  settings.smtp_url = configuration.smtp_url;
  settings.smtp_user = configuration.smtp_user;
  settings.smtp_password = configuration.smtp_password;
  return settings;
}

void Program::Parts::wire_gateway() {
  gateway::GatewaySettings settings;
  settings.demo = installation.demo;
  settings.public_url = public_url();
  settings.cors_origins = configuration.cors_origins;
  settings.trusted_proxies = configuration.trusted_proxies;
  settings.address_limit_per_minute = configuration.address_limit_per_minute;
  settings.rate_limit_per_minute = configuration.rate_limit_per_minute;
  settings.upstream_timeout = std::chrono::milliseconds(configuration.upstream_timeout_ms);
  settings.credential = credentials.of("gateway");
  settings.web_root =
      configuration.web_root.empty() ? web_app_beside_the_program() : configuration.web_root;
  settings.breaker.window_ms = configuration.breaker_window_ms;
  settings.breaker.min_calls = static_cast<std::uint32_t>(configuration.breaker_min_calls);
  settings.breaker.failure_rate = static_cast<double>(configuration.breaker_failure_percent) / 100;
  settings.breaker.open_ms = configuration.breaker_open_ms;
  gateway = std::make_unique<gateway::Gateway>(
      std::move(settings),
      gateway::GatewayUpstreams{upstream("auth"), upstream("user"), upstream("customer"),
                                upstream("event"), upstream("booking"), upstream("notification"),
                                upstream("analytics")},
      clock);
}

Task<Result<void>> Program::Parts::listen_for_revoked_sessions() {
  const std::string queue = "thenorsound.gateway." + to_hex(random_bytes(4));
  bus::QueueSpec spec;
  spec.name = queue;
  spec.patterns.push_back("session.revoked");
  spec.transient = true;
  std::vector<bus::QueueSpec> specs;
  specs.push_back(std::move(spec));
  const Result<void> declared = co_await bus->declare(std::move(specs));
  if (!declared) co_return declared;
  bus->consume(queue, [this](const Message& message) { return forget_session(message); });
  co_return Result<void>();
}

Task<Result<bus::Delivery>> Program::Parts::forget_session(Message message) {
  if (const json::value* sid = message.data.if_contains("sid"))
    if (const json::string* text = sid->if_string())
      gateway->on_session_revoked(std::string_view(*text));
  co_return bus::Delivery::done;
}

Task<Result<void>> Program::Parts::start_services() {
  for (auto& [name, service] : services) {
    const Result<void> started = co_await service->start();
    if (started) continue;
    Error error = started.error();
    error.message = name + ": " + error.message;
    co_return error;
  }
  co_return Result<void>();
}

}  // namespace thenorsound::app
