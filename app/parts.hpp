// What a program is made of, and the steps of its start and stop (program.cpp, wiring.cpp,
// first_start.cpp).
#pragma once
#include <optional>
#include <set>

#include "base/background.hpp"
#include "base/loops.hpp"
#include "bus/message_bus.hpp"
#include "http/authentication.hpp"
#include "http/client.hpp"
#include "http/local_upstream.hpp"
#include "http/server.hpp"
#include "http/service_client.hpp"
#include "http/spread_upstream.hpp"
#include "http/tls.hpp"
#include "installation.hpp"
#include "ops.hpp"
#include "program.hpp"
#include "secrets.hpp"
#include "services/auth/service.hpp"
#include "services/booking/settings.hpp"
#include "services/gateway/gateway.hpp"
#include "services/notification/service.hpp"
#include "services/user/service.hpp"
#include "store/mongo/mongo_store.hpp"
#include "store/moving.hpp"
#include "store/sealed_store.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "targets.hpp"

namespace thenorsound::app {

inline constexpr const char* database_file = "/thenorsound.db";

unsigned threads_of(const Configuration& configuration);

struct Program::Parts {
  Parts(Configuration given, std::vector<std::string> wanted)
      : configuration(std::move(given)), loops(threads_of(configuration)) {
    for (const Target& target : targets)
      if (wanted.empty() || std::find(wanted.begin(), wanted.end(), "all") != wanted.end() ||
          std::find(wanted.begin(), wanted.end(), target.name) != wanted.end())
        running.insert(std::string(target.name));
    for (const std::string& name : wanted)
      if (name != "all" && !running.contains(name)) unknown.push_back(name);
  }

  bool runs(std::string_view target) const { return running.contains(target); }
  bool runs_all() const { return running.size() == targets.size(); }

  // ---- start, in this order ----
  Result<void> check_targets();
  Result<void> prepare_folder();
  Result<void> make_keys();
  Result<void> open_store();
  Task<Result<void>> open_installation();
  Task<Result<void>> declared_installation();
  Task<Result<void>> wait_for_installation();
  Error unfinished() const;
  Result<void> open_bus();
  Task<Result<void>> declare_queues();
  Result<void> wire();
  void wire_services();
  std::unique_ptr<workflow::Service> make_service(const std::string& name);
  auth::AuthSettings auth_settings() const;
  booking::BookingSettings booking_settings() const;
  notification::NotificationSettings mail_settings() const;
  void wire_gateway();
  Task<Result<void>> start_services();
  Task<Result<void>> listen_for_revoked_sessions();
  Task<Result<bus::Delivery>> forget_session(Message message);
  Task<Result<void>> fill();
  Task<Result<void>> make_first_admin();
  std::string first_admin_text() const;
  std::string where_data_is() const;
  Result<void> listen(http::ServerSettings settings, http::Handler handler);
  http::ServerSettings server_settings(std::uint16_t port) const;
  Result<void> load_certificate();
  void watch_certificate();
  Result<void> open_gateway();
  Result<void> open_ports();
  Task<Result<void>> begin();
  void end();
  // ---- instead of a start: prepare ----
  Task<Result<void>> fill_only();
  // ---- instead of a start: rotate-keys ----
  Task<Result<void>> try_keys();
  Task<Result<store::SealedStore::Renewed>> renew_all();
  Task<void> end_background();
  // ---- instead of a start: export, import (moving.cpp) ----
  Task<Result<std::string>> export_data(std::string path);
  Task<Result<void>> begin_import(const store::ExportContent& content,
                                  const store::MovedServices& moved);
  Task<Result<std::string>> import_data(std::string path, store::ExportContent content);
  std::vector<store::CollectionSchema> schemas_below(const std::string& service);
  store::MovedServices open_to_move();
  Task<Result<void>> declare_to_move(const store::MovedServices& moved);
  Task<Result<void>> reach_broker();
  Task<Result<void>> check_nothing_waits();
  Task<Result<void>> hand_to_broker(const store::MovedServices& moved);
  Task<Result<void>> forget_half_handed(const store::MovedServices& moved);
  Result<void> check_layout() const;

  // ---- parts of the wiring ----
  workflow::ServiceParts parts_for(const std::string& service);
  http::ServiceClient& client(const std::string& caller, const std::string& callee);
  Task<void> settled();
  Task<Readiness> readiness();
  bool is_shared() const { return app::is_shared(configuration); }
  // Several processes on one database: one alone fills it, the others wait for it.
  bool waits_for_others() const { return is_shared() && !runs_all(); }
  std::uint16_t port_of(const Target& target) const;
  std::uint16_t ops_port() const;
  std::string public_url() const {
    if (!configuration.public_url.empty()) return configuration.public_url;
    const std::string scheme = configuration.tls_certificate.empty() ? "http" : "https";
    return scheme + "://localhost:" + std::to_string(configuration.gateway_port);
  }

  Configuration configuration;
  std::set<std::string, std::less<>> running;
  std::vector<std::string> unknown;
  SystemClock clock;
  Secrets secrets;
  http::InternalCredentials credentials;
  std::string refresh_key, link_key, jwt_key;
  Installation installation;
  std::string first_password;  // shown once
  std::string note;
  std::atomic<bool> ready{false}, stopping{false};

  Loops loops;
  std::unique_ptr<store::SqliteDatabase> sqlite;  // one of the two
  std::unique_ptr<store::MongoDatabase> mongo;
  std::optional<Keyring> keyring;
  std::map<std::string, std::unique_ptr<store::MovableStore>> stores;  // as the adapter has them
  std::map<std::string, std::unique_ptr<store::SealedStore>> sealed_stores;
  std::unique_ptr<bus::MessageBus> bus;
  std::map<std::string, std::unique_ptr<http::LocalUpstream>> local;
  std::map<std::string, std::unique_ptr<http::Upstream>> remote;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<http::ServiceClient>> clients;
  std::vector<std::pair<std::string, std::unique_ptr<workflow::Service>>> services;
  user::UserService* users = nullptr;
  std::unique_ptr<gateway::Gateway> gateway;
  std::shared_ptr<http::TlsCertificate> certificate;  // null: plain HTTP
  std::unique_ptr<Background> certificate_watch;
  std::vector<std::unique_ptr<http::Server>> servers;

  std::unique_ptr<store::MovableStore> below_of(const std::string& service) {
    return mongo ? mongo->store(service) : sqlite->store(service);
  }
  store::SealedStore& store(const std::string& service) {
    auto& below = stores[service];
    if (!below) below = below_of(service);
    auto& slot = sealed_stores[service];
    if (!slot) slot = std::make_unique<store::SealedStore>(*below, *keyring, service);
    return *slot;
  }
  http::Upstream& upstream(const std::string& target);
};

}  // namespace thenorsound::app
