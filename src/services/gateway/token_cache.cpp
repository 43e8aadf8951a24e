#include "services/gateway/token_cache.hpp"

#include <algorithm>
#include <functional>

namespace thenorsound::gateway {

// The signature at the end is the part that differs most, and enough.
std::size_t TokenCache::TokenHash::operator()(std::string_view token) const {
  constexpr std::size_t enough = 48;
  if (token.size() > enough) token.remove_prefix(token.size() - enough);
  return std::hash<std::string_view>{}(token);
}

TokenCache::Shard& TokenCache::shard_of(std::string_view token) const {
  return shards_[(TokenHash{}(token) >> 32) % shard_count];
}

std::shared_ptr<const Claims> TokenCache::find(std::string_view token, Time now) const {
  const Shard& shard = shard_of(token);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(token);
  if (found == shard.entries.end() || now.ms >= found->second.until_ms) return nullptr;
  // A clock that was set back must not keep anything longer.
  if (found->second.until_ms - now.ms > kept_ms) return nullptr;
  return found->second.claims;
}

std::uint64_t TokenCache::epoch() const {
  std::lock_guard lock(forgotten_mutex_);
  return epoch_;
}

bool TokenCache::insert(std::string_view token, std::shared_ptr<const Claims> claims,
                        std::uint64_t asked_at, Time now) {
  std::lock_guard forgotten_lock(forgotten_mutex_);
  if (was_forgotten(*claims, asked_at)) return false;
  Shard& shard = shard_of(token);
  std::lock_guard lock(shard.mutex);
  if (shard.entries.size() >= tokens_per_shard_) {
    std::erase_if(shard.entries,
                  [now](const auto& entry) { return entry.second.until_ms <= now.ms; });
    while (shard.entries.size() >= tokens_per_shard_) shard.entries.erase(shard.entries.begin());
  }
  const std::int64_t until_ms = std::min(now.ms + kept_ms, claims->expires.ms);
  shard.entries.insert_or_assign(std::string(token), Entry{std::move(claims), until_ms});
  return true;
}

void TokenCache::forget_session(std::string_view sid, Time now) { forget(&Claims::sid, sid, now); }

void TokenCache::forget_user(std::string_view user_id, Time now) {
  forget(&Claims::user_id, user_id, now);
}

void TokenCache::forget(Key key, std::string_view value, Time now) {
  {
    std::lock_guard lock(forgotten_mutex_);
    std::erase_if(forgotten_,
                  [now](const auto& entry) { return now.ms - entry.second.at_ms > remembered_ms; });
    forgotten_.insert_or_assign(std::string(value), Forgotten{++epoch_, now.ms});
  }
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    std::erase_if(shard.entries,
                  [&](const auto& entry) { return (*entry.second.claims).*key == value; });
  }
}

bool TokenCache::was_forgotten(const Claims& claims, std::uint64_t asked_at) const {
  for (const std::string& key : {claims.sid, claims.user_id}) {
    const auto found = forgotten_.find(key);
    if (found != forgotten_.end() && found->second.epoch > asked_at) return true;
  }
  return false;
}

std::size_t TokenCache::size() const {
  std::size_t size = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    size += shard.entries.size();
  }
  return size;
}

}  // namespace thenorsound::gateway
