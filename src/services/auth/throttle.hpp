// Failed logins make the next ones wait: by account and address, by address, and by account. Kept
// in memory, bounded; a restart forgets it, which gives an attacker one more round and no more.
#pragma once
#include <array>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace thenorsound::auth {

// Thread-safe.
class LoginThrottle {
 public:
  static constexpr std::int64_t window_ms = 15 * minute_ms;
  static constexpr std::size_t pair_limit = 5;
  static constexpr std::size_t address_limit = 100;
  static constexpr std::size_t account_limit = 50;
  static constexpr std::int64_t longest_wait_ms = 60 * second_ms;
  static constexpr std::size_t max_entries = 100'000;

  // Milliseconds to wait before this attempt may be made; 0: it may, and counts until it is
  // reported. `known`: the address has logged the account in before.
  std::int64_t begin(const std::string& account, const std::string& address, bool known, Time now);
  void failed(const std::string& account, const std::string& address, Time now);
  // Resets account and address together; not the counts of either alone.
  void succeeded(const std::string& account, const std::string& address);

 private:
  struct Entry {
    std::deque<std::int64_t> failures;  // times, oldest first, at most the limit
    std::int64_t over = 0;              // failures since the limit was reached
    std::int64_t blocked_until = 0;
  };
  using Entries = std::unordered_map<std::string, Entry>;
  static std::int64_t wait(Entries& entries, const std::string& key, std::size_t limit,
                           std::int64_t now);
  static void block_others(Entries& entries, const std::string& key, std::size_t limit,
                           std::int64_t now);
  static void count(Entries& entries, const std::string& key, std::size_t limit, std::int64_t now);
  static void tidy(Entries& entries, std::int64_t now);

  std::mutex mutex_;
  Entries pairs_;
  Entries addresses_;
  Entries accounts_;
};

}  // namespace thenorsound::auth
