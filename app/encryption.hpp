// Where the keys for encryption at rest come from: the configuration, else DATA/secrets.
#pragma once
#include <optional>

#include "base/keyring.hpp"
#include "configuration.hpp"
#include "secrets.hpp"

namespace thenorsound::app {

// Nothing where none are configured. Error validation_error: half of it is, or a key is malformed.
Result<std::optional<Keyring>> configured_keyring(const Configuration& configuration);

// Nothing where there are none, configured or kept.
Result<std::optional<Keyring>> existing_keyring(const Configuration& configuration,
                                                Secrets& secrets);

// Makes keys in `secrets` where there are none.
Result<Keyring> keyring_of(const Configuration& configuration, Secrets& secrets);

// A rotation of the keys in `secrets`: makes a new key the current one, unless an earlier rotation
// has begun and not ended. Then, once nothing is sealed with the others, removes those and returns
// their ids.
Result<Keyring> begin_rotation(Secrets& secrets);
Result<std::vector<std::string>> end_rotation(Secrets& secrets);

}  // namespace thenorsound::app
