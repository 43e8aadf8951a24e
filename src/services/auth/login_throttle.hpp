// Slows down guessing: by account and address, by address, by account. Never a lock-out for good.
// Kept in memory, bounded; a restart forgets.
#pragma once
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace thenorsound::auth {

class LoginThrottle {
 public:
  // Seconds to wait before another try; 0: go ahead.
  int wait_s(const std::string& account, const std::string& address, Time now);
  void failed(const std::string& account, const std::string& address, Time now);
  void succeeded(const std::string& account, const std::string& address, Time now);

  static constexpr std::int64_t window_ms = 15 * minute_ms;
  static constexpr int pair_limit = 5;
  static constexpr int address_limit = 100;
  static constexpr int account_limit = 50;
  static constexpr int longest_wait_s = 60;

 private:
  struct Failures {
    int count = 0;
    Time first;
    Time last;
  };
  using Table = std::unordered_map<std::string, Failures>;
  static constexpr std::size_t max_entries = 100'000;

  static int wait_of(Table& table, const std::string& key, int limit, Time now);
  static void note(Table& table, const std::string& key, Time now);

  std::mutex mutex_;
  Table pairs_, addresses_, accounts_;
  std::unordered_map<std::string, std::set<std::string>> known_;  // account -> addresses
};

}  // namespace thenorsound::auth
