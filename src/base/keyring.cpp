#include "base/keyring.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace thenorsound {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t longest_id = 32;

bool is_key_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace

Result<Keyring> Keyring::make(std::vector<Key> keys, std::string current, std::string hash_key) {
  const auto wrong = [](std::string message) {
    return make_error(Code::validation_error, std::move(message));
  };
  Keyring ring;
  for (Key& key : keys) {
    if (!is_key_id(key.id)) return wrong("an encryption key's id must be of a-z, 0-9 and hyphens");
    if (key.bytes.size() != key_size)
      return wrong("the encryption key " + key.id + " must be 256 bits, in base64url");
    if (ring.has(key.id)) return wrong("the encryption key " + key.id + " is given twice");
    ring.keys_.emplace(std::move(key.id), std::move(key.bytes));
  }
  if (!ring.has(current))
    return wrong("the current encryption key '" + current + "' is not among the keys");
  if (hash_key.size() != key_size)
    return wrong("the key for hashes must be 256 bits, in base64url");
  ring.current_ = std::move(current);
  ring.hash_key_ = std::move(hash_key);
  return ring;
}

Sealed Keyring::seal(std::string_view plain, std::string_view context) const {
  const auto key = keys_.find(current_);
  return Sealed{current_, to_base64url(aes_256_gcm_seal(key->second, plain, context))};
}

Result<std::string> Keyring::open(const Sealed& sealed, std::string_view context) const {
  const auto key = keys_.find(sealed.key);
  if (key == keys_.end()) return make_error(Code::service_error, {}, "no-key");
  const auto data = from_base64url(sealed.data);
  auto plain = data ? aes_256_gcm_open(key->second, *data, context) : std::nullopt;
  if (!plain) return make_error(Code::service_error, {}, "not-opened");
  return std::move(*plain);
}

std::string Keyring::keyed_hash(std::string_view value) const {
  return to_base64url(hmac_sha256(hash_key_, value));
}

}  // namespace thenorsound
