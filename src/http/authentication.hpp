// Who a request comes from, as a service sees it: by the gateway's (or another service's) word,
// which counts only with an internal credential, or by a Bearer token that auth is asked about.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/router.hpp"
#include "http/service_client.hpp"

namespace thenorsound::http {

// The keys by which services know each other: one per calling service, two while a key is being
// replaced. On the wire: X-Internal-Credential "<service>:<key>".
class InternalCredentials {
 public:
  InternalCredentials() = default;
  // Service name -> one or two keys; empty keys are dropped.
  explicit InternalCredentials(std::map<std::string, std::vector<std::string>, std::less<>> keys);

  // The calling service, where the credential is valid; compared in constant time.
  std::optional<std::string_view> service(std::string_view credential) const;
  // What `service` sends: its first key. Throws where it has none.
  std::string of(std::string_view service) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> keys_;
};

// Whose token it is; nothing where it is not valid. Errors: auth can't be asked.
using ValidateToken = std::function<Task<Result<std::optional<Actor>>>(const Trace&, std::string)>;

// Asks auth's POST /internal/auth/validate. `auth` must outlive the result.
ValidateToken ask_auth(ServiceClient& auth);

// With a valid credential: the actor of X-User-Id, X-User-Roles, X-User-CustomerId, or, without
// X-User-Id, the calling service. Else the Bearer token's. Without the credential the X-User-*
// fields count for nothing; a wrong credential is unauthorized, two Authorization fields are 400.
Authenticate make_authenticator(InternalCredentials credentials, ValidateToken validate);

}  // namespace thenorsound::http
