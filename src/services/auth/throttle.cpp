#include "services/auth/throttle.hpp"

#include <algorithm>

namespace thenorsound::auth {
namespace {

std::string pair_of(const std::string& account, const std::string& address) {
  return account + "\n" + address;
}

}  // namespace

std::int64_t LoginThrottle::begin(const std::string& account, const std::string& address,
                                  bool known, Time now) {
  std::lock_guard lock(mutex_);
  const std::string pair = pair_of(account, address);
  std::int64_t longest = std::max(wait(pairs_, pair, pair_limit, now.ms),
                                  wait(addresses_, address, address_limit, now.ms));
  if (!known) longest = std::max(longest, wait(accounts_, account, account_limit, now.ms));
  if (longest > 0) return longest;
  block_others(pairs_, pair, pair_limit, now.ms);
  block_others(addresses_, address, address_limit, now.ms);
  if (!known) block_others(accounts_, account, account_limit, now.ms);
  return 0;
}

void LoginThrottle::failed(const std::string& account, const std::string& address, Time now) {
  std::lock_guard lock(mutex_);
  count(pairs_, pair_of(account, address), pair_limit, now.ms);
  count(addresses_, address, address_limit, now.ms);
  count(accounts_, account, account_limit, now.ms);
}

void LoginThrottle::succeeded(const std::string& account, const std::string& address) {
  std::lock_guard lock(mutex_);
  pairs_.erase(pair_of(account, address));
  for (auto [entries, key] : {std::pair{&addresses_, &address}, std::pair{&accounts_, &account}})
    if (const auto found = entries->find(*key); found != entries->end())
      found->second.blocked_until = 0;
}

std::int64_t LoginThrottle::wait(Entries& entries, const std::string& key, std::size_t limit,
                                 std::int64_t now) {
  const auto found = entries.find(key);
  if (found == entries.end()) return 0;
  Entry& entry = found->second;
  while (!entry.failures.empty() && entry.failures.front() + window_ms <= now)
    entry.failures.pop_front();
  if (entry.failures.size() < limit) entry.over = 0;
  if (entry.failures.empty() && entry.blocked_until <= now) {
    entries.erase(found);
    return 0;
  }
  return std::max<std::int64_t>(0, entry.blocked_until - now);
}

// Past the limit attempts go one at a time, so that many at once don't slip through together.
void LoginThrottle::block_others(Entries& entries, const std::string& key, std::size_t limit,
                                 std::int64_t now) {
  const auto found = entries.find(key);
  if (found != entries.end() && found->second.failures.size() >= limit)
    found->second.blocked_until = now + second_ms;
}

void LoginThrottle::count(Entries& entries, const std::string& key, std::size_t limit,
                          std::int64_t now) {
  if (entries.size() >= max_entries) tidy(entries, now);
  Entry& entry = entries[key];
  entry.failures.push_back(now);
  if (entry.failures.size() < limit) return;
  if (entry.failures.size() > limit) entry.failures.pop_front();
  const std::int64_t doubled = second_ms << std::min<std::int64_t>(entry.over, 6);
  entry.blocked_until = now + std::min(doubled, longest_wait_ms);
  ++entry.over;
}

// What is over goes; if that isn't enough, everything does.
void LoginThrottle::tidy(Entries& entries, std::int64_t now) {
  std::erase_if(entries, [now](const auto& item) {
    return item.second.failures.empty() || item.second.failures.back() + window_ms <= now;
  });
  if (entries.size() >= max_entries) entries.clear();
}

}  // namespace thenorsound::auth
