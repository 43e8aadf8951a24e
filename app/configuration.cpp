#include "configuration.hpp"

#include <toml++/toml.h>

#include <charconv>
#include <cstdlib>
#include <limits>
#include <variant>

namespace thenorsound::app {
namespace {

using Place = std::variant<std::int64_t Configuration::*, std::string Configuration::*,
                           bool Configuration::*, std::vector<std::string> Configuration::*>;
struct Entry {
  Setting setting;
  Place target;
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int32_t>::max();
};

using C = Configuration;
const std::vector<Entry>& entries() {
  static const std::vector<Entry> table = {
      {{"server", "threads", false, "serving threads; 0: one per core"}, &C::threads, 0, 256},
      {{"server", "stop_grace_ms", false, "time for requests in flight when stopping"},
       &C::stop_grace_ms,
       0,
       600'000},
      {{"server", "max_connections", false, "open connections"}, &C::max_connections, 1, 1'000'000},
      {{"server", "head_timeout_ms", false, "time for a request's head"}, &C::head_timeout_ms, 50},
      {{"server", "body_timeout_ms", false, "time for a request's body"}, &C::body_timeout_ms, 50},
      {{"server", "idle_timeout_ms", false, "time between two requests"}, &C::idle_timeout_ms, 50},
      {{"server", "max_body_bytes_in_flight", false, "memory for request bodies; above it 503"},
       &C::max_body_bytes_in_flight,
       1'024},
      {{"server", "ops_host", false,
        "address for /ready and /metrics; never one that strangers reach"},
       &C::ops_host},
      {{"server", "ops_port", false, "port for /ready and /metrics; 0: the first port + 10"},
       &C::ops_port,
       0,
       65'535},
      {{"data", "dir", false, "folder for all data"}, &C::data_dir},
      {{"store", "engine", false, "sqlite, or mongodb"}, &C::store_engine},
      {{"store", "layout", false, "shared, or per-service: a database for each service"},
       &C::store_layout},
      {{"store", "mongodb_url", true, "mongodb://user:password@host:port/?options"},
       &C::mongodb_url},
      {{"store", "database", false, "its name; per-service: what the names begin with"},
       &C::store_database},
      {{"store", "mongodb_connections", false, "calls at the same time"},
       &C::mongodb_connections,
       1,
       256},
      {{"bus", "engine", false, "embedded, or rabbitmq"}, &C::bus_engine},
      {{"bus", "rabbitmq_url", true, "amqp://user:password@host:port/vhost, or amqps://"},
       &C::rabbitmq_url},
      {{"bus", "rabbitmq_ca", false, "PEM file of who vouches for the broker; empty: the system's"},
       &C::rabbitmq_ca},
      {{"bus", "queue_type", false, "of RabbitMQ: classic, or quorum"}, &C::queue_type},
      {{"log", "path", false, "file for the log; empty: standard error"}, &C::log_path},
      {{"log", "level", false, "debug, info, warning or error"}, &C::log_level},
      {{"gateway", "host", false, "address to listen on"}, &C::gateway_host},
      {{"gateway", "port", false, "port to listen on; the ops port is 10 more"},
       &C::gateway_port,
       0,
       65'525},
      {{"gateway", "public_url", false, "how users reach it"}, &C::public_url},
      {{"gateway", "tls_certificate", false, "PEM file, with its chain; empty: plain HTTP"},
       &C::tls_certificate},
      {{"gateway", "tls_key", false, "PEM file of the certificate's key"}, &C::tls_key},
      {{"gateway", "cors_origins", false, "other origins that may call"}, &C::cors_origins},
      {{"gateway", "trusted_proxies", false, "networks whose X-Forwarded-For counts"},
       &C::trusted_proxies},
      {{"gateway", "address_limit_per_minute", false, "requests per address; 0: no limit"},
       &C::address_limit_per_minute},
      {{"gateway", "rate_limit_per_minute", false, "requests per user; 0: no limit"},
       &C::rate_limit_per_minute},
      {{"gateway", "upstream_timeout_ms", false, "time for a service to answer"},
       &C::upstream_timeout_ms,
       1},
      {{"gateway", "web_root", false, "folder of the built web app"}, &C::web_root},
      {{"gateway", "breaker_window_ms", false, "time over which failed calls are counted"},
       &C::breaker_window_ms,
       10},
      {{"gateway", "breaker_min_calls", false, "fewer calls in it say nothing"},
       &C::breaker_min_calls,
       1},
      {{"gateway", "breaker_failure_percent", false, "so many failed: the service is left alone"},
       &C::breaker_failure_percent,
       1,
       100},
      {{"gateway", "breaker_open_ms", false, "for so long"}, &C::breaker_open_ms, 10},
      {{"services", "host", false, "address on which services listen that run apart"},
       &C::services_host},
      {{"services", "port", false, "port of the one service that runs here; 0: by its target"},
       &C::services_port,
       0,
       65'525},
      {{"services", "internal_keys", true,
        "caller:key by which targets know each other, two of a caller while one is replaced; "
        "empty: made at first start"},
       &C::internal_keys},
      {{"services", "auth", false, "where it runs, host:port; empty: on this machine"},
       &C::auth_addresses},
      {{"services", "user", false, "where it runs, host:port; empty: on this machine"},
       &C::user_addresses},
      {{"services", "customer", false, "where it runs, host:port; empty: on this machine"},
       &C::customer_addresses},
      {{"services", "event", false, "where it runs, host:port; empty: on this machine"},
       &C::event_addresses},
      {{"services", "booking", false, "where it runs, host:port; empty: on this machine"},
       &C::booking_addresses},
      {{"services", "notification", false, "where it runs, host:port; empty: on this machine"},
       &C::notification_addresses},
      {{"services", "analytics", false, "where it runs, host:port; empty: on this machine"},
       &C::analytics_addresses},
      {{"auth", "bcrypt_cost", false, "cost of a password's hash"}, &C::bcrypt_cost, 4, 16},
      {{"auth", "access_minutes", false, "life of an access token"}, &C::access_minutes, 1, 60},
      {{"auth", "jwt_key", true, "signs access tokens; empty: made at first start"}, &C::jwt_key},
      {{"auth", "refresh_key", true, "derives refresh tokens; empty: made at first start"},
       &C::refresh_key},
      {{"auth", "link_key", true, "derives links; empty: made at first start"}, &C::link_key},
      {{"encryption", "keys", true,
        "id:key of each key that data may be encrypted with; empty: made at first start"},
       &C::encryption_keys},
      {{"encryption", "current", false, "id of the key that encrypts"}, &C::encryption_current},
      {{"encryption", "hash_key", true, "hashes numbers that must be unique; it never changes"},
       &C::encryption_hash_key},
      {{"admin", "email", false, "the first administrator"}, &C::admin_email},
      {{"admin", "password", true, "their password; empty: generated"}, &C::admin_password},
      {{"booking", "past_days", false,
        "how far back organisers may book, at first; an Admin changes it"},
       &C::booking_past_days,
       0,
       366},
      {{"booking", "saga_lease_ms", false, "after this an unfinished saga is undone"},
       &C::saga_lease_ms,
       100,
       600'000},
      {{"booking", "sweep_ms", false, "how often unfinished work is looked for"},
       &C::sweep_ms,
       10,
       60'000},
      {{"booking", "fault_point", false, "tests: end the process at this point of the saga"},
       &C::fault_point},
      {{"booking", "fail_step", false, "tests: let this step of the saga fail"}, &C::fail_step},
      {{"mail", "smtp_url", false, "smtp://host:port; empty: .eml files"}, &C::smtp_url},
      {{"mail", "smtp_user", false, "user name there"}, &C::smtp_user},
      {{"mail", "smtp_password", true, "password there"}, &C::smtp_password},
      {{"mail", "from", false, "sender of mails"}, &C::mail_from},
      {{"demo", "load", false, "fill an empty store with demo data"}, &C::demo},
  };
  return table;
}

const Entry* find(std::string_view section, std::string_view key) {
  for (const Entry& entry : entries())
    if (entry.setting.section == section && entry.setting.key == key) return &entry;
  return nullptr;
}

std::string name_of(const Entry& entry) {
  return std::string(entry.setting.section) + "." + std::string(entry.setting.key);
}

struct Faults {
  std::vector<FieldError> found;
  void add(const Entry& entry, std::string message) {
    found.push_back(FieldError{name_of(entry), std::move(message)});
  }
};

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    if (comma > from) items.emplace_back(text.substr(from, comma - from));
    from = comma + 1;
  }
  return items;
}

void put(Configuration& into, const Entry& entry, std::int64_t value, Faults& problems) {
  if (value < entry.min || value > entry.max)
    return problems.add(
        entry, "must be from " + std::to_string(entry.min) + " to " + std::to_string(entry.max));
  into.*std::get<std::int64_t Configuration::*>(entry.target) = value;
}

void put_text(Configuration& into, const Entry& entry, std::string_view text, Faults& problems) {
  if (const auto* member = std::get_if<std::string Configuration::*>(&entry.target)) {
    into.** member = std::string(text);
  } else if (const auto* flag = std::get_if<bool Configuration::*>(&entry.target)) {
    if (text != "true" && text != "false") return problems.add(entry, "must be true or false");
    into.** flag = text == "true";
  } else if (const auto* list =
                 std::get_if<std::vector<std::string> Configuration::*>(&entry.target)) {
    into.** list = split_list(text);
  } else {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
      return problems.add(entry, "must be a whole number");
    put(into, entry, number, problems);
  }
}

void put_node(Configuration& into, const Entry& entry, const toml::node& node, Faults& problems) {
  if (const auto* member = std::get_if<std::string Configuration::*>(&entry.target)) {
    if (!node.is_string()) return problems.add(entry, "must be a text");
    into.** member = node.as_string()->get();
  } else if (const auto* flag = std::get_if<bool Configuration::*>(&entry.target)) {
    if (!node.is_boolean()) return problems.add(entry, "must be true or false");
    into.** flag = node.as_boolean()->get();
  } else if (const auto* list =
                 std::get_if<std::vector<std::string> Configuration::*>(&entry.target)) {
    if (!node.is_array()) return problems.add(entry, "must be an array of texts");
    std::vector<std::string> items;
    for (const toml::node& item : *node.as_array()) {
      if (!item.is_string()) return problems.add(entry, "must be an array of texts");
      items.push_back(item.as_string()->get());
    }
    into.** list = std::move(items);
  } else {
    if (!node.is_integer()) return problems.add(entry, "must be a whole number");
    put(into, entry, node.as_integer()->get(), problems);
  }
}

void read_file(Configuration& into, const toml::table& file, Faults& problems) {
  for (const auto& [section, content] : file) {
    const toml::table* keys = content.as_table();
    if (keys == nullptr) {
      problems.found.push_back(FieldError{std::string(section.str()), "is not a known key"});
      continue;
    }
    for (const auto& [key, node] : *keys) {
      if (const Entry* entry = find(section.str(), key.str()))
        put_node(into, *entry, node, problems);
      else
        problems.found.push_back(FieldError{
            std::string(section.str()) + "." + std::string(key.str()), "is not a known key"});
    }
  }
}

std::string variable_of(const Entry& entry) {
  std::string name =
      "THENORSOUND_" + std::string(entry.setting.section) + "_" + std::string(entry.setting.key);
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return name;
}

// THENORSOUND_SECTION_KEY; one that fits no key is as wrong as an unknown key in the file.
void read_environment(Configuration& into, Faults& problems) {
  static constexpr std::string_view prefix = "THENORSOUND_";
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view pair(*at);
    const std::size_t equals = pair.find('=');
    if (!pair.starts_with(prefix) || equals == std::string_view::npos) continue;
    const std::string_view name = pair.substr(0, equals);
    bool known = false;
    for (const Entry& entry : entries())
      if (variable_of(entry) == name) {
        put_text(into, entry, pair.substr(equals + 1), problems);
        known = true;
      }
    if (!known) problems.found.push_back(FieldError{std::string(name), "is not a known variable"});
  }
}

// A basic string of TOML, in which control characters are written as escapes.
std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::vector<std::string> addresses_of(const Configuration& configuration, std::string_view target) {
  const Entry* entry = find("services", target);
  const auto* list =
      entry == nullptr ? nullptr : std::get_if<std::vector<std::string> C::*>(&entry->target);
  return list == nullptr ? std::vector<std::string>() : configuration.**list;
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> list = [] {
    std::vector<Setting> all;
    for (const Entry& entry : entries()) all.push_back(entry.setting);
    return all;
  }();
  return list;
}

Result<Configuration> load_configuration(const std::string& path) {
  Configuration configuration;
  Faults problems;
  if (!path.empty()) {
    try {
      read_file(configuration, toml::parse_file(path), problems);
    } catch (const toml::parse_error& failure) {
      return invalid_field(path, std::string(failure.description()) + ", line " +
                                     std::to_string(failure.source().begin.line));
    }
  }
  read_environment(configuration, problems);
  if (!problems.found.empty()) return invalid_fields(std::move(problems.found));
  return configuration;
}

Result<void> set(Configuration& configuration, std::string_view section, std::string_view key,
                 std::string_view value) {
  const Entry* entry = find(section, key);
  if (entry == nullptr)
    return invalid_field(std::string(section) + "." + std::string(key), "is not a known key");
  Faults problems;
  put_text(configuration, *entry, value, problems);
  if (!problems.found.empty()) return invalid_fields(std::move(problems.found));
  return {};
}

std::string print(const Configuration& configuration) {
  std::string out, section;
  for (const Entry& entry : entries()) {
    if (entry.setting.section != section) {
      out += (section.empty() ? "[" : "\n[") + std::string(entry.setting.section) + "]\n";
      section = entry.setting.section;
    }
    std::string value;
    if (const auto* number = std::get_if<std::int64_t Configuration::*>(&entry.target))
      value = std::to_string(configuration.**number);
    else if (const auto* flag = std::get_if<bool Configuration::*>(&entry.target))
      value = configuration.**flag ? "true" : "false";
    else if (const auto* text = std::get_if<std::string Configuration::*>(&entry.target))
      value = quoted(
          entry.setting.secret && !(configuration.**text).empty() ? "***" : configuration.**text);
    else
      for (const auto& item :
           configuration.*std::get<std::vector<std::string> Configuration::*>(entry.target))
        value += (value.empty() ? "" : ", ") + quoted(entry.setting.secret ? "***" : item);
    if (std::holds_alternative<std::vector<std::string> Configuration::*>(entry.target))
      value = "[" + value + "]";
    out += std::string(entry.setting.key) + " = " + value + "  # " +
           std::string(entry.setting.meaning) + "\n";
  }
  return out;
}

}  // namespace thenorsound::app
