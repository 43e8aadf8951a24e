// thenorsound rotate-keys.
#include <filesystem>

#include "base/log.hpp"
#include "encryption.hpp"
#include "parts.hpp"

namespace thenorsound::app {
namespace {

std::string report(const store::SealedStore::Renewed& done, const std::string& current,
                   const std::vector<std::string>& removed, bool configured) {
  std::string text = "Encrypted with the key " + current + " now: " + std::to_string(done.renewed) +
                     " documents from older keys, " + std::to_string(done.sealed) +
                     " that were plain; looked at " + std::to_string(done.documents) + ".\n";
  for (const std::string& id : removed) text += "Removed from DATA/secrets: the key " + id + ".\n";
  if (configured)
    text += "Nothing is encrypted with other keys any more: they can leave [encryption] keys.\n";
  return text;
}

}  // namespace

Task<Result<void>> Program::Parts::try_keys() {
  for (const auto& [name, service] : services) {
    const Result<void> declared = co_await store(name).declare(service->schemas());
    if (!declared) co_return declared;
  }
  co_return Result<void>();
}

Task<Result<store::SealedStore::Renewed>> Program::Parts::renew_all() {
  store::SealedStore::Renewed sum;
  // Before a new key is made, which would be one more to be puzzled by.
  Result<void> tried = co_await try_keys();
  if (!tried) co_return tried.error();
  if (configuration.encryption_keys.empty()) {
    auto ring = begin_rotation(secrets);
    if (!ring) co_return ring.error();
    *keyring = std::move(*ring);  // the stores refer to it
    tried = co_await try_keys();
    if (!tried) co_return tried.error();
  }
  for (const auto& [name, service] : services) {
    const auto counts = co_await store(name).renew();
    if (!counts) co_return counts.error();
    sum.documents += counts->documents;
    sum.sealed += counts->sealed;
    sum.renewed += counts->renewed;
    const Result<void> forgotten = co_await store(name).forget_old_keys();
    if (!forgotten) co_return forgotten.error();
  }
  co_return sum;
}

Result<std::string> Program::rotate_keys() {
  Parts& parts = *parts_;
  const std::string& folder = parts.configuration.data_dir;
  if (parts.configuration.store_engine == "mongodb") {
    if (parts.configuration.encryption_keys.empty())
      return make_error(Code::validation_error,
                        "processes that share a database have their keys configured: put a new one "
                        "into [encryption] keys of all of them, then make it current, then rotate");
  } else if (!std::filesystem::exists(folder + database_file)) {
    return make_error(Code::validation_error, "there is no data in " + folder);
  }
  // The store's lock comes first: two rotations would each make a key.
  for (auto step : {&Parts::prepare_folder, &Parts::open_store, &Parts::make_keys}) {
    const Result<void> done = (parts.*step)();
    if (!done) return done.error();
  }
  parts.loops.start();
  const Result<void> wired = parts.wire();
  if (!wired) return wired.error();
  Result<store::SealedStore::Renewed> done = store::SealedStore::Renewed{};
  const auto renew = [](Parts& all, Result<store::SealedStore::Renewed>& into) -> Task<void> {
    into = co_await all.renew_all();
  };
  parts.loops.run_and_wait(renew(parts, done));
  stop();
  if (!done) return done.error();
  const bool configured = !parts.configuration.encryption_keys.empty();
  std::vector<std::string> removed;
  if (!configured) {
    auto ended = end_rotation(parts.secrets);
    if (!ended) return ended.error();
    removed = std::move(*ended);
  }
  log_info("keys rotated", {{"documents", done->renewed}, {"plain", done->sealed}});
  flush_log();
  return report(*done, parts.keyring->current(), removed, configured);
}

}  // namespace thenorsound::app
