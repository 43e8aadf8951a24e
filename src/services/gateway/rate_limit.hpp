// How many requests a key has made in its minute. Exact over all threads.
#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"

namespace thenorsound::gateway {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// A key's minute begins with its first request. Memory is bounded: above `max_keys` those whose
// minute is over go, then any.
class RateLimit {
 public:
  struct Verdict {
    bool allowed = true;
    std::int64_t remaining = 0;
    std::int64_t reset_s = 0;  // until the minute is over, at least 1
  };

  explicit RateLimit(std::size_t max_keys = 200'000)
      : keys_per_shard_(max_keys / shard_count + 1) {}

  // Counts one request. `limit` 0: always allowed.
  Verdict take(std::string_view key, std::int64_t limit, Time now);
  std::size_t size() const;

 private:
  static constexpr std::size_t shard_count = 32;
  struct Window {
    std::int64_t end_ms = 0;
    std::int64_t count = 0;
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Window, TextHash, std::equal_to<>> windows;
  };
  void make_room(Shard& shard, Time now) const;

  std::size_t keys_per_shard_;
  std::array<Shard, shard_count> shards_;
};

}  // namespace thenorsound::gateway
