#include "services/auth/token.hpp"

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "http/message.hpp"

namespace thenorsound::auth {
namespace {

constexpr std::size_t max_token_bytes = 4'096;

std::optional<json::object> decode(std::string_view part) {
  const auto text = from_base64url(part);
  if (!text) return {};
  Result<json::value> value = read_json(*text);  // strict: no duplicate names
  if (!value || !value->is_object()) return {};
  return std::move(value->get_object());
}

bool is_our_header(const json::object& header) {
  for (const auto& member : header) {
    const json::string* word = member.value().if_string();
    if (word == nullptr) return false;
    if (member.key() == "alg" ? *word != "HS256" : member.key() != "typ" || *word != "JWT")
      return false;
  }
  return header.contains("alg");
}

// Reads claims and remembers whether all were of their kind.
class ClaimReader {
 public:
  explicit ClaimReader(const json::object& claims) : claims_(claims) {}
  std::string text(std::string_view name, bool required = true) {
    const json::value* value = claims_.if_contains(name);
    if (value == nullptr && !required) return {};
    if (value == nullptr || !value->is_string() || value->get_string().empty())
      return good_ = false, std::string();
    return std::string(std::string_view(value->get_string()));
  }
  std::int64_t number(std::string_view name, bool required = true) {
    const json::value* value = claims_.if_contains(name);
    if (value == nullptr && !required) return 0;
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0 ||
        value->get_int64() > 253'402'300'799)
      return good_ = false, 0;
    return value->get_int64();
  }
  Role role(std::string_view name) {
    const json::value* value = claims_.if_contains(name);
    if (value == nullptr || !value->is_array() || value->get_array().size() != 1 ||
        !value->get_array()[0].is_string())
      return good_ = false, Role::CrewUser;
    const auto found = role_from_name(std::string_view(value->get_array()[0].get_string()));
    good_ = good_ && found.has_value();
    return found.value_or(Role::CrewUser);
  }
  bool good() const { return good_; }

 private:
  const json::object& claims_;
  bool good_ = true;
};

}  // namespace

std::string TokenSigner::sign(const Claims& claims) const {
  json::object header;
  header["alg"] = "HS256";
  header["typ"] = "JWT";
  json::object payload;
  payload["sub"] = claims.user.value;
  payload["email"] = claims.email;
  json::array roles;
  roles.push_back(json::string(role_name(claims.role)));
  payload["roles"] = std::move(roles);
  if (!claims.customer.empty()) payload["customerId"] = claims.customer.value;
  if (claims.customer_type != 0) payload["customerType"] = claims.customer_type;
  payload["sid"] = claims.sid;
  payload["jti"] = claims.jti;
  payload["iat"] = claims.iat;
  payload["exp"] = claims.exp;
  payload["iss"] = issuer_;
  payload["aud"] = audience_;
  std::string token = to_base64url(write_json(header)) + "." + to_base64url(write_json(payload));
  return token + "." + to_base64url(hmac_sha256(key_, token));
}

std::optional<Claims> TokenSigner::read(std::string_view token) const {
  if (token.size() > max_token_bytes) return {};
  const auto first = token.find('.'), second = token.rfind('.');
  if (first == std::string_view::npos || first == second || token.find('.', first + 1) != second)
    return {};
  const auto signature = from_base64url(token.substr(second + 1));
  if (!signature || !equal_in_constant_time(*signature, hmac_sha256(key_, token.substr(0, second))))
    return {};
  const auto header = decode(token.substr(0, first));
  const auto payload = decode(token.substr(first + 1, second - first - 1));
  if (!header || !payload || !is_our_header(*header)) return {};
  if (payload->contains("nbf")) return {};  // we never issue one
  ClaimReader in(*payload);
  Claims claims;
  claims.user.value = in.text("sub");
  claims.email = in.text("email");
  claims.role = in.role("roles");
  claims.customer.value = in.text("customerId", false);
  claims.customer_type = in.number("customerType", false);
  claims.sid = in.text("sid");
  claims.jti = in.text("jti");
  claims.iat = in.number("iat");
  claims.exp = in.number("exp");
  if (in.text("iss") != issuer_ || in.text("aud") != audience_ || !in.good()) return {};
  return claims;
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!http::equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  authorization.remove_prefix(scheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  if (authorization.empty()) return {};
  return authorization;
}

}  // namespace thenorsound::auth
