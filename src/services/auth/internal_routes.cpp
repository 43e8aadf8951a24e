// What other services ask of auth (contracts/README.md).
#include "services/auth/routes.hpp"

namespace thenorsound::auth {

void AuthRoutes::add_internal_to(http::Router& router) {
  using http::Access;
  using http::Body;
  using http::Call;
  using http::Method;
  const auto internal = Access::internal();
  router.add(Method::post, "/internal/auth/validate", internal,
             [this](Call& c) { return internal_validate(c); }, Body::json);
  router.add(Method::post, "/internal/auth/refresh", internal,
             [this](Call& c) { return internal_refresh(c); }, Body::json);
  router.add(Method::post, "/internal/credentials", internal,
             [this](Call& c) { return create_credential(c); }, Body::json);
  router.add(Method::put, "/internal/credentials/{id}", internal,
             [this](Call& c) { return change_credential(c); }, Body::json);
  router.add(Method::delete_, "/internal/credentials/{id}", internal,
             [this](Call& c) { return delete_credential(c); });
  router.add(Method::get, "/internal/links/{id}", internal, [this](Call& c) { return link(c); });
}

AuthRoutes::Answer AuthRoutes::internal_validate(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  const json::value* token = (*body)->if_contains("token");
  if (token == nullptr || !token->is_string()) co_return invalid_field("token", "is required");
  std::string text(std::string_view(token->get_string()));
  const Result<Checked> checked = co_await commands_.check(std::move(text));
  if (!checked) co_return checked.error();
  json::object answer;
  answer["isValid"] = checked->verdict == Verdict::valid;
  if (checked->verdict != Verdict::valid)
    answer["reason"] = checked->verdict == Verdict::expired   ? "EXPIRED"
                       : checked->verdict == Verdict::revoked ? "REVOKED"
                                                              : "INVALID";
  if (checked->verdict == Verdict::invalid) co_return http::ok(answer);
  const Claims& claims = checked->claims;
  answer["sid"] = claims.sid;
  if (checked->verdict != Verdict::valid) co_return http::ok(answer);
  answer["userId"] = claims.user.value;
  answer["email"] = claims.email;
  answer["roles"] = json::array{json::string(role_name(claims.role))};
  if (!claims.customer.empty()) {
    answer["customerId"] = claims.customer.value;
    answer["customerType"] = claims.customer_type;
  }
  answer["exp"] = claims.expires_s;
  co_return http::ok(answer);
}

AuthRoutes::Answer AuthRoutes::internal_refresh(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string refresh, access;
  in.text("refreshToken", refresh, {.max = 1'000});
  in.text("accessToken", access, {.max = 8'192});
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<Tokens> tokens =
      co_await commands_.refresh_for(call.trace, std::move(refresh), std::move(access));
  if (!tokens) co_return tokens.error();
  json::object answer;
  answer["accessToken"] = tokens->access;
  answer["refreshToken"] = tokens->refresh;
  answer["expiresIn"] = commands_.access_seconds();
  answer["cookie"] = refresh_cookie(tokens->refresh);
  co_return http::ok(answer);
}

AuthRoutes::Answer AuthRoutes::create_credential(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  UserId user;
  std::string email, password;
  bool invite = true;
  in.id("userId", user);
  in.email("email", email);
  const bool with_password = in.has("password");
  if (with_password) read_new_password(in, "password", password);
  in.boolean("invite", invite, true);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  std::optional<std::string> given;
  if (with_password) given = std::move(password);
  const auto made = co_await commands_.create_credential(call.trace, std::move(user),
                                                         std::move(email), std::move(given), invite);
  if (!made) co_return made.error();
  json::object answer;
  if (*made) answer["linkId"] = **made;
  co_return http::ok(answer);
}

AuthRoutes::Answer AuthRoutes::change_credential(http::Call& call) {
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
  UserId user{call.id()};
  const Result<void> done = co_await commands_.change_credential(call.trace, std::move(user),
                                                                 enabled, std::move(email));
  if (!done) co_return done.error();
  co_return http::no_content();
}

AuthRoutes::Answer AuthRoutes::delete_credential(http::Call& call) {
  UserId user{call.id()};
  const Result<void> done = co_await commands_.delete_credential(call.trace, std::move(user));
  if (!done) co_return done.error();
  co_return http::no_content();
}

AuthRoutes::Answer AuthRoutes::link(http::Call& call) {
  const auto found = co_await commands_.find_link(call.id());
  if (!found) co_return found.error();
  const bool usable = *found && !(*found)->used && !(*found)->user_id.empty() &&
                      clock_.now() < (*found)->usable_until;
  if (!usable) co_return not_found("link");
  json::object answer;
  answer["url"] = commands_.link_url(**found);
  answer["userId"] = (*found)->user_id.value;
  answer["kind"] = word_of((*found)->kind);
  co_return http::ok(answer);
}

}  // namespace thenorsound::auth
