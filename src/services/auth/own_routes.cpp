// What somebody who is logged in does with their own login.
#include "contracts/password_rule.hpp"
#include "http/url.hpp"
#include "services/auth/cookie.hpp"
#include "services/auth/routes.hpp"

namespace thenorsound::auth {
namespace {

json::object view_of(const Session& session, bool current) {
  json::object out;
  out["sid"] = session.id;
  out["version"] = session.version;
  out["createdAt"] = to_iso(session.created_at);
  out["updatedAt"] = to_iso(session.updated_at);
  out["expiresAt"] = to_iso(session.token_expires_at);
  out["current"] = current;
  if (!session.user_agent.empty()) out["userAgent"] = session.user_agent;
  return out;
}

}  // namespace

std::optional<Claims> Routes::own_claims(const http::Call& call) const {
  const auto field = call.field("Authorization");
  const auto token = field ? bearer_token(*field) : std::nullopt;
  if (!token) return {};
  std::optional<Claims> claims = commands_.read(*token);
  if (!claims || claims->user != call.actor.user) return {};
  return claims;
}

Task<Result<http::Response>> Routes::change_password(http::Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string current, wanted;
  const json::value* given = in.raw("currentPassword");
  if (given == nullptr || given->is_null())
    in.problem("currentPassword", "is required");
  else if (!given->is_string())
    in.problem("currentPassword", "must be a text");
  else
    current.assign(std::string_view(given->get_string()));
  read_new_password(in, "newPassword", wanted);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const std::optional<Claims> claims = own_claims(call);
  std::string sid = claims ? claims->sid : "", address = address_of(call);
  const Result<void> changed =
      co_await commands_.change_password(call.trace, call.actor.user, std::move(sid),
                                         std::move(current), std::move(wanted), std::move(address));
  if (!changed) co_return changed.error();
  json::object answer;
  answer["userId"] = call.actor.user.value;
  co_return http::ok(answer);
}

Task<Result<http::Response>> Routes::claims(http::Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  std::string target = "/internal/users/" + http::encode_component(call.actor.user.value);
  const Result<json::value> user = co_await users_.get(call.trace, std::move(target));
  if (!user && user.error().code == Code::not_found) co_return not_logged_in("user-is-gone");
  if (!user) co_return user.error();
  const auto profile = from_document<UserProfile>(user->as_object());
  const std::optional<Claims> claims = own_claims(call);
  json::array roles;
  roles.push_back(json::string(role_name(call.actor.role)));
  json::object out;
  out["userId"] = call.actor.user.value;
  out["email"] = profile.email;
  out["name"] = profile.name;
  out["roles"] = std::move(roles);
  out["userType"] = profile.user_type;
  if (!call.actor.customer.empty()) out["customerId"] = call.actor.customer.value;
  if (claims) {
    if (claims->customer_type != 0) out["customerType"] = claims->customer_type;
    out["sid"] = claims->sid;
    out["exp"] = claims->exp;
  }
  co_return http::ok(out);
}

Task<Result<http::Response>> Routes::list_sessions(http::Call& call) {
  Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Time now = clock_.now();
  const Result<std::int64_t> total = co_await repository_.count_live(call.actor.user, now);
  if (!total) co_return total.error();
  const Result<std::vector<Session>> sessions =
      co_await repository_.live_sessions(call.actor.user, now, page.skip(), page.limit());
  if (!sessions) co_return sessions.error();
  const std::optional<Claims> claims = own_claims(call);
  json::array items;
  for (const Session& session : *sessions)
    items.push_back(view_of(session, claims && claims->sid == session.id));
  co_return http::ok(http::page_of(std::move(items), page, *total));
}

Task<Result<http::Response>> Routes::delete_session(http::Call& call) {
  const std::string sid = call.id();
  const Result<std::optional<Session>> session = co_await repository_.sessions.get(sid);
  if (!session) co_return session.error();
  if (!*session || !is_live(**session, clock_.now())) co_return not_found("session");
  if ((*session)->user_id != call.actor.user) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<void> ended = co_await commands_.revoke_session(call.trace, sid);
  if (!ended) co_return ended.error();
  http::Response response = http::no_content();
  const std::optional<Claims> claims = own_claims(call);
  if (claims && claims->sid == sid) response.set("Set-Cookie", clear_cookie(secure_));
  co_return response;
}

}  // namespace thenorsound::auth
