#include "services/auth/routes.hpp"

#include "contracts/password_rule.hpp"
#include "services/auth/cookie.hpp"

namespace thenorsound::auth {
namespace {

using http::Access;
using http::Body;
using http::Method;

constexpr std::size_t max_user_agent = 200;

// Whatever was set as a password must be readable as one.
void read_password(Fields& in, std::string_view name, std::string& into) {
  const json::value* value = in.raw(name);
  if (value == nullptr || value->is_null()) return in.problem(name, "is required");
  const json::string* text = value->if_string();
  if (text == nullptr) return in.problem(name, "must be a text");
  if (text->empty()) return in.problem(name, "must not be empty");
  into.assign(std::string_view(*text));
}

std::string user_agent_of(const http::Call& call) {
  std::string text(call.field("User-Agent").value_or(""));
  if (text.size() > max_user_agent) text.resize(max_user_agent);
  // What isn't plain ASCII could be cut in the middle, or not be text at all.
  std::erase_if(text, [](char c) { return c < ' ' || c > '~'; });
  return text;
}

std::optional<std::string> bearer_of(const http::Call& call) {
  const auto field = call.field("Authorization");
  if (!field || call.request.count("Authorization") > 1) return {};
  const auto token = bearer_token(*field);
  if (!token) return {};
  return std::string(*token);
}

}  // namespace

std::string address_of(const http::Call& call) {
  const bool by_service = call.field("X-Internal-Credential").has_value() &&
                          (call.actor.is_service || !call.actor.user.empty());
  const auto forwarded = call.field("X-Forwarded-For");
  return std::string(by_service && forwarded ? *forwarded : call.request.remote_address);
}

json::object view_of(const Verdict& verdict, bool internal) {
  json::object out;
  out["isValid"] = verdict.claims.has_value();
  if (!verdict.claims) {
    out["reason"] = json::string(verdict.reason);
    if (internal && !verdict.sid.empty()) out["sid"] = verdict.sid;
    return out;
  }
  const Claims& claims = *verdict.claims;
  json::array roles;
  roles.push_back(json::string(role_name(claims.role)));
  out["userId"] = claims.user.value;
  out["email"] = claims.email;
  out["roles"] = std::move(roles);
  if (!claims.customer.empty()) out["customerId"] = claims.customer.value;
  if (!internal) return out;
  if (claims.customer_type != 0) out["customerType"] = claims.customer_type;
  out["sid"] = claims.sid;
  out["exp"] = claims.exp;
  return out;
}

Routes::Routes(Repository& repository, AuthCommands& commands, http::ServiceClient& users,
               const Clock& clock, Loops& loops)
    : repository_(repository),
      commands_(commands),
      users_(users),
      clock_(clock),
      loops_(loops),
      secure_(needs_secure_cookie(commands.settings().public_url)) {}

void Routes::add_to(http::Router& router) {
  add_public_routes(router);
  add_internal_routes(router);
}

void Routes::add_public_routes(http::Router& router) {
  const Access everyone = Access::everyone(), logged_in = Access::logged_in();
  router.add(Method::post, "/api/auth/login", everyone, bind(&Routes::log_in), Body::json);
  router.add(Method::post, "/api/auth/refresh", everyone, bind(&Routes::refresh), Body::json);
  router.add(Method::post, "/api/auth/validate", everyone, bind(&Routes::validate), Body::json);
  router.add(Method::post, "/api/auth/logout", everyone, bind(&Routes::log_out), Body::json);
  router.add(Method::post, "/api/auth/register", everyone, bind(&Routes::register_password),
             Body::json);
  router.add(Method::post, "/api/auth/forgot-password", everyone, bind(&Routes::forgot_password),
             Body::json);
  router.add(Method::post, "/api/auth/reset-password", everyone, bind(&Routes::reset_password),
             Body::json);
  router.add(Method::post, "/api/auth/change-password", logged_in, bind(&Routes::change_password),
             Body::json);
  router.add(Method::get, "/api/auth/claims", logged_in, bind(&Routes::claims));
  router.add(Method::get, "/api/auth/sessions", logged_in, bind(&Routes::list_sessions));
  router.add(Method::delete_, "/api/auth/sessions/{sid}", logged_in, bind(&Routes::delete_session));
}

http::Response Routes::answer_tokens(const Tokens& tokens, bool in_body) const {
  json::object body;
  body["accessToken"] = tokens.access;
  if (in_body) body["refreshToken"] = tokens.refresh;
  body["expiresIn"] = commands_.settings().access_minutes * 60;
  body["tokenType"] = "Bearer";
  http::Response response = http::ok(body);
  response.set("Set-Cookie", set_cookie(tokens.refresh, secure_));
  return response;
}

http::Response Routes::cleared(const Error& error, const http::Call& call) const {
  http::Response response = http::error_response(error, call.trace, clock_.now());
  response.set("Set-Cookie", clear_cookie(secure_));
  return response;
}

Task<Result<http::Response>> Routes::log_in(http::Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  Login login;
  in.email("email", login.email);
  read_password(in, "password", login.password);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  login.address = address_of(call);
  login.user_agent = user_agent_of(call);
  const Result<Tokens> tokens = co_await commands_.log_in(call.trace, std::move(login));
  if (!tokens) co_return tokens.error();
  co_return answer_tokens(*tokens, true);
}

Task<Result<http::Response>> Routes::refresh(http::Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::optional<std::string> token;
  in.text("refreshToken", token);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const bool in_body = token.has_value();
  if (!in_body) token = cookie_of(call.request);
  if (!token) co_return not_logged_in("no-refresh-token");
  const Result<Tokens> tokens = co_await commands_.refresh(call.trace, std::move(*token));
  if (!tokens && !in_body && tokens.error().code == Code::unauthorized)
    co_return cleared(tokens.error(), call);
  if (!tokens) co_return tokens.error();
  co_return answer_tokens(*tokens, in_body);
}

Task<Result<http::Response>> Routes::validate(http::Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const std::optional<std::string> token = bearer_of(call);
  const Result<Verdict> verdict = co_await commands_.validate(token.value_or(""));
  if (!verdict) co_return verdict.error();
  co_return http::ok(view_of(*verdict, false));
}

Task<Result<http::Response>> Routes::log_out(http::Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::optional<std::string> token;
  in.text("refreshToken", token);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  if (!token) token = cookie_of(call.request);
  const Result<bool> ended =
      co_await commands_.log_out(call.trace, bearer_of(call), std::move(token));
  if (!ended) co_return ended.error();
  if (!*ended) co_return cleared(not_logged_in("no-session"), call);
  http::Response response = http::no_content();
  response.set("Set-Cookie", clear_cookie(secure_));
  co_return response;
}

Task<Result<http::Response>> Routes::register_password(http::Call& call) {
  return use_link(call, LinkKind::Invitation);
}

Task<Result<http::Response>> Routes::reset_password(http::Call& call) {
  return use_link(call, LinkKind::Reset);
}

Task<Result<http::Response>> Routes::use_link(http::Call& call, LinkKind kind) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string token, password;
  if (in.text("token", token)) {
    const Result<bool> open = co_await commands_.is_open(kind, token);
    if (!open) co_return open.error();
    if (!*open) in.problem("token", "is not valid, or was used, or is too old");
  }
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

// Answered before anything is looked up, so that nobody learns who has a login.
Task<Result<http::Response>> Routes::forgot_password(http::Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string email;
  in.email("email", email);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  constexpr int max_under_way = 1'000;
  if (under_way_.load() < max_under_way) {
    ++under_way_;
    loops_.spawn("auth.reset", send_reset(call.trace, std::move(email)));
  }
  http::Response response = http::json_response(202, "{}");
  co_return response;
}

Task<void> Routes::send_reset(Trace trace, std::string email) {
  struct Leave {
    std::atomic<int>& count;
    ~Leave() { --count; }
  } leave{under_way_};
  co_await commands_.send_reset(std::move(trace), std::move(email));
}

}  // namespace thenorsound::auth
