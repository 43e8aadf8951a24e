#include "services/auth/routes.hpp"

namespace thenorsound::auth {
namespace {

constexpr std::string_view cookie_name = "thenorsound_refresh";
constexpr std::size_t max_login_text = 1'000;

std::optional<std::string> bearer_token(const http::Request& request) {
  const auto field = request.field("Authorization");
  constexpr std::string_view scheme = "bearer ";
  if (!field || !http::equal_ignoring_case(field->substr(0, scheme.size()), scheme)) return {};
  std::string_view token = field->substr(scheme.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  return std::string(token);
}

std::optional<std::string> cookie_token(const http::Request& request) {
  for (const http::Field& field : request.fields) {
    if (!http::equal_ignoring_case(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(cookie_name) && pair.size() > cookie_name.size() + 1 &&
          pair[cookie_name.size()] == '=')
        return std::string(pair.substr(cookie_name.size() + 1));
    }
  }
  return {};
}

// The caller's, as the gateway has put it (its own entry is the last), else the socket's.
std::string address_of(const http::Request& request) {
  const auto forwarded = request.field("X-Forwarded-For");
  if (!forwarded) return std::string(request.remote_address);
  std::string_view last = forwarded->substr(forwarded->rfind(',') + 1);
  while (last.starts_with(' ')) last.remove_prefix(1);
  return std::string(last);
}

bool is_plain_localhost(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return false;
  url.remove_prefix(scheme.size());
  std::string_view host = url.substr(0, url.find_first_of("/?#"));
  if (host.starts_with("[::1]")) return true;
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host == "127.0.0.1";
}

// A text of any characters: what it is good for is decided by comparing it.
void read_secret(Fields& in, std::string_view name, std::string& into) {
  const json::value* value = in.raw(name);
  if (value == nullptr || value->is_null()) return in.problem(name, "is required");
  if (!value->is_string()) return in.problem(name, "must be a text");
  if (value->get_string().size() > max_login_text) return in.problem(name, "is too long");
  into = std::string_view(value->get_string());
}

Result<void> refuse_query(const http::Call& call) {
  const Result<json::object> query = call.query();
  if (!query) return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return {};
}

}  // namespace

void AuthRoutes::add_to(http::Router& router) {
  using http::Access;
  using http::Body;
  using http::Call;
  using http::Method;
  const auto open = Access::everyone();
  const auto logged_in = Access::logged_in();
  router.add(Method::post, "/api/auth/login", open, [this](Call& c) { return login(c); }, Body::json);
  router.add(Method::post, "/api/auth/refresh", open, [this](Call& c) { return refresh(c); },
             Body::json);
  router.add(Method::post, "/api/auth/validate", open, [this](Call& c) { return validate(c); },
             Body::json);
  router.add(Method::post, "/api/auth/logout", open, [this](Call& c) { return logout(c); },
             Body::json);
  router.add(Method::post, "/api/auth/register", open, [this](Call& c) { return register_(c); },
             Body::json);
  router.add(Method::post, "/api/auth/forgot-password", open,
             [this](Call& c) { return forgot_password(c); }, Body::json);
  router.add(Method::post, "/api/auth/reset-password", open,
             [this](Call& c) { return reset_password(c); }, Body::json);
  router.add(Method::post, "/api/auth/change-password", logged_in,
             [this](Call& c) { return change_password(c); }, Body::json);
  router.add(Method::get, "/api/auth/claims", logged_in, [this](Call& c) { return claims(c); });
  router.add(Method::get, "/api/auth/sessions", logged_in, [this](Call& c) { return sessions(c); });
  router.add(Method::delete_, "/api/auth/sessions/{sid}", logged_in,
             [this](Call& c) { return end_session(c); });
  add_internal_to(router);
}

std::string AuthRoutes::refresh_cookie(const std::string& token) const {
  std::string cookie(cookie_name);
  cookie += "=" + token + "; Path=/api; Max-Age=" + std::to_string(refresh_life_ms / second_ms) +
            "; HttpOnly; SameSite=Strict";
  if (!is_plain_localhost(settings_.public_url)) cookie += "; Secure";
  return cookie;
}

std::string AuthRoutes::cleared_cookie() const {
  std::string cookie(cookie_name);
  cookie += "=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict";
  if (!is_plain_localhost(settings_.public_url)) cookie += "; Secure";
  return cookie;
}

http::Response AuthRoutes::with_tokens(const Tokens& tokens, bool in_body) const {
  json::object body;
  body["accessToken"] = tokens.access;
  if (in_body) body["refreshToken"] = tokens.refresh;
  body["expiresIn"] = commands_.access_seconds();
  body["tokenType"] = "Bearer";
  http::Response response = http::ok(body);
  response.add("Set-Cookie", refresh_cookie(tokens.refresh));
  return response;
}

http::Response AuthRoutes::refused(const Error& error, const http::Call& call) const {
  http::Response response = http::error_response(error, call.trace, clock_.now());
  if (error.code == Code::unauthorized) response.add("Set-Cookie", cleared_cookie());
  return response;
}

AuthRoutes::Answer AuthRoutes::login(http::Call& call) {
  if (const Result<void> query = refuse_query(call); !query) co_return query.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string email, password;
  read_secret(in, "email", email);
  read_secret(in, "password", password);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  std::string address = address_of(call.request);
  std::string agent(call.field("User-Agent").value_or(""));
  if (!has_only_plain_text(agent)) agent.clear();
  const Result<Tokens> tokens = co_await commands_.login(
      call.trace, std::move(email), std::move(password), std::move(address), std::move(agent));
  if (!tokens) co_return tokens.error();
  co_return with_tokens(*tokens, true);
}

AuthRoutes::Answer AuthRoutes::refresh(http::Call& call) {
  if (const Result<void> query = refuse_query(call); !query) co_return query.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string token;
  const bool in_body = in.has("refreshToken");
  if (in_body) read_secret(in, "refreshToken", token);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  if (!in_body) token = cookie_token(call.request).value_or("");
  const Result<Tokens> tokens = co_await commands_.refresh(call.trace, std::move(token));
  if (!tokens) co_return refused(tokens.error(), call);
  co_return with_tokens(*tokens, in_body);
}

AuthRoutes::Answer AuthRoutes::validate(http::Call& call) {
  std::string token = bearer_token(call.request).value_or("");
  const Result<Checked> checked = co_await commands_.check(std::move(token));
  if (!checked) co_return checked.error();
  json::object answer;
  answer["isValid"] = checked->verdict == Verdict::valid;
  if (checked->verdict == Verdict::valid) {
    const Claims& claims = checked->claims;
    answer["userId"] = claims.user.value;
    answer["email"] = claims.email;
    answer["roles"] = json::array{json::string(role_name(claims.role))};
    if (!claims.customer.empty()) answer["customerId"] = claims.customer.value;
  } else {
    answer["reason"] = checked->verdict == Verdict::expired   ? "EXPIRED"
                       : checked->verdict == Verdict::revoked ? "REVOKED"
                                                              : "INVALID";
  }
  co_return http::ok(answer);
}

// By token or by cookie, whichever names a session.
AuthRoutes::Answer AuthRoutes::logout(http::Call& call) {
  std::string sid;
  if (auto token = bearer_token(call.request)) {
    const Result<Checked> checked = co_await commands_.check(std::move(*token));
    if (!checked) co_return checked.error();
    if (checked->verdict == Verdict::valid) sid = checked->claims.sid;
  }
  if (sid.empty())
    if (const auto cookie = cookie_token(call.request))
      sid = commands_.session_of(*cookie).value_or("");
  if (sid.empty()) co_return refused(unauthorized("nothing to log out"), call);
  const Result<void> revoked = co_await commands_.revoke(call.trace, std::move(sid));
  if (!revoked) co_return revoked.error();
  http::Response response = http::no_content();
  response.add("Set-Cookie", cleared_cookie());
  co_return response;
}

AuthRoutes::Answer AuthRoutes::use_link(http::Call& call, LinkKind kind) {
  if (const Result<void> query = refuse_query(call); !query) co_return query.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string token, password;
  read_secret(in, "token", token);
  read_new_password(in, "password", password);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<UserId> user =
      co_await commands_.use_link(call.trace, kind, std::move(token), std::move(password));
  if (!user) co_return user.error();
  json::object answer;
  answer["userId"] = user->value;
  co_return http::ok(answer);
}

AuthRoutes::Answer AuthRoutes::register_(http::Call& call) {
  return use_link(call, LinkKind::Invitation);
}
AuthRoutes::Answer AuthRoutes::reset_password(http::Call& call) {
  return use_link(call, LinkKind::Reset);
}

AuthRoutes::Answer AuthRoutes::forgot_password(http::Call& call) {
  if (const Result<void> query = refuse_query(call); !query) co_return query.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string email;
  in.email("email", email);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<void> done = co_await commands_.forgot_password(call.trace, std::move(email));
  if (!done) co_return done.error();
  co_return http::json_response(202, "{}");
}

Task<Result<Claims>> AuthRoutes::own_claims(http::Call& call) {
  auto token = bearer_token(call.request);
  if (!token) co_return unauthorized("no token");
  const Result<Checked> checked = co_await commands_.check(std::move(*token));
  if (!checked) co_return checked.error();
  if (checked->verdict != Verdict::valid || checked->claims.user != call.actor.user)
    co_return unauthorized("token not valid");
  co_return checked->claims;
}

AuthRoutes::Answer AuthRoutes::change_password(http::Call& call) {
  const Result<Claims> claims = co_await own_claims(call);
  if (!claims) co_return claims.error();
  if (const Result<void> query = refuse_query(call); !query) co_return query.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string current, fresh;
  read_secret(in, "currentPassword", current);
  read_new_password(in, "newPassword", fresh);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<void> done = co_await commands_.change_password(
      call.trace, claims->user, claims->sid, std::move(current), std::move(fresh));
  if (!done) co_return done.error();
  json::object answer;
  answer["userId"] = claims->user.value;
  co_return http::ok(answer);
}

AuthRoutes::Answer AuthRoutes::claims(http::Call& call) {
  const Result<Claims> claims = co_await own_claims(call);
  if (!claims) co_return claims.error();
  if (const Result<void> query = refuse_query(call); !query) co_return query.error();
  const Result<UserProfile> profile = co_await commands_.profile(call.trace, claims->user);
  if (!profile) co_return profile.error();
  json::object answer;
  answer["userId"] = claims->user.value;
  answer["email"] = profile->email;
  answer["name"] = profile->name;
  answer["roles"] = json::array{json::string(role_name(claims->role))};
  answer["userType"] = profile->user_type;
  if (!claims->customer.empty()) {
    answer["customerId"] = claims->customer.value;
    answer["customerType"] = claims->customer_type;
  }
  answer["sid"] = claims->sid;
  answer["exp"] = claims->expires_s;
  co_return http::ok(answer);
}

AuthRoutes::Answer AuthRoutes::sessions(http::Call& call) {
  const Result<Claims> claims = co_await own_claims(call);
  if (!claims) co_return claims.error();
  const Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const auto all = co_await repository_.sessions_of(claims->user);
  if (!all) co_return all.error();
  json::array items;
  std::int64_t total = 0;
  for (const Session& session : *all) {
    if (!is_live(session, clock_.now())) continue;
    const auto index = static_cast<std::size_t>(total++);
    if (index < page.skip() || items.size() >= page.limit()) continue;
    json::object item;
    item["sid"] = session.id;
    item["createdAt"] = to_iso(session.created_at);
    item["lastUsedAt"] = to_iso(session.rotated_at);
    item["expiresAt"] = to_iso(session.expires_at);
    if (!session.user_agent.empty()) item["userAgent"] = session.user_agent;
    item["current"] = session.id == claims->sid;
    items.push_back(std::move(item));
  }
  co_return http::ok(http::page_of(std::move(items), page, total));
}

AuthRoutes::Answer AuthRoutes::end_session(http::Call& call) {
  const auto session = co_await repository_.sessions.get(call.id());
  if (!session) co_return session.error();
  if (!*session || !is_live(**session, clock_.now())) co_return not_found("session");
  if ((*session)->user_id != call.actor.user) co_return forbidden();
  if (const Result<void> query = refuse_query(call); !query) co_return query.error();
  const Result<void> revoked = co_await commands_.revoke(call.trace, call.id());
  if (!revoked) co_return revoked.error();
  co_return http::no_content();
}

}  // namespace thenorsound::auth
