#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "http/url.hpp"
#include "services/auth/commands.hpp"
#include "services/auth/password.hpp"

namespace thenorsound::auth {
namespace {

using store::Change;
using store::Outgoing;

Error wrong_login() {
  return make_error(Code::unauthorized, "The mail address or the password is not right.");
}

Error too_many(std::int64_t wait_ms) {
  Error error = make_error(Code::rate_limited, "Too many failed attempts; wait a little.");
  error.retry_after_s = static_cast<int>((wait_ms + second_ms - 1) / second_ms);
  return error;
}

}  // namespace

AuthCommands::AuthCommands(Repository& repository, AuthSettings settings,
                           http::ServiceClient& users, http::ServiceClient& customers,
                           const Clock& clock)
    : repository_(repository),
      settings_(std::move(settings)),
      users_(users),
      customers_(customers),
      clock_(clock),
      signer_(settings_.jwt_key, settings_.issuer, settings_.audience),
      throttle_(repository.credentials.store(), clock, settings_.refresh_key),
      dummy_hash_(hash_password("nobody has this password", settings_.bcrypt_cost)),
      pool_(settings_.bcrypt_threads, settings_.bcrypt_queue) {}

Task<Result<bool>> AuthCommands::check(std::string password, std::string hash) {
  std::function<bool()> work = [password = std::move(password), hash = std::move(hash)] {
    return is_password(password, hash);
  };
  co_return co_await pool_.run<bool>(std::move(work));
}

Task<Result<std::string>> AuthCommands::hash(std::string password) {
  std::function<std::string()> work = [password = std::move(password),
                                       cost = settings_.bcrypt_cost] {
    return hash_password(password, cost);
  };
  co_return co_await pool_.run<std::string>(std::move(work));
}

std::string AuthCommands::address_hash(const std::string& address) const {
  return to_hex(hmac_sha256(settings_.refresh_key, "address|" + address)).substr(0, 32);
}

Task<Result<std::optional<AuthCommands::Person>>> AuthCommands::person(Trace trace, UserId id) {
  std::string target = "/internal/users/" + http::encode_component(id.value);
  const Result<json::value> user = co_await users_.get(trace, std::move(target));
  if (!user && user.error().code == Code::not_found) co_return std::optional<Person>();
  if (!user) co_return user.error();
  Person found;
  found.profile = from_document<UserProfile>(user->as_object());
  if (!found.profile.is_active) co_return std::optional<Person>();
  if (found.profile.customer_id.empty()) co_return std::optional(std::move(found));
  target = "/internal/customers/" + http::encode_component(found.profile.customer_id.value);
  const Result<json::value> company = co_await customers_.get(trace, std::move(target));
  if (!company && company.error().code == Code::not_found) co_return std::optional<Person>();
  if (!company) co_return company.error();
  found.customer_type = from_document<CustomerProfile>(company->as_object()).customer_type;
  co_return std::optional(std::move(found));
}

// Unknown or wrong, the same work is done: one bcrypt of the same cost.
Task<Result<Tokens>> AuthCommands::log_in(Trace trace, Login login) {
  const std::string account = fold_case(login.email);
  const Result<std::optional<Credential>> found = co_await repository_.with_email(account);
  if (!found) co_return found.error();
  const bool usable = *found && (*found)->enabled && !(*found)->password_hash.empty();
  const std::string from = address_hash(login.address);
  bool known = false;
  if (*found)
    for (const std::string& item : (*found)->known_addresses) known = known || item == from;
  const auto attempt = co_await throttle_.begin(trace, account, login.address, known);
  if (!attempt) co_return attempt.error();
  if (attempt->wait_ms > 0) co_return too_many(attempt->wait_ms);

  const std::string hash = usable ? (*found)->password_hash : dummy_hash_;
  const Result<bool> right = co_await check(login.password, hash);
  if (!right) co_return right.error();
  if (!*right || !usable) {
    const Result<void> counted = co_await throttle_.failed(trace, *attempt);
    if (!counted) co_return counted.error();
    co_return wrong_login();
  }
  const UserId id = (*found)->id;
  Result<std::optional<Person>> who = co_await person(trace, id);
  if (!who) co_return who.error();
  if (!*who) co_return wrong_login();
  const Result<void> reset = co_await throttle_.succeeded(trace, *attempt);
  if (!reset) co_return reset.error();
  if (!known) {
    auto remember = [from](Credential& credential, Outgoing&) -> Result<Change> {
      return know_address(credential, from) ? Change::yes : Change::no;
    };
    const Result<Credential> kept =
        co_await repository_.credentials.modify(trace, id.value, std::move(remember));
    if (!kept) co_return kept.error();
  }
  co_return co_await begin_session(trace, **found, std::move(**who), std::move(login));
}

// The credential is read again once the session is there: what ended all sessions meanwhile ends
// this one too.
Task<Result<Tokens>> AuthCommands::begin_session(Trace trace, Credential before, Person person,
                                                 Login login) {
  const Time now = clock_.now();
  const RefreshToken first =
      make_refresh_token(settings_.refresh_key, new_id("ses", now), random_bytes(32));
  Session session = start_session(first.sid, before.id, first, now);
  session.access_version = person.profile.access_version;
  session.user_agent = login.user_agent;
  const Result<Session> begun = co_await repository_.sessions.insert(trace, std::move(session));
  if (!begun) co_return begun.error();
  const Result<std::optional<Credential>> again =
      co_await repository_.credentials.get(before.id.value);
  if (!again) co_return again.error();
  const bool same = *again && (*again)->enabled &&
                    (*again)->password_hash == before.password_hash &&
                    (*again)->min_access_version <= person.profile.access_version;
  if (same) co_return tokens(person, first);
  const Result<void> ended = co_await revoke_session(trace, first.sid);
  if (!ended) co_return ended.error();
  co_return wrong_login();
}

Tokens AuthCommands::tokens(const Person& person, const RefreshToken& refresh) const {
  Claims claims;
  claims.user = person.profile.id;
  claims.email = person.profile.email;
  claims.role = static_cast<Role>(person.profile.role);
  claims.customer = person.profile.customer_id;
  claims.customer_type = person.customer_type;
  claims.sid = refresh.sid;
  claims.jti = to_base64url(random_bytes(16));
  claims.iat = clock_.now().ms / second_ms;
  claims.exp = claims.iat + settings_.access_minutes * 60;
  return Tokens{signer_.sign(claims), refresh.text, refresh.sid};
}

Task<Result<void>> AuthCommands::change_password(Trace trace, UserId user, std::string sid,
                                                 std::string current, std::string wanted,
                                                 std::string address) {
  const Result<std::optional<Credential>> found = co_await repository_.credentials.get(user.value);
  if (!found) co_return found.error();
  if (!*found) co_return not_logged_in("no-credential");
  const std::string account = (*found)->email_key;
  const auto attempt = co_await throttle_.begin(trace, account, std::move(address), true);
  if (!attempt) co_return attempt.error();
  if (attempt->wait_ms > 0) co_return too_many(attempt->wait_ms);
  const std::string before = (*found)->password_hash;
  const Result<bool> right =
      co_await check(std::move(current), before.empty() ? dummy_hash_ : before);
  if (!right) co_return right.error();
  if (!*right || before.empty()) {
    const Result<void> counted = co_await throttle_.failed(trace, *attempt);
    if (!counted) co_return counted.error();
    co_return invalid_field("currentPassword", "is not right");
  }
  const Result<void> reset = co_await throttle_.succeeded(trace, *attempt);
  if (!reset) co_return reset.error();
  const Result<std::string> hashed = co_await hash(std::move(wanted));
  if (!hashed) co_return hashed.error();
  auto change = [before, after = *hashed, now = clock_.now()](Credential& credential,
                                                              Outgoing&) -> Result<Change> {
    if (credential.password_hash != before)
      return conflict("The password was changed in the meantime.");
    set_password(credential, after, now);
    return Change::yes;
  };
  const Result<Credential> changed =
      co_await repository_.credentials.modify(trace, user.value, std::move(change));
  if (!changed) co_return changed.error();
  log_info("password changed", {{"userId", user.value}});
  co_return co_await revoke_all(trace, user, std::move(sid), 0);
}

}  // namespace thenorsound::auth
