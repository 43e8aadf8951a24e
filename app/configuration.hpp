// The program's configuration: defaults < TOML file < environment < command line. An unknown key
// is an error. Every key [section] name has the variable THENORSOUND_SECTION_NAME.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace thenorsound::app {

struct Configuration {
  // [server] of every target
  std::int64_t threads = 0;  // 0: one per core
  std::int64_t stop_grace_ms = 10'000;
  std::int64_t max_connections = 20'000;
  std::int64_t head_timeout_ms = 10'000;
  std::int64_t body_timeout_ms = 30'000;
  std::int64_t idle_timeout_ms = 60'000;
  std::int64_t max_body_bytes_in_flight = 256 * 1024 * 1024;
  std::string ops_host = "127.0.0.1";
  std::int64_t ops_port = 0;  // 0: this process's first port + 10

  // [data]
  std::string data_dir = "./data";

  // [store]
  std::string store_engine = "sqlite";  // or "mongodb"
  std::string store_layout = "shared";  // or "per-service": a database for each
  std::string mongodb_url;
  std::string store_database = "thenorsound";  // per service: what the names begin with
  std::int64_t mongodb_connections = 16;

  // [bus]
  std::string bus_engine = "embedded";  // or "rabbitmq"
  std::string rabbitmq_url;
  std::string rabbitmq_ca;             // PEM file; empty: the system's
  std::string queue_type = "classic";  // or "quorum"

  // [log]
  std::string log_path;  // empty: standard error
  std::string log_level = "info";

  // [gateway]
  std::string gateway_host = "127.0.0.1";
  std::int64_t gateway_port = 5000;
  std::string public_url;       // empty: http(s)://localhost:<port>
  std::string tls_certificate;  // PEM file, the chain after it; empty: plain HTTP
  std::string tls_key;          // PEM file
  std::vector<std::string> cors_origins;
  std::vector<std::string> trusted_proxies;
  std::int64_t address_limit_per_minute = 6'000;
  std::int64_t rate_limit_per_minute = 1'200;
  std::int64_t upstream_timeout_ms = 25'000;
  std::string web_root;  // empty: the built web app beside the program, if it is there
  std::int64_t breaker_window_ms = 10'000;
  std::int64_t breaker_min_calls = 10;
  std::int64_t breaker_failure_percent = 50;
  std::int64_t breaker_open_ms = 5'000;

  // [services]: where those that run elsewhere are, "host:port"; empty: on this machine, on the
  // ports after the gateway's
  std::string services_host = "127.0.0.1";  // on which those that run here listen
  std::int64_t services_port = 0;           // of the one that runs here; 0: by its target
  std::vector<std::string> internal_keys;   // "caller:key"; empty: made at first start
  std::vector<std::string> auth_addresses;
  std::vector<std::string> user_addresses;
  std::vector<std::string> customer_addresses;
  std::vector<std::string> event_addresses;
  std::vector<std::string> booking_addresses;
  std::vector<std::string> notification_addresses;
  std::vector<std::string> analytics_addresses;

  // [auth]
  std::int64_t bcrypt_cost = 12;
  std::int64_t access_minutes = 15;
  std::string jwt_key;      // empty: made at first start
  std::string refresh_key;  // likewise
  std::string link_key;     // likewise

  // [admin]: the first one, without demo data
  std::string admin_email = "admin@thenorsound.example";
  std::string admin_password;  // empty: generated

  // [encryption] at rest: all three, or none and they are made at first start
  std::vector<std::string> encryption_keys;  // "id:key", each 256 bits in base64url
  std::string encryption_current;            // the id of the key that seals
  std::string encryption_hash_key;

  // [booking]
  std::int64_t booking_past_days = 7;
  std::int64_t saga_lease_ms = 15'000;
  std::int64_t sweep_ms = 2'000;
  std::string fault_point;  // tests only
  std::string fail_step;    // tests only

  // [mail]
  std::string smtp_url;  // empty: mails land as .eml files in DATA/outbox
  std::string smtp_user;
  std::string smtp_password;
  std::string mail_from = "ThenorSound <no-reply@thenorsound.example>";

  // [demo]
  bool demo = false;
};

// One key of the configuration.
struct Setting {
  std::string_view section;
  std::string_view key;
  bool secret;
  std::string_view meaning;
};
const std::vector<Setting>& settings();
// Of [services] for a target; empty where nothing is configured.
std::vector<std::string> addresses_of(const Configuration& configuration, std::string_view target);

// Of [services] internal_keys: the keys of each calling target; nothing where none are configured.
// Error validation_error: malformed, or a target has none or more than two.
Result<std::map<std::string, std::vector<std::string>, std::less<>>> configured_internal_keys(
    const Configuration& configuration);

// Reads `path` (empty: none) and the environment. Errors: validation_error naming every key at
// fault ("section.key").
Result<Configuration> load_configuration(const std::string& path);
// Sets one key from text; for the command line.
Result<void> set(Configuration& configuration, std::string_view section, std::string_view key,
                 std::string_view value);
// Reachable from this machine only.
bool is_loopback(const std::string& host);
// One database and one broker that several processes can share.
inline bool is_shared(const Configuration& configuration) {
  return configuration.store_engine == "mongodb" && configuration.bus_engine == "rabbitmq";
}
// Checks what can be checked without starting.
Result<void> verify(const Configuration& configuration);
// TOML; secrets as "***".
std::string print(const Configuration& configuration);

}  // namespace thenorsound::app
