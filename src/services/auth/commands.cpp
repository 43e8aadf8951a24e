#include "services/auth/commands.hpp"

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "contracts/customer_profile.hpp"

namespace thenorsound::auth {
namespace {

using store::Change;
using store::Outgoing;

constexpr std::size_t max_user_agent = 200;

json::object revoked_data(const Session& session) {
  json::object data;
  data["sid"] = session.id;
  data["userId"] = session.user_id.value;
  return data;
}

}  // namespace

Error unauthorized(std::string reason) {
  return make_error(Code::unauthorized, "You are not logged in, or no longer.", std::move(reason));
}

AuthCommands::AuthCommands(Repository& repository, const AuthSettings& settings,
                           const Clock& clock, http::ServiceClient& users,
                           http::ServiceClient& customers)
    : repository_(repository), settings_(settings), clock_(clock), users_(users),
      customers_(customers), jwt_{settings.jwt_key, settings.issuer, settings.audience},
      tokens_(settings.refresh_key), passwords_(settings.bcrypt_cost) {}

Task<Result<UserProfile>> AuthCommands::profile(Trace trace, UserId user) {
  std::string target = "/internal/users/" + user.value;
  const Result<json::value> answer = co_await users_.get(trace, std::move(target));
  if (!answer && answer.error().code == Code::not_found) co_return unauthorized("no such user");
  if (!answer) co_return answer.error();
  co_return from_document<UserProfile>(answer->as_object());
}

Task<Result<AuthCommands::Person>> AuthCommands::find_person(Trace trace, UserId user) {
  Result<UserProfile> found = co_await profile(trace, std::move(user));
  if (!found) co_return found.error();
  Person person;
  person.profile = std::move(*found);
  if (!person.profile.is_active) co_return unauthorized("user not active");
  if (person.profile.role < 1 || person.profile.role > 5) co_return unauthorized("no role");
  if (person.profile.customer_id.empty()) co_return person;
  std::string target = "/internal/customers/" + person.profile.customer_id.value;
  const Result<json::value> company = co_await customers_.get(trace, std::move(target));
  if (!company && company.error().code == Code::not_found)
    co_return unauthorized("company deleted");
  if (!company) co_return company.error();
  const auto profile = from_document<CustomerProfile>(company->as_object());
  if (!profile.is_active) co_return unauthorized("company not active");
  person.customer_type = profile.customer_type;
  co_return person;
}

std::string AuthCommands::access_token(const Person& person, const std::string& sid) const {
  const std::int64_t now_s = clock_.now().ms / second_ms;
  Claims claims;
  claims.user = person.profile.id;
  claims.email = person.profile.email;
  claims.role = static_cast<Role>(person.profile.role);
  claims.customer = person.profile.customer_id;
  claims.customer_type = person.customer_type;
  claims.sid = sid;
  claims.jti = to_base64url(random_bytes(12));
  claims.issued_s = now_s;
  claims.expires_s = now_s + access_seconds();
  return make_jwt(claims, jwt_);
}

// --- Login and tokens ---

Task<Result<Tokens>> AuthCommands::login(Trace trace, std::string email, std::string password,
                                         std::string address, std::string user_agent) {
  const std::string account = email_key(email);
  if (const int wait_s = throttle_.wait_s(account, address, clock_.now()); wait_s > 0) {
    Error error = make_error(Code::rate_limited, "Too many failed logins. Please wait a little.");
    error.retry_after_s = wait_s;
    co_return error;
  }
  const auto credential = co_await repository_.credential_by_email(std::move(email));
  if (!credential) co_return credential.error();
  const bool usable = *credential && (*credential)->enabled;
  const Result<bool> right = co_await passwords_.matches(
      std::move(password), usable ? (*credential)->password_hash : std::string());
  if (!right) co_return right.error();
  if (!*right) {
    throttle_.failed(account, address, clock_.now());
    co_return unauthorized("wrong address or password");
  }
  const Result<Person> person = co_await find_person(trace, (*credential)->user_id);
  if (!person) co_return person.error();
  throttle_.succeeded(account, address, clock_.now());

  Session session;
  const Time now = clock_.now();
  session.id = new_id("ses", now);
  session.user_id = person->profile.id;
  session.created_at = session.rotated_at = now;
  session.ends_at = now + session_life_ms;
  session.expires_at = now + refresh_life_ms;
  session.access_version = person->profile.access_version;
  session.user_agent = user_agent.substr(0, max_user_agent);
  Tokens made;
  made.refresh = tokens_.first(session.id);
  made.access = access_token(*person, session.id);
  session.current_hash = RefreshTokens::hash(made.refresh);
  const Result<Session> kept = co_await repository_.sessions.insert(trace, std::move(session));
  if (!kept) co_return kept.error();
  co_return made;
}

Task<Result<Tokens>> AuthCommands::refresh(Trace trace, std::string token) {
  const auto sid = tokens_.session_of(token);
  if (!sid) co_return unauthorized("no refresh token of ours");
  const auto session = co_await repository_.sessions.get(*sid);
  if (!session) co_return session.error();
  if (!*session || !is_live(**session, clock_.now())) co_return unauthorized("session ended");
  const Result<Person> person = co_await find_person(trace, (*session)->user_id);
  if (!person) co_return person.error();
  if (person->profile.access_version != (*session)->access_version) {
    co_await revoke(trace, *sid);  // the message of the change is still on its way
    co_return unauthorized("access changed");
  }
  Tokens made;
  made.refresh = tokens_.successor(token);
  auto use = std::make_shared<Use>(Use::ended);
  auto change = [use, hash = RefreshTokens::hash(token),
                 successor = RefreshTokens::hash(made.refresh),
                 now = clock_.now()](Session& stored, Outgoing& out) -> Result<Change> {
    *use = use_refresh_token(stored, hash, successor, now);
    if (*use == Use::stolen) out.add("session.revoked", revoked_data(stored));
    return *use == Use::rotated || *use == Use::stolen ? Change::yes : Change::no;
  };
  const Result<Session> used =
      co_await repository_.sessions.modify(trace, *sid, std::move(change));
  if (!used) co_return used.error();
  if (*use == Use::stolen)
    log_warning("a refresh token was used again: session revoked", {{"sid", *sid}});
  if (*use == Use::stolen || *use == Use::ended) co_return unauthorized("refresh token used");
  made.access = access_token(*person, *sid);
  co_return made;
}

Task<Result<Tokens>> AuthCommands::refresh_for(Trace trace, std::string token,
                                               std::string access) {
  const auto claims = read_jwt(access, jwt_, clock_.now());
  if (!claims) co_return unauthorized("access token not ours");
  const auto sid = tokens_.session_of(token);
  if (!sid) co_return unauthorized("no refresh token of ours");
  if (*sid != claims->sid) co_return forbidden();
  const auto session = co_await repository_.sessions.get(*sid);
  if (!session) co_return session.error();
  if (*session && (*session)->user_id != claims->user) co_return forbidden();
  co_return co_await refresh(std::move(trace), std::move(token));
}

Task<Result<Checked>> AuthCommands::check(std::string access) {
  auto claims = read_jwt(access, jwt_, clock_.now());
  if (!claims) co_return Checked{};
  const auto session = co_await repository_.sessions.get(claims->sid);
  if (!session) co_return session.error();
  Checked checked;
  checked.claims = std::move(*claims);
  const bool live = *session && !(*session)->revoked && clock_.now() < (*session)->ends_at &&
                    (*session)->user_id == checked.claims.user;
  if (!live)
    checked.verdict = Verdict::revoked;
  else
    checked.verdict = clock_.now().ms >= checked.claims.expires_s * second_ms ? Verdict::expired
                                                                              : Verdict::valid;
  co_return checked;
}

// --- Sessions ---

Task<Result<void>> AuthCommands::revoke(Trace trace, std::string sid) {
  auto change = [](Session& session, Outgoing& out) -> Result<Change> {
    if (session.revoked) return Change::no;
    session.revoked = true;
    out.add("session.revoked", revoked_data(session));
    return Change::yes;
  };
  const Result<Session> done =
      co_await repository_.sessions.modify(std::move(trace), std::move(sid), std::move(change));
  if (!done && done.error().code != Code::not_found) co_return done.error();
  co_return Result<void>();
}

Task<Result<void>> AuthCommands::revoke_all(Trace trace, UserId user, std::string except_sid) {
  const auto sessions = co_await repository_.sessions_of(std::move(user));
  if (!sessions) co_return sessions.error();
  for (const Session& session : *sessions) {
    if (session.revoked || session.id == except_sid) continue;
    const Result<void> done = co_await revoke(trace, session.id);
    if (!done) co_return done;
  }
  co_return Result<void>();
}

// --- Passwords and links ---

Task<Result<void>> AuthCommands::set_password(Trace trace, UserId user, std::string hash) {
  auto change = [hash = std::move(hash), now = clock_.now()](Credential& credential,
                                                             Outgoing&) -> Result<Change> {
    if (credential.password_hash == hash) return Change::no;
    credential.password_hash = hash;
    credential.updated_at = now;
    return Change::yes;
  };
  const Result<Credential> done = co_await repository_.credentials.modify(
      std::move(trace), std::move(user.value), std::move(change));
  if (!done) co_return done.error();
  co_return Result<void>();
}

Task<Result<void>> AuthCommands::change_password(Trace trace, UserId user, std::string sid,
                                                 std::string current, std::string fresh) {
  const auto credential = co_await repository_.credentials.get(user.value);
  if (!credential) co_return credential.error();
  const Result<bool> right = co_await passwords_.matches(
      std::move(current), *credential ? (*credential)->password_hash : std::string());
  if (!right) co_return right.error();
  if (!*right) co_return invalid_field("currentPassword", "is not right");
  Result<std::string> hash = co_await passwords_.hash(std::move(fresh));
  if (!hash) co_return hash.error();
  const Result<void> set = co_await set_password(trace, user, std::move(*hash));
  if (!set) co_return set;
  co_return co_await revoke_all(std::move(trace), std::move(user), std::move(sid));
}

std::string AuthCommands::secret_of(const std::string& link_id) const {
  return to_base64url(hmac_sha256(settings_.link_key, "link." + link_id));
}

std::string AuthCommands::link_url(const Link& link) const {
  const std::string page = link.kind == LinkKind::Invitation ? "/register" : "/reset-password";
  return settings_.public_url + page + "#token=" + link.id + "." + secret_of(link.id);
}

Task<Result<Link>> AuthCommands::make_link(Trace trace, LinkKind kind, std::string id, UserId user,
                                           bool announce) {
  const Time now = clock_.now();
  Link link;
  link.id = std::move(id);
  link.kind = kind;
  link.user_id = std::move(user);
  link.secret_hash = RefreshTokens::hash(secret_of(link.id));
  link.created_at = now;
  link.usable_until = now + (kind == LinkKind::Invitation ? 72 * hour_ms : hour_ms);
  link.expires_at = link.usable_until + day_ms;
  Outgoing out;
  if (announce) {
    json::object data;
    data["userId"] = link.user_id.value;
    data["linkId"] = link.id;
    out.add("user.reset", std::move(data));
  }
  co_return co_await repository_.links.insert(std::move(trace), std::move(link), std::move(out));
}

Task<Result<void>> AuthCommands::forgot_password(Trace trace, std::string email) {
  const auto credential = co_await repository_.credential_by_email(std::move(email));
  if (!credential) co_return credential.error();
  const bool somebody = *credential && (*credential)->enabled;
  UserId user = somebody ? (*credential)->user_id : UserId{};
  std::string id = new_id("link", clock_.now());
  const Result<Link> made = co_await make_link(std::move(trace), LinkKind::Reset, std::move(id),
                                               std::move(user), somebody);
  if (!made) co_return made.error();
  co_return Result<void>();
}

Task<Result<std::optional<Link>>> AuthCommands::find_link(std::string id) {
  co_return co_await repository_.links.get(std::move(id));
}

Task<Result<UserId>> AuthCommands::use_link(Trace trace, LinkKind kind, std::string token,
                                            std::string password) {
  const Error refused = invalid_field("token", "is unknown, used or too old");
  const std::size_t dot = token.find('.');
  if (dot == std::string::npos) co_return refused;
  const std::string id = token.substr(0, dot);
  const auto link = co_await repository_.links.get(id);
  if (!link) co_return link.error();
  const bool right = *link && (*link)->kind == kind && !(*link)->used &&
                     !(*link)->user_id.empty() && clock_.now() < (*link)->usable_until &&
                     equal_in_constant_time((*link)->secret_hash,
                                            RefreshTokens::hash(token.substr(dot + 1)));
  if (!right) co_return refused;
  Result<std::string> hash = co_await passwords_.hash(std::move(password));
  if (!hash) co_return hash.error();
  auto take = [hash = *hash, now = clock_.now(), refused](Link& stored,
                                                          Outgoing&) -> Result<Change> {
    if (stored.used) return refused;
    stored.used = true;
    stored.pending_hash = hash;
    stored.pending_since = now;
    return Change::yes;
  };
  const Result<Link> taken = co_await repository_.links.modify(trace, id, std::move(take));
  if (!taken) co_return taken.error();
  co_await finish_links();
  co_return taken->user_id;
}

Task<void> AuthCommands::finish_links() {
  const Trace trace = new_trace();
  const auto links = co_await repository_.unfinished_links();
  if (!links) co_return;
  for (const Link& link : *links) {
    const Result<void> set = co_await set_password(trace, link.user_id, link.pending_hash);
    if (!set && set.error().code != Code::not_found) continue;
    if (link.kind == LinkKind::Reset) {
      const Result<void> ended = co_await revoke_all(trace, link.user_id, std::string());
      if (!ended) continue;
    }
    auto finish = [](Link& stored, Outgoing&) -> Result<Change> {
      if (!stored.pending_since) return Change::no;
      stored.pending_since.reset();
      stored.pending_hash.clear();
      return Change::yes;
    };
    co_await repository_.links.modify(trace, link.id, std::move(finish));
  }
}

// --- Credentials ---

Task<Result<std::optional<std::string>>> AuthCommands::create_credential(
    Trace trace, UserId user, std::string email, std::optional<std::string> password,
    bool invite) {
  Credential credential;
  credential.user_id = user;
  credential.email = std::move(email);
  credential.email_key = email_key(credential.email);
  credential.created_at = credential.updated_at = clock_.now();
  if (password) {
    Result<std::string> hash = co_await passwords_.hash(std::move(*password));
    if (!hash) co_return hash.error();
    credential.password_hash = std::move(*hash);
  }
  const Result<Credential> made =
      co_await repository_.credentials.insert(trace, std::move(credential));
  if (!made && made.error().reason != "exists") co_return made.error();
  if (password || !invite) co_return std::optional<std::string>{};
  // The same link for the same user, so that a repeat makes no second one.
  std::string link_id = derived_id("link", "invitation/" + user.value);
  const Result<Link> link = co_await make_link(std::move(trace), LinkKind::Invitation, link_id,
                                               std::move(user), false);
  if (!link && link.error().reason != "exists") co_return link.error();
  co_return std::optional<std::string>(std::move(link_id));
}

Task<Result<void>> AuthCommands::change_credential(Trace trace, UserId user,
                                                   std::optional<bool> enabled,
                                                   std::optional<std::string> email) {
  auto change = [enabled, email, now = clock_.now()](Credential& credential,
                                                     Outgoing&) -> Result<Change> {
    const Credential before = credential;
    if (enabled) credential.enabled = *enabled;
    if (email) {
      credential.email = *email;
      credential.email_key = email_key(*email);
    }
    if (credential.enabled == before.enabled && credential.email == before.email)
      return Change::no;
    credential.updated_at = now;
    return Change::yes;
  };
  const Result<Credential> done = co_await repository_.credentials.modify(
      std::move(trace), std::move(user.value), std::move(change));
  if (!done && done.error().code == Code::not_found) co_return not_found("credential");
  if (!done) co_return done.error();
  co_return Result<void>();
}

Task<Result<void>> AuthCommands::delete_credential(Trace trace, UserId user) {
  const Result<void> gone = co_await repository_.credentials.erase(user.value);
  if (!gone) co_return gone;
  co_return co_await revoke_all(std::move(trace), std::move(user), std::string());
}

}  // namespace thenorsound::auth
