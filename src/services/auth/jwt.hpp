// Access tokens: JWT (RFC 7519), HS256 and nothing else.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/context.hpp"
#include "base/time.hpp"

namespace thenorsound::auth {

struct Claims {
  UserId user;
  std::string email;
  Role role = Role::CrewUser;
  CustomerId customer;             // empty for Admin
  std::int64_t customer_type = 0;  // 0 for Admin
  std::string sid;
  std::string jti;
  std::int64_t issued_s = 0;   // seconds since 1970
  std::int64_t expires_s = 0;
};

struct JwtRules {
  std::string key;
  std::string issuer = "thenorsound";
  std::string audience = "thenorsound";
};

std::string make_jwt(const Claims& claims, const JwtRules& rules);
// Right in everything but, perhaps, `exp`, which is the caller's to compare. Nothing for: another
// algorithm, a wrong signature, duplicate or missing claims, wrong iss or aud, not yet valid.
std::optional<Claims> read_jwt(std::string_view token, const JwtRules& rules, Time now);

}  // namespace thenorsound::auth
