// Documents as of the last commit, bounded by bytes, least recently used out first. Exact: what a
// reader found is only kept if no commit came in between.
#pragma once
#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "store/document_store.hpp"

namespace thenorsound::store::sqlite {

class DocumentCache {
 public:
  static constexpr std::size_t shard_count = 16;
  // What commits there were before a read began.
  using Moment = std::array<std::uint64_t, shard_count>;

  explicit DocumentCache(std::size_t max_bytes) : max_shard_bytes_(max_bytes / shard_count) {}

  // Null where it isn't held (it may exist all the same).
  DocumentPtr find(std::uint32_t collection, std::string_view id);

  Moment moment() const;
  // Keeps what a read that began at `moment` found.
  void keep(const Moment& moment, std::uint32_t collection, DocumentPtr document,
            std::size_t text_bytes);
  // A commit: the new document, or null where it was erased.
  void replace(std::uint32_t collection, std::string_view id, DocumentPtr document,
               std::size_t text_bytes);

 private:
  struct Key {
    std::uint32_t collection;
    std::string_view id;  // of the document that is held
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string_view>{}(key.id) ^ (key.collection * 0x9E3779B97F4A7C15ULL);
    }
  };
  struct Entry {
    Key key;
    DocumentPtr document;
    std::size_t bytes;
  };
  struct Shard {
    std::mutex mutex;
    std::atomic<std::uint64_t> commits{0};
    std::list<Entry> entries;  // latest use first
    std::unordered_map<Key, std::list<Entry>::iterator, Hash> by_key;
    std::size_t bytes = 0;
  };
  static std::size_t shard_of(const Key& key) { return Hash{}(key) >> 60; }
  void put(Shard& shard, const Key& key, DocumentPtr document, std::size_t text_bytes);
  static void drop(Shard& shard, std::list<Entry>::iterator entry);

  std::array<Shard, shard_count> shards_;
  std::size_t max_shard_bytes_;
};

}  // namespace thenorsound::store::sqlite
