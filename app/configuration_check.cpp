// What of a configuration can be checked without starting.
#include <algorithm>
#include <charconv>

#include "bus/rabbitmq/rabbit_settings.hpp"
#include "configuration.hpp"
#include "encryption.hpp"
#include "targets.hpp"

namespace thenorsound::app {
namespace {

bool is_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view digits = text.substr(colon + 1);
  int port = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size() && port >= 1 &&
         port <= 65'535;
}

void verify_word(const std::string& value, std::string_view key,
                 std::initializer_list<std::string_view> words, std::vector<FieldError>& found) {
  if (std::find(words.begin(), words.end(), value) != words.end()) return;
  std::string list;
  for (const std::string_view word : words)
    list += (list.empty() ? "" : " or ") + std::string(word);
  found.push_back(FieldError{std::string(key), "must be " + list});
}

void verify_engines(const Configuration& configuration, std::vector<FieldError>& found) {
  verify_word(configuration.store_engine, "store.engine", {"sqlite", "mongodb"}, found);
  verify_word(configuration.store_layout, "store.layout", {"shared", "per-service"}, found);
  verify_word(configuration.bus_engine, "bus.engine", {"embedded", "rabbitmq"}, found);
  verify_word(configuration.queue_type, "bus.queue_type", {"classic", "quorum"}, found);
  const std::string& mongo = configuration.mongodb_url;
  if (configuration.store_engine == "mongodb" && !mongo.starts_with("mongodb://") &&
      !mongo.starts_with("mongodb+srv://"))
    found.push_back(
        FieldError{"store.mongodb_url", "must start with mongodb:// or mongodb+srv://"});
  if (configuration.bus_engine == "rabbitmq")
    if (const auto address = bus::rabbit_address(configuration.rabbitmq_url); !address)
      found.push_back(FieldError{"bus.rabbitmq_url", address.error().message});
  const std::string& name = configuration.store_database;
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (name.empty() || name.size() > 40 || !plain)
    found.push_back(FieldError{"store.database", "must be 1 to 40 of a-z 0-9 - _"});
}

}  // namespace

bool is_loopback(const std::string& host) {
  return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

Result<std::map<std::string, std::vector<std::string>, std::less<>>> configured_internal_keys(
    const Configuration& configuration) {
  std::map<std::string, std::vector<std::string>, std::less<>> keys;
  if (configuration.internal_keys.empty()) return keys;
  const auto wrong = [](std::string what) {
    return make_error(Code::validation_error, std::move(what));
  };
  for (const std::string& item : configuration.internal_keys) {
    const std::size_t colon = item.find(':');
    if (colon == std::string::npos) return wrong("a key is given as caller:key");
    if (item.size() - colon - 1 < 32) return wrong("a key has at least 32 characters");
    keys[item.substr(0, colon)].push_back(item.substr(colon + 1));
  }
  for (const Target& target : targets) {
    const auto found = keys.find(target.name);
    if (found == keys.end()) return wrong("there is none of " + std::string(target.name));
    if (found->second.size() > 2) return wrong("at most two of " + std::string(target.name));
  }
  if (keys.size() != targets.size()) return wrong("a caller is a target; see --list-targets");
  return keys;
}

Result<void> verify(const Configuration& configuration) {
  std::vector<FieldError> found;
  const auto& level = configuration.log_level;
  if (level != "debug" && level != "info" && level != "warning" && level != "error")
    found.push_back(FieldError{"log.level", "must be debug, info, warning or error"});
  if (configuration.data_dir.empty()) found.push_back(FieldError{"data.dir", "is required"});
  const auto& url = configuration.public_url;
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://"))
    found.push_back(FieldError{"gateway.public_url", "must start with http:// or https://"});
  if (configuration.tls_certificate.empty() != configuration.tls_key.empty())
    found.push_back(FieldError{"gateway.tls_key", "and tls_certificate go together"});
  if (!configuration.tls_certificate.empty() && url.starts_with("http://"))
    found.push_back(FieldError{"gateway.public_url", "must start with https:// behind TLS"});
  for (const auto& [name, host] : {std::pair("gateway.host", &configuration.gateway_host),
                                   std::pair("services.host", &configuration.services_host)})
    if (configuration.demo && !is_loopback(*host))
      found.push_back(FieldError{name, "must be a loopback address with demo data"});
  for (const Target& target : targets)
    for (const std::string& address : addresses_of(configuration, target.name))
      if (!is_host_and_port(address))
        found.push_back(
            FieldError{"services." + std::string(target.name), "must be host:port: " + address});
  verify_engines(configuration, found);
  if (const auto keys = configured_internal_keys(configuration); !keys)
    found.push_back(FieldError{"services.internal_keys", keys.error().message});
  if (const auto keys = configured_keyring(configuration); !keys)
    found.push_back(FieldError{"encryption.keys", keys.error().message});
  if (!found.empty()) return invalid_fields(std::move(found));
  return {};
}

}  // namespace thenorsound::app
