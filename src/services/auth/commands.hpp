// What the auth service does. Table of contents: login and tokens · sessions · passwords and
// links · credentials (for the user service).
#pragma once
#include "contracts/user_profile.hpp"
#include "http/service_client.hpp"
#include "services/auth/jwt.hpp"
#include "services/auth/login_throttle.hpp"
#include "services/auth/password.hpp"
#include "services/auth/repository.hpp"

namespace thenorsound::auth {

struct AuthSettings {
  std::string jwt_key;
  std::string refresh_key;
  std::string link_key;
  std::string issuer = "thenorsound";
  std::string audience = "thenorsound";
  int bcrypt_cost = 12;
  std::int64_t access_minutes = 15;
  std::string public_url = "http://localhost:5000";  // for links and the cookie's Secure
  std::chrono::milliseconds finish_interval{5'000};
  std::chrono::milliseconds sweep_interval{600'000};
};

struct Tokens {
  std::string access;
  std::string refresh;
};
enum class Verdict { valid, expired, invalid, revoked };
struct Checked {
  Verdict verdict = Verdict::invalid;
  Claims claims;  // but for `invalid`
};

class AuthCommands {
 public:
  AuthCommands(Repository& repository, const AuthSettings& settings, const Clock& clock,
               http::ServiceClient& users, http::ServiceClient& customers);

  // --- login and tokens. Error unauthorized: one for every reason.
  Task<Result<Tokens>> login(Trace trace, std::string email, std::string password,
                             std::string address, std::string user_agent);
  Task<Result<Tokens>> refresh(Trace trace, std::string token);
  // As refresh, where `access` is right in everything but exp and of the token's session; else
  // forbidden (another session's), unauthorized.
  Task<Result<Tokens>> refresh_for(Trace trace, std::string token, std::string access);
  Task<Result<Checked>> check(std::string access);
  std::int64_t access_seconds() const { return settings_.access_minutes * 60; }

  // --- sessions
  Task<Result<void>> revoke(Trace trace, std::string sid);
  Task<Result<void>> revoke_all(Trace trace, UserId user, std::string except_sid);
  std::optional<std::string> session_of(std::string_view refresh_token) const {
    return tokens_.session_of(refresh_token);
  }
  Task<Result<UserProfile>> profile(Trace trace, UserId user);

  // --- passwords and links
  Task<Result<void>> change_password(Trace trace, UserId user, std::string sid,
                                     std::string current, std::string fresh);
  // Makes a link where the address is somebody's; takes as long where it is not.
  Task<Result<void>> forgot_password(Trace trace, std::string email);
  // Error 400 on `token`: unknown, used, too old.
  Task<Result<UserId>> use_link(Trace trace, LinkKind kind, std::string token, std::string password);
  Task<Result<std::optional<Link>>> find_link(std::string id);
  std::string link_url(const Link& link) const;
  // Passwords whose link was used but whose credential has not got them yet.
  Task<void> finish_links();

  // --- credentials
  Task<Result<std::optional<std::string>>> create_credential(Trace trace, UserId user,
                                                             std::string email,
                                                             std::optional<std::string> password,
                                                             bool invite);
  Task<Result<void>> change_credential(Trace trace, UserId user, std::optional<bool> enabled,
                                       std::optional<std::string> email);
  Task<Result<void>> delete_credential(Trace trace, UserId user);

 private:
  struct Person {
    UserProfile profile;
    std::int64_t customer_type = 0;
  };
  // Error unauthorized: deleted, inactive, of a deleted company.
  Task<Result<Person>> find_person(Trace trace, UserId user);
  std::string access_token(const Person& person, const std::string& sid) const;
  Task<Result<Link>> make_link(Trace trace, LinkKind kind, std::string id, UserId user,
                               bool announce);
  std::string secret_of(const std::string& link_id) const;
  Task<Result<void>> set_password(Trace trace, UserId user, std::string hash);

  Repository& repository_;
  const AuthSettings& settings_;
  const Clock& clock_;
  http::ServiceClient& users_;
  http::ServiceClient& customers_;
  JwtRules jwt_;
  RefreshTokens tokens_;
  Passwords passwords_;
  LoginThrottle throttle_;
};

Error unauthorized(std::string reason);

}  // namespace thenorsound::auth
