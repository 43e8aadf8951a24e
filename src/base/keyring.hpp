// The keys that values are encrypted with at rest: one seals, each opens what it has sealed.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace thenorsound {

// What is stored of a value: the id of its key, and nonce, ciphertext and tag in base64url.
struct Sealed {
  std::string key;
  std::string data;
};

class Keyring {
 public:
  struct Key {
    std::string id;     // 1-32 of a-z, 0-9 and hyphen
    std::string bytes;  // 32
  };
  // `current` is the id of the key that seals. `hash_key` is 32 bytes too. Error
  // validation_error, which names ids and never a key.
  static Result<Keyring> make(std::vector<Key> keys, std::string current, std::string hash_key);

  const std::string& current() const { return current_; }
  bool has(std::string_view id) const { return keys_.find(id) != keys_.end(); }

  // AES-256-GCM with a fresh nonce. It opens with the same `context` only: name there what the
  // value belongs to.
  Sealed seal(std::string_view plain, std::string_view context) const;
  // Error service_error: no such key ("no-key"), or another key, context or ciphertext
  // ("not-opened").
  Result<std::string> open(const Sealed& sealed, std::string_view context) const;
  // HMAC-SHA256 with a key of its own, in base64url: equal for equal values, tells nothing else.
  std::string keyed_hash(std::string_view value) const;

 private:
  std::map<std::string, std::string, std::less<>> keys_;
  std::string current_;
  std::string hash_key_;
};

}  // namespace thenorsound
