// Access tokens as auth sees them, asked once each; and their renewal by a refresh cookie.
#pragma once
#include "http/service_client.hpp"
#include "services/gateway/single_flight.hpp"
#include "services/gateway/token_cache.hpp"

namespace thenorsound::gateway {

struct Checked {
  enum class Verdict { valid, expired, revoked, invalid, unknown };
  Verdict verdict = Verdict::unknown;    // unknown: auth can't be asked now
  std::shared_ptr<const Claims> claims;  // of a valid one
};

struct Renewed {
  enum class Outcome { done, refused, other_session, unknown };
  Outcome outcome = Outcome::unknown;
  std::string access_token;
  std::string cookie;  // the whole Set-Cookie value
};

// Thread-safe.
class TokenCheck {
 public:
  TokenCheck(http::Upstream& auth, std::string credential, std::chrono::milliseconds timeout,
             const Clock& clock);

  // From memory, without waiting; nothing where auth has to be asked.
  std::shared_ptr<const Claims> known(std::string_view token) const;
  Task<Checked> check(const Trace& trace, std::string token);
  // A new access token for one that is right in everything but its end, where the cookie is of the
  // same session and user. other_session: it is somebody else's.
  Task<Renewed> renew(const Trace& trace, std::string token, std::string cookie);

  void forget_session(std::string_view sid) { cache_.forget_session(sid, clock_.now()); }
  void forget_user(std::string_view user_id) { cache_.forget_user(user_id, clock_.now()); }

 private:
  Task<Checked> ask(const Trace& trace, const std::string& token);
  Task<Renewed> ask_renewal(const Trace& trace, const std::string& token,
                            const std::string& cookie);

  http::ServiceClient auth_;
  const Clock& clock_;
  TokenCache cache_;
  SingleFlight<Checked> checks_;
  SingleFlight<Renewed> renewals_;
};

// RFC 6750: what follows the scheme Bearer (in any case) in an Authorization field; empty for other
// schemes.
std::string_view bearer_text(std::string_view authorization);
// The same, but nothing for what is no JWT by its shape, which auth needn't be asked about.
std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace thenorsound::gateway
