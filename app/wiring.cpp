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

void Program::Parts::wire() {
  bus = std::make_unique<bus::EmbeddedBus>(loops, store("bus"), clock);
  if (runs("auth")) wire_services();
  if (runs("gateway")) wire_gateway();
}

void Program::Parts::wire_services() {
  const auto add = [this](const std::string& name, std::unique_ptr<workflow::Service> service) {
    upstream(name);
    local[name]->connect(service->router());
    services.emplace_back(name, std::move(service));
  };
  auth::AuthSettings auth_settings;
  auth_settings.jwt_key = jwt_key;
  auth_settings.refresh_key = refresh_key;
  auth_settings.link_key = link_key;
  auth_settings.bcrypt_cost = static_cast<int>(configuration.bcrypt_cost);
  auth_settings.access_minutes = configuration.access_minutes;
  auth_settings.public_url = public_url();
  add("auth",
      std::make_unique<auth::AuthService>(parts_for("auth"), auth_settings, client("auth", "user"),
                                          client("auth", "customer")));

  auto user_service = std::make_unique<user::UserService>(
      parts_for("user"), user::UserSettings{}, client("user", "customer"), client("user", "auth"),
      client("user", "booking"));
  users = user_service.get();
  add("user", std::move(user_service));
  customer::CustomerSettings customer_settings;
  customer_settings.booking_past_days = configuration.booking_past_days;
  add("customer", std::make_unique<customer::CustomerService>(
                      parts_for("customer"), customer_settings, client("customer", "user"),
                      client("customer", "event"), client("customer", "booking")));
  add("event", std::make_unique<event::EventService>(parts_for("event"), event::EventSettings{},
                                                     client("event", "customer"),
                                                     client("event", "booking")));

  booking::BookingSettings booking_settings;
  booking_settings.fault_point = configuration.fault_point;
  booking_settings.fail_step = configuration.fail_step;
  booking_settings.lease = std::chrono::milliseconds(configuration.saga_lease_ms);
  booking_settings.recover_every = std::chrono::milliseconds(configuration.sweep_ms);
  add("booking", std::make_unique<booking::BookingService>(
                     parts_for("booking"), booking_settings, client("booking", "event"),
                     client("booking", "user"), client("booking", "customer")));
  add("invoicing", std::make_unique<invoicing::InvoicingService>(parts_for("invoicing"),
                                                                 client("invoicing", "booking")));
  add("analytics", std::make_unique<analytics::AnalyticsService>(
                       parts_for("analytics"), analytics::AnalyticsSettings{},
                       client("analytics", "user"), client("analytics", "event")));

  notification::NotificationSettings mail;
  mail.outbox_folder = configuration.data_dir + "/outbox";
  mail.public_url = public_url();
  mail.mail_from = configuration.mail_from;
  mail.smtp_url = configuration.smtp_url;
  mail.smtp_user = configuration.smtp_user;
  mail.smtp_password = configuration.smtp_password;
  add("notification",
      std::make_unique<notification::NotificationService>(
          parts_for("notification"), std::move(mail), client("notification", "user"),
          client("notification", "customer"), client("notification", "event"),
          client("notification", "auth"), client("notification", "booking")));
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
