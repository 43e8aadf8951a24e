#include "services/gateway/rate_limit.hpp"

namespace thenorsound::gateway {

RateLimit::Verdict RateLimit::take(std::string_view key, std::int64_t limit, Time now) {
  if (limit <= 0) return {};
  // The map uses the low bits.
  Shard& shard = shards_[(TextHash{}(key) >> 32) % shard_count];
  std::lock_guard lock(shard.mutex);
  auto found = shard.windows.find(key);
  if (found == shard.windows.end()) {
    if (shard.windows.size() >= keys_per_shard_) make_room(shard, now);
    found = shard.windows.emplace(std::string(key), Window{}).first;
  }
  Window& window = found->second;
  // A clock that was set back must not lock anybody out for longer than a minute.
  if (now.ms >= window.end_ms || window.end_ms - now.ms > minute_ms)
    window = Window{now.ms + minute_ms, 0};
  Verdict verdict;
  verdict.reset_s = std::max<std::int64_t>(1, (window.end_ms - now.ms + 999) / second_ms);
  verdict.allowed = window.count < limit;
  if (verdict.allowed) ++window.count;
  verdict.remaining = std::max<std::int64_t>(0, limit - window.count);
  return verdict;
}

void RateLimit::make_room(Shard& shard, Time now) const {
  std::erase_if(shard.windows, [now](const auto& entry) { return entry.second.end_ms <= now.ms; });
  while (shard.windows.size() >= keys_per_shard_) shard.windows.erase(shard.windows.begin());
}

std::size_t RateLimit::size() const {
  std::size_t size = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    size += shard.windows.size();
  }
  return size;
}

}  // namespace thenorsound::gateway
