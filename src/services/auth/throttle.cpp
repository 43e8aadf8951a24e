#include "services/auth/throttle.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace thenorsound::auth {
namespace {

using store::Change;
using store::Outgoing;

constexpr const char* collection = "login_attempts";
constexpr std::size_t id_length = 32;

struct Limited {
  std::string id;
  std::size_t limit = 0;
};

void forget_old(Attempts& attempts, std::size_t limit, Time now) {
  std::erase_if(attempts.failures,
                [now](std::int64_t at) { return at + LoginThrottle::window_ms <= now.ms; });
  if (attempts.failures.size() < limit) attempts.over = 0;
}

std::int64_t wait_of(const Attempts& attempts, Time now) {
  const std::int64_t wait = std::max<std::int64_t>(0, attempts.blocked_until - now.ms);
  // A clock that was set back, or another machine's, must not make anybody wait for longer.
  return std::min(wait, LoginThrottle::longest_wait_ms);
}

void keep(Attempts& attempts, Time now) {
  attempts.expires_at = now + LoginThrottle::window_ms + LoginThrottle::longest_wait_ms;
}

void add_failure(Attempts& attempts, std::size_t limit, Time now) {
  forget_old(attempts, limit, now);
  keep(attempts, now);
  attempts.failures.push_back(now.ms);
  if (attempts.failures.size() < limit) return;
  if (attempts.failures.size() > limit) attempts.failures.erase(attempts.failures.begin());
  const std::int64_t doubled = second_ms << std::min<std::int64_t>(attempts.over, 6);
  attempts.blocked_until = now.ms + std::min(doubled, LoginThrottle::longest_wait_ms);
  ++attempts.over;
}

}  // namespace

LoginThrottle::LoginThrottle(store::DocumentStore& store, const Clock& clock, std::string key)
    : clock_(clock), key_(std::move(key)), attempts_(store, clock, collection, "auth") {}

store::CollectionSchema LoginThrottle::schema() {
  store::CollectionSchema schema;
  schema.name = collection;
  schema.expires_field = "expiresAt";
  return schema;
}

std::string LoginThrottle::id_of(std::string_view kind, const std::string& what) const {
  return to_hex(hmac_sha256(key_, "attempts|" + std::string(kind) + "|" + what))
      .substr(0, id_length);
}

Task<Result<LoginThrottle::Attempt>> LoginThrottle::begin(Trace trace, std::string account,
                                                          std::string address, bool known) {
  Attempt attempt;
  attempt.pair = id_of("pair", account + "\n" + address);
  attempt.address = id_of("address", address);
  attempt.account = id_of("account", account);
  std::vector<Limited> asked(2);
  asked[0] = {attempt.pair, pair_limit};
  asked[1] = {attempt.address, address_limit};
  if (!known) asked.push_back({attempt.account, account_limit});
  std::vector<Limited> full;
  const Time now = clock_.now();
  for (const Limited& one : asked) {
    Result<std::optional<Attempts>> found = co_await attempts_.get(one.id);
    if (!found) co_return found.error();
    if (!*found) continue;
    if (one.id == attempt.pair) attempt.pair_failed_before = true;
    forget_old(**found, one.limit, now);
    attempt.wait_ms = std::max(attempt.wait_ms, wait_of(**found, now));
    if ((*found)->failures.size() >= one.limit) full.push_back(one);
  }
  if (attempt.wait_ms > 0) co_return attempt;
  for (const Limited& one : full) {
    const Result<std::int64_t> wait = co_await take_turn(trace, one.id, one.limit);
    if (!wait) co_return wait.error();
    attempt.wait_ms = *wait;
    if (*wait > 0) co_return attempt;
    attempt.blocked.push_back(one.id);
  }
  co_return attempt;
}

// Past the limit attempts go one at a time, so that many at once don't slip through together.
Task<Result<std::int64_t>> LoginThrottle::take_turn(Trace trace, std::string id,
                                                    std::size_t limit) {
  const auto wait = std::make_shared<std::int64_t>(0);
  auto block = [wait, limit, now = clock_.now()](Attempts& attempts, Outgoing&) -> Result<Change> {
    forget_old(attempts, limit, now);
    *wait = wait_of(attempts, now);
    if (*wait > 0 || attempts.failures.size() < limit) return Change::no;
    attempts.blocked_until = now.ms + second_ms;
    return Change::yes;
  };
  const Result<Attempts> blocked =
      co_await attempts_.modify(std::move(trace), std::move(id), std::move(block));
  if (!blocked && blocked.error().reason != "absent") co_return blocked.error();
  co_return *wait;
}

Task<Result<void>> LoginThrottle::failed(Trace trace, Attempt attempt) {
  Result<void> counted = co_await count(trace, std::move(attempt.pair), pair_limit);
  if (counted) counted = co_await count(trace, std::move(attempt.address), address_limit);
  if (counted) counted = co_await count(trace, std::move(attempt.account), account_limit);
  co_return counted;
}

Task<Result<void>> LoginThrottle::count(Trace trace, std::string id, std::size_t limit) {
  const auto one_more = [limit, now = clock_.now()](Attempts& attempts,
                                                    Outgoing&) -> Result<Change> {
    add_failure(attempts, limit, now);
    return Change::yes;
  };
  Result<Attempts> counted = co_await attempts_.modify(trace, id, one_more);
  if (!counted && counted.error().reason == "absent") {
    Attempts first;
    first.id = id;
    add_failure(first, limit, clock_.now());
    counted = co_await attempts_.insert(trace, std::move(first));
    if (!counted && counted.error().reason == "exists")
      counted = co_await attempts_.modify(trace, id, one_more);
  }
  if (!counted) co_return counted.error();
  co_return Result<void>();
}

Task<Result<void>> LoginThrottle::succeeded(Trace trace, Attempt attempt) {
  if (attempt.pair_failed_before) {
    const Result<void> reset = co_await attempts_.erase(attempt.pair);
    if (!reset) co_return reset;
  }
  for (const std::string& id : attempt.blocked) {
    auto unblock = [](Attempts& attempts, Outgoing&) -> Result<Change> {
      attempts.blocked_until = 0;
      return Change::yes;
    };
    const Result<Attempts> free = co_await attempts_.modify(trace, id, std::move(unblock));
    if (!free && free.error().reason != "absent") co_return free.error();
  }
  co_return Result<void>();
}

}  // namespace thenorsound::auth
