#include "http/authentication.hpp"

#include "base/crypto.hpp"

namespace thenorsound::http {
namespace {

using Identity = Result<std::optional<Actor>>;

Error not_valid(std::string reason) {
  return make_error(Code::unauthorized, "Log in to do this.", std::move(reason));
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(std::string_view(*text));
}

std::optional<Role> role_of(std::string_view names) {
  return role_from_name(names.substr(0, names.find(',')));
}

Identity by_word_of(std::string_view service, const Request& request) {
  Actor actor;
  const auto user = request.field("X-User-Id");
  if (!user || user->empty()) {
    actor.is_service = true;
    actor.service = service;
    return std::optional(std::move(actor));
  }
  const auto role = role_of(request.field("X-User-Roles").value_or(""));
  if (!role) return not_valid("bad-roles");
  actor.user.value = *user;
  actor.role = *role;
  actor.customer.value = request.field("X-User-CustomerId").value_or("");
  return std::optional(std::move(actor));
}

// RFC 6750: the scheme in any case, then the token.
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  authorization.remove_prefix(scheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  if (authorization.empty()) return {};
  return authorization;
}

struct Authenticator {
  InternalCredentials credentials;
  ValidateToken validate;

  Task<Identity> identify(const Request& request) const {
    if (const auto credential = request.field("X-Internal-Credential")) {
      const auto service = credentials.service(*credential);
      if (!service) co_return not_valid("bad-credential");
      co_return by_word_of(*service, request);
    }
    if (request.count("Authorization") > 1)
      co_return make_error(Code::validation_error, "Authorization must be given once.");
    const auto authorization = request.field("Authorization");
    if (!authorization) co_return std::optional<Actor>();
    const auto token = bearer_token(*authorization);
    if (!token || !validate) co_return not_valid("no-bearer-token");
    Identity identity = co_await ask(request, std::string(*token));
    if (identity && !*identity) co_return not_valid("bad-token");
    co_return identity;
  }

  Task<Identity> ask(const Request& request, std::string token) const {
    const Trace trace = new_trace(request.field("traceparent").value_or(""));
    co_return co_await validate(trace, std::move(token));
  }
};

Task<Identity> ask_validate(ServiceClient& auth, const Trace& trace, std::string token) {
  json::object body;
  body["token"] = token;
  std::string target = "/internal/auth/validate";
  Result<json::value> answer =
      co_await auth.send(trace, Method::post, std::move(target), std::move(body));
  if (!answer) co_return answer.error();
  const json::object* claims = answer->if_object();
  const json::value* valid = claims == nullptr ? nullptr : claims->if_contains("isValid");
  if (valid == nullptr || !valid->is_bool() || !valid->get_bool()) co_return std::optional<Actor>();
  const json::value* roles = claims->if_contains("roles");
  if (roles == nullptr || !roles->is_array() || roles->get_array().empty() ||
      !roles->get_array()[0].is_string())
    co_return not_valid("no-roles");
  const auto role = role_from_name(std::string_view(roles->get_array()[0].get_string()));
  Actor actor;
  actor.user.value = text_of(*claims, "userId");
  if (!role || actor.user.empty()) co_return not_valid("bad-claims");
  actor.role = *role;
  actor.customer.value = text_of(*claims, "customerId");
  co_return std::optional(std::move(actor));
}

}  // namespace

InternalCredentials::InternalCredentials(
    std::map<std::string, std::vector<std::string>, std::less<>> keys)
    : keys_(std::move(keys)) {
  for (auto& [service, list] : keys_) std::erase(list, "");
}

std::optional<std::string_view> InternalCredentials::service(std::string_view credential) const {
  const std::size_t colon = credential.find(':');
  if (colon == std::string_view::npos) return {};
  const auto found = keys_.find(credential.substr(0, colon));
  if (found == keys_.end()) return {};
  bool valid = false;
  for (const std::string& key : found->second)
    valid |= equal_in_constant_time(key, credential.substr(colon + 1));
  if (!valid) return {};
  return found->first;
}

std::string InternalCredentials::of(std::string_view service) const {
  const auto found = keys_.find(service);
  if (found == keys_.end() || found->second.empty())
    throw UnexpectedFailure("no internal key for " + std::string(service));
  return found->first + ":" + found->second.front();
}

ValidateToken ask_auth(ServiceClient& auth) {
  return [&auth](const Trace& trace, std::string token) {
    return ask_validate(auth, trace, std::move(token));
  };
}

Authenticate make_authenticator(InternalCredentials credentials, ValidateToken validate) {
  auto authenticator = std::make_shared<const Authenticator>(
      Authenticator{std::move(credentials), std::move(validate)});
  return [authenticator](const Request& request) { return authenticator->identify(request); };
}

}  // namespace thenorsound::http
