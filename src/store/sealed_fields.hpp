// What of one collection's documents is encrypted or hashed at rest, and how. Pure, but for the
// nonces. A sealed member is {"sealed": <key id>, "data": <text>}: nothing that is ever kept plain
// looks so. It opens in its own document and at its own path only.
#pragma once
#include <set>

#include "base/keyring.hpp"
#include "store/document_store.hpp"

namespace thenorsound::store {

class SealedFields {
 public:
  // Throws UnexpectedFailure for a schema that makes no sense.
  explicit SealedFields(const CollectionSchema& schema);
  bool empty() const { return sealed_.empty() && hashed_.empty(); }
  // The paths, in a text: another one means another way of keeping documents.
  std::string signature() const;

  void seal(const Keyring& keys, const std::string& id, json::object& body) const;
  bool has_sealed(const json::object& body) const;
  // Error service_error, as Keyring::open.
  Result<void> open(const Keyring& keys, const std::string& id, json::object& body) const;

  // How `body`, as it is stored, falls short of being sealed with the current key.
  enum class State { current, plain, old_key };
  State state_of(const Keyring& keys, const json::object& body) const;

  // Conditions on hashed members ask for hashes.
  void translate(const Keyring& keys, Query& query) const;

 private:
  std::string collection_;
  std::vector<ProtectedField> sealed_;
  std::vector<ProtectedField> hashed_;
};

// The ids of the keys that anything in `value` is sealed with.
void collect_keys(const json::value& value, std::set<std::string>& keys);

}  // namespace thenorsound::store
