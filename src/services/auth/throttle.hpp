// Failed logins make the next ones wait: by account and address, by address, and by account. Kept
// in the store, under hashes, so that all copies of the service count together.
#pragma once
#include <string>
#include <vector>

#include "store/collection.hpp"

namespace thenorsound::auth {

// Failed ones, on an account, from an address, or both.
struct Attempts {
  std::string id;
  std::vector<std::int64_t> failures;  // times, oldest first, at most the limit
  std::int64_t over = 0;               // failures since the limit was reached
  std::int64_t blocked_until = 0;
  Time expires_at;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Attempts, (), (id, failures, over, blocked_until, expires_at))

class LoginThrottle {
 public:
  static constexpr std::int64_t window_ms = 15 * minute_ms;
  static constexpr std::size_t pair_limit = 5;
  static constexpr std::size_t address_limit = 100;
  static constexpr std::size_t account_limit = 50;
  static constexpr std::int64_t longest_wait_ms = 60 * second_ms;

  // `key`: hashes accounts and addresses.
  LoginThrottle(store::DocumentStore& store, const Clock& clock, std::string key);
  static store::CollectionSchema schema();

  // One attempt, from `begin` to its report.
  struct Attempt {
    std::int64_t wait_ms = 0;  // before it may be made; 0: it may
    std::string pair, address, account;
    bool pair_failed_before = false;
    std::vector<std::string> blocked;  // for others, while it is under way
  };
  // `known`: the address has logged the account in before.
  Task<Result<Attempt>> begin(Trace trace, std::string account, std::string address, bool known);
  Task<Result<void>> failed(Trace trace, Attempt attempt);
  // Resets account and address together; not the counts of either alone.
  Task<Result<void>> succeeded(Trace trace, Attempt attempt);

 private:
  std::string id_of(std::string_view kind, const std::string& what) const;
  Task<Result<void>> count(Trace trace, std::string id, std::size_t limit);
  // Past the limit: blocks others for a moment. Returns how long this one has to wait itself.
  Task<Result<std::int64_t>> take_turn(Trace trace, std::string id, std::size_t limit);

  const Clock& clock_;
  const std::string key_;
  store::Collection<Attempts> attempts_;
};

}  // namespace thenorsound::auth
