#include "base/log.hpp"
#include "services/auth/commands.hpp"

namespace thenorsound::auth {
namespace {

using store::Change;
using store::Outgoing;

constexpr std::size_t batch_size = 200;

void tell_revoked(const Session& session, Outgoing& out) {
  json::object data;
  data["sid"] = session.id;
  data["userId"] = session.user_id.value;
  out.add("session.revoked", std::move(data));
}

}  // namespace

Error not_logged_in(std::string reason) {
  return make_error(Code::unauthorized, "Log in to do this.", std::move(reason));
}

Task<Result<Tokens>> AuthCommands::refresh(Trace trace, std::string refresh_token) {
  std::optional<RefreshToken> token = read_refresh_token(settings_.refresh_key, refresh_token);
  if (!token) co_return not_logged_in("bad-refresh-token");
  Result<std::optional<Session>> session = co_await repository_.sessions.get(token->sid);
  if (!session) co_return session.error();
  if (!*session) co_return not_logged_in("no-session");
  co_return co_await rotate(trace, std::move(*token), std::move(**session));
}

Task<Result<Tokens>> AuthCommands::refresh_for(Trace trace, std::string access_token,
                                               std::string refresh_token) {
  const std::optional<Claims> claims = signer_.read(access_token);
  std::optional<RefreshToken> token = read_refresh_token(settings_.refresh_key, refresh_token);
  if (!claims || !token) co_return not_logged_in("bad-token");
  Result<std::optional<Session>> session = co_await repository_.sessions.get(token->sid);
  if (!session) co_return session.error();
  if (!*session || !is_live(**session, clock_.now())) co_return not_logged_in("no-session");
  if (claims->sid != (*session)->id || claims->user != (*session)->user_id) co_return forbidden();
  co_return co_await rotate(trace, std::move(*token), std::move(**session));
}

// Who it is is asked first: an outage must not use the token up.
Task<Result<Tokens>> AuthCommands::rotate(Trace trace, RefreshToken token, Session session) {
  if (!is_live(session, clock_.now())) co_return not_logged_in("session-over");
  Result<std::optional<Person>> who = co_await person(trace, session.user_id);
  if (!who) co_return who.error();
  if (!*who || (*who)->profile.access_version > session.access_version) {
    const Result<void> ended = co_await revoke_session(trace, session.id);
    if (!ended) co_return ended.error();
    co_return not_logged_in("access-changed");
  }
  RefreshToken next = successor_of(settings_.refresh_key, token);
  auto use = [token, next, now = clock_.now()](Session& latest, Outgoing& out) -> Result<Change> {
    const Result<Use> used = use_token(latest, token, next, now);
    if (!used) return used.error();
    if (*used == Use::stolen) tell_revoked(latest, out);
    return *used == Use::repeated ? Change::no : Change::yes;
  };
  const Result<Session> after =
      co_await repository_.sessions.modify(trace, token.sid, std::move(use));
  if (!after && after.error().reason == "absent") co_return not_logged_in("no-session");
  if (!after) co_return after.error();
  if (!after->live) {
    log_warning("refresh token used twice, session revoked", {{"sid", after->id}});
    co_return not_logged_in("stolen");
  }
  co_return tokens(**who, next);
}

Task<Result<Verdict>> AuthCommands::validate(std::string token) {
  Verdict verdict;
  std::optional<Claims> claims = signer_.read(token);
  if (!claims || claims->is_of_the_future(clock_.now())) {
    verdict.reason = "INVALID";
    co_return verdict;
  }
  verdict.sid = claims->sid;
  const Result<std::optional<Session>> session = co_await repository_.sessions.get(claims->sid);
  if (!session) co_return session.error();
  const Time now = clock_.now();
  if (!*session || !is_live(**session, now) || (*session)->user_id != claims->user)
    verdict.reason = "REVOKED";
  else if (claims->is_over(now))
    verdict.reason = "EXPIRED";
  else
    verdict.claims = std::move(claims);
  co_return verdict;
}

Task<Result<bool>> AuthCommands::log_out(Trace trace, std::optional<std::string> access_token,
                                         std::optional<std::string> refresh_token) {
  std::vector<std::string> sids;
  if (access_token)
    if (const auto claims = signer_.read(*access_token)) sids.push_back(claims->sid);
  if (refresh_token)
    if (const auto token = read_refresh_token(settings_.refresh_key, *refresh_token))
      sids.push_back(token->sid);
  bool any = false;
  for (const std::string& sid : sids) {
    const Result<std::optional<Session>> session = co_await repository_.sessions.get(sid);
    if (!session) co_return session.error();
    if (!*session || !is_live(**session, clock_.now())) continue;
    const Result<void> ended = co_await revoke_session(trace, sid);
    if (!ended) co_return ended.error();
    any = true;
  }
  co_return any;
}

Task<Result<void>> AuthCommands::revoke_session(Trace trace, std::string sid) {
  auto end = [now = clock_.now()](Session& session, Outgoing& out) -> Result<Change> {
    if (!revoke(session, now)) return Change::no;
    tell_revoked(session, out);
    return Change::yes;
  };
  const Result<Session> ended = co_await repository_.sessions.modify(trace, sid, std::move(end));
  if (!ended && ended.error().reason != "absent") co_return ended.error();
  co_return Result<void>();
}

Task<Result<void>> AuthCommands::revoke_all(Trace trace, UserId user, std::string except,
                                            std::int64_t below) {
  std::size_t kept = 0;
  for (;;) {
    const Result<std::vector<Session>> live =
        co_await repository_.live_sessions(user, clock_.now(), kept, batch_size);
    if (!live) co_return live.error();
    for (const Session& session : *live) {
      if (session.id == except || (below > 0 && session.access_version >= below)) {
        ++kept;
        continue;
      }
      const Result<void> ended = co_await revoke_session(trace, session.id);
      if (!ended) co_return ended.error();
    }
    if (live->size() < batch_size) co_return Result<void>();
  }
}

}  // namespace thenorsound::auth
