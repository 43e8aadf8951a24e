#include "store/mongo/revisions.hpp"

#include <chrono>
#include <random>

namespace thenorsound::store::mongo {
namespace {

constexpr std::int64_t start_of_2020_us = 1'577'836'800'000'000;
constexpr int random_bits = 12;

std::string key_of(const std::string& collection, const std::string& id) {
  return collection + '\n' + id;
}

}  // namespace

Revision revision_above(Revision than) {
  thread_local std::mt19937 random{std::random_device{}()};
  const std::int64_t now_us = std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::system_clock::now().time_since_epoch())
                                  .count();
  const std::int64_t noise = random() & ((1U << random_bits) - 1U);
  return std::max(((now_us - start_of_2020_us) << random_bits) | noise, than + 1 + noise);
}

void KnownSequences::keep(const std::string& collection, const std::string& id, Revision revision,
                          std::int64_t sequence) {
  std::string key = key_of(collection, id);
  Shard& at = shard(key);
  std::lock_guard lock(at.mutex);
  if (at.known.size() >= max_in_shard) at.known.clear();
  at.known[std::move(key)] = Known{revision, sequence};
}

std::optional<std::int64_t> KnownSequences::find(const std::string& collection,
                                                 const std::string& id, Revision revision) {
  const std::string key = key_of(collection, id);
  Shard& at = shard(key);
  std::lock_guard lock(at.mutex);
  const auto found = at.known.find(key);
  if (found == at.known.end() || found->second.revision != revision) return {};
  return found->second.sequence;
}

}  // namespace thenorsound::store::mongo
