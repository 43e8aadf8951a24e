// What other services ask (contracts/README.md).
#include "services/auth/cookie.hpp"
#include "services/auth/routes.hpp"

namespace thenorsound::auth {
namespace {

using http::Access;
using http::Body;
using http::Method;

constexpr std::size_t max_token = 8'192;

UserId path_user(const http::Call& call) { return UserId{call.id()}; }

}  // namespace

void Routes::add_internal_routes(http::Router& router) {
  const Access internal = Access::internal();
  router.add(Method::post, "/internal/auth/validate", internal, bind(&Routes::internal_validate),
             Body::json);
  router.add(Method::post, "/internal/auth/refresh", internal, bind(&Routes::internal_refresh),
             Body::json);
  router.add(Method::post, "/internal/credentials", internal, bind(&Routes::make_credential),
             Body::json);
  router.add(Method::put, "/internal/credentials/{userId}", internal,
             bind(&Routes::change_credential), Body::json);
  router.add(Method::delete_, "/internal/credentials/{userId}", internal,
             bind(&Routes::delete_credential));
  router.add(Method::get, "/internal/links/{id}", internal, bind(&Routes::get_link));
}

Task<Result<http::Response>> Routes::internal_validate(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string token;
  in.text("token", token, {.max = max_token, .may_be_blank = true});
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<Verdict> verdict = co_await commands_.validate(std::move(token));
  if (!verdict) co_return verdict.error();
  co_return http::ok(view_of(*verdict, true));
}

Task<Result<http::Response>> Routes::internal_refresh(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string access, refresh;
  in.text("accessToken", access, {.max = max_token, .may_be_blank = true});
  in.text("refreshToken", refresh, {.max = max_token, .may_be_blank = true});
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<Tokens> tokens =
      co_await commands_.refresh_for(call.trace, std::move(access), std::move(refresh));
  if (!tokens) co_return tokens.error();
  json::object answer;
  answer["accessToken"] = tokens->access;
  answer["refreshToken"] = tokens->refresh;
  answer["expiresIn"] = commands_.settings().access_minutes * 60;
  answer["cookie"] = set_cookie(tokens->refresh, secure_);
  co_return http::ok(answer);
}

Task<Result<http::Response>> Routes::make_credential(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  NewCredential wanted;
  in.id("userId", wanted.user);
  in.email("email", wanted.email);
  in.text("password", wanted.password, {.may_be_blank = true});
  in.boolean("invite", wanted.invite, true);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<std::optional<std::string>> link =
      co_await commands_.make_credential(call.trace, std::move(wanted));
  if (!link) co_return link.error();
  json::object answer;
  if (*link) answer["linkId"] = **link;
  co_return http::ok(answer);
}

Task<Result<http::Response>> Routes::change_credential(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::optional<bool> enabled;
  std::optional<std::string> email;
  in.boolean("enabled", enabled);
  in.email("email", email);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<void> changed =
      co_await commands_.change_credential(call.trace, path_user(call), enabled, std::move(email));
  if (!changed) co_return changed.error();
  co_return http::no_content();
}

Task<Result<http::Response>> Routes::delete_credential(http::Call& call) {
  const Result<void> deleted = co_await commands_.delete_credential(call.trace, path_user(call));
  if (!deleted) co_return deleted.error();
  co_return http::no_content();
}

Task<Result<http::Response>> Routes::get_link(http::Call& call) {
  const Result<AuthCommands::LinkView> found = co_await commands_.link(call.id());
  if (!found) co_return found.error();
  json::object answer;
  answer["url"] = found->url;
  answer["userId"] = found->user.value;
  answer["kind"] = json::string(word_of(found->kind));
  co_return http::ok(answer);
}

}  // namespace thenorsound::auth
