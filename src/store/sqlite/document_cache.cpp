#include "store/sqlite/document_cache.hpp"

namespace thenorsound::store::sqlite {
namespace {
// What a parsed document takes, measured roughly against its text.
std::size_t bytes_held(std::size_t text_bytes) { return 512 + 4 * text_bytes; }
}  // namespace

DocumentPtr DocumentCache::find(std::uint32_t collection, std::string_view id) {
  const Key key{collection, id};
  Shard& shard = shards_[shard_of(key)];
  std::lock_guard lock(shard.mutex);
  const auto found = shard.by_key.find(key);
  if (found == shard.by_key.end()) return nullptr;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  return found->second->document;
}

DocumentCache::Moment DocumentCache::moment() const {
  Moment moment;
  for (std::size_t i = 0; i < shard_count; ++i)
    moment[i] = shards_[i].commits.load(std::memory_order_acquire);
  return moment;
}

void DocumentCache::keep(const Moment& moment, std::uint32_t collection, DocumentPtr document,
                         std::size_t text_bytes) {
  const Key key{collection, document->id};
  const std::size_t at = shard_of(key);
  std::lock_guard lock(shards_[at].mutex);
  if (shards_[at].commits.load(std::memory_order_relaxed) != moment[at]) return;
  put(shards_[at], key, std::move(document), text_bytes);
}

void DocumentCache::replace(std::uint32_t collection, std::string_view id, DocumentPtr document,
                            std::size_t text_bytes) {
  const Key key{collection, document ? std::string_view(document->id) : id};
  Shard& shard = shards_[shard_of(key)];
  std::lock_guard lock(shard.mutex);
  shard.commits.fetch_add(1, std::memory_order_release);
  if (document) return put(shard, key, std::move(document), text_bytes);
  const auto found = shard.by_key.find(key);
  if (found != shard.by_key.end()) drop(shard, found->second);
}

void DocumentCache::put(Shard& shard, const Key& key, DocumentPtr document,
                        std::size_t text_bytes) {
  const auto found = shard.by_key.find(key);
  if (found != shard.by_key.end()) drop(shard, found->second);
  const std::size_t bytes = bytes_held(text_bytes);
  if (bytes > max_shard_bytes_) return;
  shard.entries.push_front(Entry{key, std::move(document), bytes});
  shard.by_key.emplace(key, shard.entries.begin());
  shard.bytes += bytes;
  while (shard.bytes > max_shard_bytes_) drop(shard, std::prev(shard.entries.end()));
}

void DocumentCache::drop(Shard& shard, std::list<Entry>::iterator entry) {
  shard.by_key.erase(entry->key);
  shard.bytes -= entry->bytes;
  shard.entries.erase(entry);
}

}  // namespace thenorsound::store::sqlite
