#include "encryption.hpp"

#include "base/crypto.hpp"

namespace thenorsound::app {
namespace {

const std::string key_prefix = "encryption-key-";
const std::string current_name = "encryption-current";
const std::string hash_name = "encryption-hash";

Error malformed(std::string message) {
  return make_error(Code::validation_error, std::move(message));
}

std::string decoded(std::string_view text) { return from_base64url(text).value_or(""); }

Result<void> make_current(Secrets& secrets) {
  const std::string id = "k" + to_hex(random_bytes(4));
  return secrets.change({{key_prefix + id, to_base64url(random_bytes(32))}, {current_name, id}});
}

Result<Keyring> kept_keyring(Secrets& secrets) {
  std::vector<Keyring::Key> keys;
  for (const std::string& id : secrets.names_after(key_prefix))
    keys.push_back({id, decoded(secrets.find(key_prefix + id).value_or(""))});
  const auto hash_key = secrets.key(hash_name);
  if (!hash_key) return hash_key.error();
  auto ring =
      Keyring::make(std::move(keys), secrets.find(current_name).value_or(""), decoded(*hash_key));
  if (!ring) return malformed("DATA/secrets: " + ring.error().message);
  return ring;
}

}  // namespace

Result<std::optional<Keyring>> configured_keyring(const Configuration& configuration) {
  const bool current = !configuration.encryption_current.empty();
  const bool hash = !configuration.encryption_hash_key.empty();
  if (configuration.encryption_keys.empty() && !current && !hash) return std::optional<Keyring>();
  if (configuration.encryption_keys.empty() || !current || !hash)
    return malformed("keys, current and hash_key are given together or not at all");
  std::vector<Keyring::Key> keys;
  for (const std::string& item : configuration.encryption_keys) {
    const std::size_t colon = item.find(':');
    if (colon == std::string::npos) return malformed("a key is given as id:key");
    keys.push_back({item.substr(0, colon), decoded(item.substr(colon + 1))});
  }
  auto ring = Keyring::make(std::move(keys), configuration.encryption_current,
                            decoded(configuration.encryption_hash_key));
  if (!ring) return ring.error();
  return std::optional<Keyring>(std::move(*ring));
}

Result<std::optional<Keyring>> existing_keyring(const Configuration& configuration,
                                                Secrets& secrets) {
  auto configured = configured_keyring(configuration);
  if (!configured || *configured || !secrets.find(current_name)) return configured;
  auto kept = kept_keyring(secrets);
  if (!kept) return kept.error();
  return std::optional<Keyring>(std::move(*kept));
}

Result<Keyring> keyring_of(const Configuration& configuration, Secrets& secrets) {
  auto configured = configured_keyring(configuration);
  if (!configured) return configured.error();
  if (*configured) return std::move(**configured);
  if (!secrets.find(current_name)) {
    const Result<void> made = make_current(secrets);
    if (!made) return made.error();
  }
  return kept_keyring(secrets);
}

Result<Keyring> begin_rotation(Secrets& secrets) {
  if (secrets.names_after(key_prefix).size() == 1) {
    const Result<void> made = make_current(secrets);
    if (!made) return made.error();
  }
  return kept_keyring(secrets);
}

Result<std::vector<std::string>> end_rotation(Secrets& secrets) {
  const std::string current = secrets.find(current_name).value_or("");
  std::vector<std::string> old;
  Secrets::Changes changes;
  for (const std::string& id : secrets.names_after(key_prefix)) {
    if (id == current) continue;
    old.push_back(id);
    changes[key_prefix + id] = std::nullopt;
  }
  const Result<void> done = old.empty() ? Result<void>() : secrets.change(changes);
  if (!done) return done.error();
  return old;
}

}  // namespace thenorsound::app
