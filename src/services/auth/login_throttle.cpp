#include "services/auth/login_throttle.hpp"

namespace thenorsound::auth {
namespace {
constexpr std::size_t max_known_addresses = 20;
std::string pair_of(const std::string& account, const std::string& address) {
  return account + '\n' + address;
}
}  // namespace

int LoginThrottle::wait_of(Table& table, const std::string& key, int limit, Time now) {
  const auto found = table.find(key);
  if (found == table.end()) return 0;
  if (now.ms - found->second.first.ms > window_ms) {
    table.erase(found);
    return 0;
  }
  if (found->second.count < limit) return 0;
  const int doublings = std::min(found->second.count - limit, 6);
  const std::int64_t wait_ms = std::min(1 << doublings, longest_wait_s) * second_ms;
  const std::int64_t left_ms = found->second.last.ms + wait_ms - now.ms;
  return left_ms <= 0 ? 0 : static_cast<int>((left_ms + second_ms - 1) / second_ms);
}

void LoginThrottle::note(Table& table, const std::string& key, Time now) {
  if (table.size() >= max_entries && !table.contains(key))
    std::erase_if(table, [&](const auto& entry) {
      return now.ms - entry.second.first.ms > window_ms || entry.second.count < 2;
    });
  Failures& failures = table[key];
  if (failures.count == 0 || now.ms - failures.first.ms > window_ms) failures = {0, now, now};
  ++failures.count;
  failures.last = now;
}

int LoginThrottle::wait_s(const std::string& account, const std::string& address, Time now) {
  std::lock_guard lock(mutex_);
  int wait = wait_of(pairs_, pair_of(account, address), pair_limit, now);
  wait = std::max(wait, wait_of(addresses_, address, address_limit, now));
  const auto known = known_.find(account);
  if (known == known_.end() || !known->second.contains(address))
    wait = std::max(wait, wait_of(accounts_, account, account_limit, now));
  return wait;
}

void LoginThrottle::failed(const std::string& account, const std::string& address, Time now) {
  std::lock_guard lock(mutex_);
  note(pairs_, pair_of(account, address), now);
  note(addresses_, address, now);
  note(accounts_, account, now);
}

void LoginThrottle::succeeded(const std::string& account, const std::string& address, Time) {
  std::lock_guard lock(mutex_);
  pairs_.erase(pair_of(account, address));
  if (known_.size() >= max_entries && !known_.contains(account)) return;
  auto& addresses = known_[account];
  if (addresses.size() < max_known_addresses) addresses.insert(address);
}

}  // namespace thenorsound::auth
