#include "services/user/routes.hpp"
#include "services/user/views.hpp"

namespace thenorsound::user {
namespace {

bool is_oneself(const Actor& actor, const User& user) {
  return !actor.is_service && actor.user == user.id;
}

bool may_see_sensitive(const Actor& actor, const User& user) {
  return actor.is_admin() || is_oneself(actor, user) || manages_crew(actor, user);
}

}  // namespace

Task<Result<http::Response>> Routes::get_sensitive(http::Call& call) {
  const Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!may_see_sensitive(call.actor, *user)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<Sensitive> found = co_await commands_.sensitive_of(user->id);
  if (!found) co_return found.error();
  const Result<void> noted = co_await commands_.note_reading(call.trace, call.actor, user->id);
  if (!noted) co_return noted.error();
  co_return http::ok(view_of(*found));
}

Task<Result<http::Response>> Routes::put_sensitive(http::Call& call) {
  const Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!may_see_sensitive(call.actor, *user)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  const Result<Sensitive> kept =
      co_await commands_.edit_sensitive(call.trace, *user, **body, expected_version(call));
  if (!kept) co_return kept.error();
  co_return http::ok(view_of(*kept));
}

Task<Result<http::Response>> Routes::post_subscription(http::Call& call) {
  const Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!is_oneself(call.actor, *user)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  auto act = [this, &call](std::string) { return create_subscription(call); };
  std::string prefix = "push";
  co_return co_await idempotency_.run(call, std::move(prefix), std::move(act));
}

// Its id follows from person and address, so that a browser that asks again has one.
Task<Result<http::Response>> Routes::create_subscription(http::Call& call) {
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Result<PushInput> input = read_push_subscription(**body);
  if (!input) co_return input.error();
  const UserId user = call.actor.user;
  const Result<PushSubscription> made =
      co_await commands_.subscribe(call.trace, user, std::move(*input));
  if (!made) co_return made.error();
  json::object keys;
  keys["p256dh"] = made->p256dh;
  keys["auth"] = made->auth;
  json::object view;
  view["id"] = made->id;
  view["version"] = made->version;
  view["endpoint"] = made->endpoint;
  view["keys"] = std::move(keys);
  view["createdAt"] = to_iso(made->created_at);
  view["updatedAt"] = to_iso(made->updated_at);
  co_return http::created("/api/users/" + user.value + "/push-subscriptions/" + made->id, view);
}

Task<Result<http::Response>> Routes::delete_subscription(http::Call& call) {
  const Result<User> user = co_await repository_.user(path_user(call));
  if (!user) co_return user.error();
  if (!is_oneself(call.actor, *user)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const std::string id = call.path.at(1);
  const Result<std::optional<PushSubscription>> found = co_await repository_.subscriptions.get(id);
  if (!found) co_return found.error();
  if (!*found || (*found)->user_id != user->id) co_return not_found("subscription");
  const Result<void> erased = co_await repository_.subscriptions.erase(id);
  if (!erased) co_return erased.error();
  co_return http::no_content();
}

}  // namespace thenorsound::user
