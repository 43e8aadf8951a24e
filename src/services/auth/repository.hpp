// The auth service's collections and the queries they answer.
#pragma once
#include "http/router.hpp"
#include "services/auth/credential.hpp"
#include "services/auth/session.hpp"
#include "store/collection.hpp"

namespace thenorsound::auth {

class Repository {
 public:
  Repository(store::DocumentStore& store, const Clock& clock);

  store::Collection<Credential> credentials;
  store::Collection<Session> sessions;
  store::Collection<Link> links;

  static std::vector<store::CollectionSchema> schemas();

  Task<Result<std::optional<Credential>>> with_email(std::string key);
  // Live sessions, newest first.
  Task<Result<std::vector<Session>>> live_sessions(UserId user, Time now, std::size_t skip,
                                                   std::size_t limit);
  Task<Result<std::int64_t>> count_live(UserId user, Time now);
};

}  // namespace thenorsound::auth
