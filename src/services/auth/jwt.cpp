#include "services/auth/jwt.hpp"

#include "base/crypto.hpp"
#include "base/json.hpp"

namespace thenorsound::auth {
namespace {

constexpr std::size_t max_token_bytes = 8'192;
constexpr std::int64_t clock_skew_s = 60;

std::optional<json::object> read_part(std::string_view part) {
  const auto text = from_base64url(part);
  if (!text) return {};
  auto value = read_json(*text);
  if (!value || !value->is_object()) return {};
  return std::move(value->get_object());
}

std::optional<std::string> text_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

std::optional<std::int64_t> integer_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr || !value->is_int64()) return {};
  return value->get_int64();
}

bool is_our_header(const json::object& header) {
  if (text_of(header, "alg") != "HS256" || header.contains("crit")) return false;
  return !header.contains("typ") || text_of(header, "typ") == "JWT";
}

std::optional<Role> role_of(const json::object& payload) {
  const json::value* roles = payload.if_contains("roles");
  if (roles == nullptr || !roles->is_array() || roles->get_array().size() != 1) return {};
  const json::string* name = roles->get_array()[0].if_string();
  if (name == nullptr) return {};
  return role_from_name(std::string_view(*name));
}

}  // namespace

std::string make_jwt(const Claims& claims, const JwtRules& rules) {
  json::object payload;
  payload["sub"] = claims.user.value;
  payload["email"] = claims.email;
  payload["roles"] = json::array{json::string(role_name(claims.role))};
  if (!claims.customer.empty()) {
    payload["customerId"] = claims.customer.value;
    payload["customerType"] = claims.customer_type;
  }
  payload["sid"] = claims.sid;
  payload["jti"] = claims.jti;
  payload["iat"] = claims.issued_s;
  payload["exp"] = claims.expires_s;
  payload["iss"] = rules.issuer;
  payload["aud"] = rules.audience;
  static const std::string header = to_base64url(R"({"alg":"HS256","typ":"JWT"})");
  std::string token = header + "." + to_base64url(write_json(payload));
  token += "." + to_base64url(hmac_sha256(rules.key, token));
  return token;
}

std::optional<Claims> read_jwt(std::string_view token, const JwtRules& rules, Time now) {
  if (token.size() > max_token_bytes) return {};
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return {};
  const auto header = read_part(token.substr(0, first));
  if (!header || !is_our_header(*header)) return {};
  const auto signature = from_base64url(token.substr(last + 1));
  if (!signature ||
      !equal_in_constant_time(*signature, hmac_sha256(rules.key, token.substr(0, last))))
    return {};
  const auto payload = read_part(token.substr(first + 1, last - first - 1));
  if (!payload) return {};
  const auto sub = text_of(*payload, "sub"), email = text_of(*payload, "email");
  const auto sid = text_of(*payload, "sid"), jti = text_of(*payload, "jti");
  const auto issued = integer_of(*payload, "iat"), expires = integer_of(*payload, "exp");
  const auto role = role_of(*payload);
  if (!sub || !email || !sid || !jti || !issued || !expires || !role) return {};
  if (text_of(*payload, "iss") != rules.issuer || text_of(*payload, "aud") != rules.audience)
    return {};
  const std::int64_t now_s = now.ms / second_ms;
  if (*issued > now_s + clock_skew_s) return {};
  if (payload->contains("nbf")) {
    const auto not_before = integer_of(*payload, "nbf");
    if (!not_before || *not_before > now_s) return {};
  }
  Claims claims;
  claims.user.value = *sub;
  claims.email = *email;
  claims.role = *role;
  claims.customer.value = text_of(*payload, "customerId").value_or("");
  claims.customer_type = integer_of(*payload, "customerType").value_or(0);
  claims.sid = *sid;
  claims.jti = *jti;
  claims.issued_s = *issued;
  claims.expires_s = *expires;
  return claims;
}

}  // namespace thenorsound::auth
