// What auth said about access tokens, for at most 30 s and never past their end.
#pragma once
#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"

namespace thenorsound::gateway {

// A valid token's, as the services get them.
struct Claims {
  std::string user_id;
  std::string roles;        // names, joined by ','
  std::string customer_id;  // empty for Admin
  std::string sid;
  Time expires;
};

// Thread-safe; bounded. Only tokens that auth found valid come in, so that strangers can't fill it.
class TokenCache {
 public:
  explicit TokenCache(std::size_t max_tokens = 100'000)
      : tokens_per_shard_(max_tokens / shard_count + 1) {}

  // Nothing: unknown, too old or over.
  std::shared_ptr<const Claims> find(std::string_view token, Time now) const;

  // Taken before auth is asked, so that an answer from before a revocation is not believed.
  std::uint64_t epoch() const;
  // False where the session or the user was forgotten since `asked_at`: ask again.
  bool insert(std::string_view token, std::shared_ptr<const Claims> claims, std::uint64_t asked_at,
              Time now);
  void forget_session(std::string_view sid, Time now);
  void forget_user(std::string_view user_id, Time now);
  std::size_t size() const;

  static constexpr std::int64_t kept_ms = 30'000;

 private:
  static constexpr std::size_t shard_count = 16;
  static constexpr std::int64_t remembered_ms = 120'000;  // longer than any call to auth takes
  struct Entry {
    std::shared_ptr<const Claims> claims;
    std::int64_t until_ms;
  };
  struct TokenHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view token) const;
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Entry, TokenHash, std::equal_to<>> entries;
  };
  struct Forgotten {
    std::uint64_t epoch;
    std::int64_t at_ms;
  };
  using Key = std::string Claims::*;

  Shard& shard_of(std::string_view token) const;
  void forget(Key key, std::string_view value, Time now);
  bool was_forgotten(const Claims& claims, std::uint64_t asked_at) const;

  std::size_t tokens_per_shard_;
  mutable std::array<Shard, shard_count> shards_;
  mutable std::mutex forgotten_mutex_;  // taken before a shard's
  std::uint64_t epoch_ = 0;
  std::unordered_map<std::string, Forgotten> forgotten_;  // session and user ids
};

}  // namespace thenorsound::gateway
