// Access tokens: JWT (RFC 7519), HS256 and nothing else. Only this service has the key.
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
  std::int64_t iat = 0;  // seconds
  std::int64_t exp = 0;
  bool is_over(Time now) const { return now.ms >= exp * second_ms; }
  // Issued later than clocks can differ.
  bool is_of_the_future(Time now) const { return iat * second_ms > now.ms + minute_ms; }
};

class TokenSigner {
 public:
  TokenSigner(std::string key, std::string issuer, std::string audience)
      : key_(std::move(key)), issuer_(std::move(issuer)), audience_(std::move(audience)) {}
  std::string sign(const Claims& claims) const;
  // Everything but exp is checked: form, algorithm, signature, iss, aud, every claim there and of
  // its kind. Nothing for a token that isn't ours.
  std::optional<Claims> read(std::string_view token) const;

 private:
  std::string key_;
  std::string issuer_;
  std::string audience_;
};

// RFC 6750: the scheme in any case, then the token.
std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace thenorsound::auth
