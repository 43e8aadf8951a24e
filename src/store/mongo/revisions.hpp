// Revisions that no id has twice, and the sequences that go with those read last.
#pragma once
#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "store/document_store.hpp"

namespace thenorsound::store::mongo {

// Microseconds since 2020 and 12 random bits; always above `than`. So an id that was erased and is
// inserted anew, by whatever process, has another one.
Revision revision_above(Revision than);

// How many messages a document had sent at a revision; bounded, forgets at will. Thread-safe.
class KnownSequences {
 public:
  void keep(const std::string& collection, const std::string& id, Revision revision,
            std::int64_t sequence);
  // Nothing unless it was that revision that was kept last.
  std::optional<std::int64_t> find(const std::string& collection, const std::string& id,
                                   Revision revision);

 private:
  struct Known {
    Revision revision;
    std::int64_t sequence;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, Known> known;
  };
  static constexpr std::size_t max_in_shard = 4'096;
  Shard& shard(const std::string& key) { return shards_[std::hash<std::string>{}(key) % 16]; }
  std::array<Shard, 16> shards_;
};

}  // namespace thenorsound::store::mongo
