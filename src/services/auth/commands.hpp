// What the auth service does: logging in and out, tokens, passwords, links, credentials.
#pragma once
#include "base/worker_pool.hpp"
#include "contracts/customer_profile.hpp"
#include "contracts/user_profile.hpp"
#include "services/auth/repository.hpp"
#include "services/auth/service.hpp"
#include "services/auth/throttle.hpp"
#include "services/auth/token.hpp"

namespace thenorsound::auth {

struct Tokens {
  std::string access;
  std::string refresh;
  std::string sid;
};

struct Login {
  std::string email;
  std::string password;
  std::string address;
  std::string user_agent;
};

struct Verdict {
  std::optional<Claims> claims;  // where valid
  std::string_view reason;       // "EXPIRED", "INVALID", "REVOKED"
  std::string sid;               // of any token of ours
};

struct NewCredential {
  UserId user;
  std::string email;
  std::optional<std::string> password;
  bool invite = true;  // without a password
};

// 401 with the one text for every token that doesn't do.
Error not_logged_in(std::string reason);

class AuthCommands {
 public:
  AuthCommands(Repository& repository, AuthSettings settings, http::ServiceClient& users,
               http::ServiceClient& customers, const Clock& clock);

  // --- login.cpp ---
  // Errors: unauthorized, the same for an unknown address and a wrong password; rate_limited.
  Task<Result<Tokens>> log_in(Trace trace, Login login);
  // Errors: invalid_field(currentPassword); rate_limited. Ends the person's other sessions.
  Task<Result<void>> change_password(Trace trace, UserId user, std::string sid, std::string current,
                                     std::string wanted, std::string address);

  // --- sessions.cpp ---
  // Error unauthorized. A second use of an old token ends the session.
  Task<Result<Tokens>> refresh(Trace trace, std::string refresh_token);
  // As above, for an access token right in everything but exp. Error forbidden: it is of another
  // session; nothing was rotated then.
  Task<Result<Tokens>> refresh_for(Trace trace, std::string access_token,
                                   std::string refresh_token);
  Task<Result<Verdict>> validate(std::string token);
  std::optional<Claims> read(std::string_view token) const { return signer_.read(token); }
  // Ends the session of a token of ours; false where it names none that is live.
  Task<Result<bool>> log_out(Trace trace, std::optional<std::string> access_token,
                             std::optional<std::string> refresh_token);
  Task<Result<void>> revoke_session(Trace trace, std::string sid);
  // All but `except`, begun before the user's access version `below` (0: whatever it is).
  Task<Result<void>> revoke_all(Trace trace, UserId user, std::string except, std::int64_t below);

  // --- credentials.cpp ---
  // Again: the same. The invitation's id, where one was made. Error conflict: the address is taken.
  Task<Result<std::optional<std::string>>> make_credential(Trace trace, NewCredential wanted);
  Task<Result<void>> change_credential(Trace trace, UserId user, std::optional<bool> enabled,
                                       std::optional<std::string> email);
  Task<Result<void>> delete_credential(Trace trace, UserId user);
  Task<Result<void>> outdate(Trace trace, UserId user, std::int64_t access_version);

  // --- links.cpp ---
  struct LinkView {
    std::string url;
    UserId user;
    LinkKind kind{};
  };
  Task<Result<LinkView>> link(std::string id);
  // Error invalid_field(token): it is none, used, over, or of the other kind.
  Task<Result<UserId>> use_link(Trace trace, LinkKind kind, std::string token,
                                std::string password);
  // Is there such a link? For naming every fault of a request before anything is done.
  Task<Result<bool>> is_open(LinkKind kind, std::string token);
  // Sends a link where the address has a credential.
  Task<void> send_reset(Trace trace, std::string email);

  const AuthSettings& settings() const { return settings_; }

 private:
  // Active, of a company that is alive; nothing where not.
  struct Person {
    UserProfile profile;
    std::int64_t customer_type = 0;
  };
  Task<Result<std::optional<Person>>> person(Trace trace, UserId id);
  Task<Result<bool>> check(std::string password, std::string hash);
  Task<Result<std::string>> hash(std::string password);
  Task<Result<Tokens>> begin_session(Trace trace, Credential before, Person person, Login login);
  Tokens tokens(const Person& person, const RefreshToken& refresh) const;
  Task<Result<Tokens>> rotate(Trace trace, RefreshToken token, Session session);
  Task<Result<void>> insert_credential(Trace trace, Credential credential);
  Task<Result<bool>> free_address(Trace trace, std::string email_key);
  Task<Result<std::optional<Link>>> find_link(LinkKind kind, std::string token);
  std::string address_hash(const std::string& address) const;

  Repository& repository_;
  AuthSettings settings_;
  http::ServiceClient& users_;
  http::ServiceClient& customers_;
  const Clock& clock_;
  TokenSigner signer_;
  LoginThrottle throttle_;
  std::string dummy_hash_;  // what an unknown address is compared with
  WorkerPool pool_;
};

}  // namespace thenorsound::auth
