#include "services/auth/repository.hpp"

#include "services/auth/throttle.hpp"

namespace thenorsound::auth {
namespace {

using store::Condition;
using store::Op;
using store::Query;

Query live_query(const UserId& user, Time now) {
  Query query;
  query.where.push_back(Condition{"userId", Op::eq, json::string(user.value)});
  query.where.push_back(Condition{"live", Op::eq, true});
  query.where.push_back(Condition{"tokenExpiresAt", Op::gt, now.ms});
  query.order_by = "createdAt";
  query.descending = true;
  return query;
}

}  // namespace

Repository::Repository(store::DocumentStore& store, const Clock& clock)
    : credentials(store, clock, "credentials", "auth"),
      sessions(store, clock, "sessions", "auth"),
      links(store, clock, "links", "auth") {}

std::vector<store::CollectionSchema> Repository::schemas() {
  store::CollectionSchema all_credentials;
  all_credentials.name = "credentials";
  all_credentials.fields = {"emailKey"};
  all_credentials.indexes = {{{"emailKey"}, true}};
  store::CollectionSchema all_sessions;
  all_sessions.name = "sessions";
  all_sessions.fields = {"userId", "live", "createdAt", "tokenExpiresAt"};
  all_sessions.indexes = {{{"userId", "live", "createdAt"}, false}};
  all_sessions.expires_field = "expiresAt";
  store::CollectionSchema all_links;
  all_links.name = "links";
  all_links.expires_field = "expiresAt";
  std::vector<store::CollectionSchema> schemas;
  schemas.push_back(std::move(all_credentials));
  schemas.push_back(std::move(all_sessions));
  schemas.push_back(std::move(all_links));
  schemas.push_back(LoginThrottle::schema());
  return schemas;
}

Task<Result<std::optional<Credential>>> Repository::with_email(std::string key) {
  Query query;
  query.where.push_back(Condition{"emailKey", Op::eq, json::string(key)});
  query.limit = 1;
  Result<std::vector<Credential>> found = co_await credentials.find(std::move(query));
  if (!found) co_return found.error();
  if (found->empty()) co_return std::optional<Credential>();
  co_return std::optional<Credential>(std::move(found->front()));
}

Task<Result<std::vector<Session>>> Repository::live_sessions(UserId user, Time now,
                                                             std::size_t skip, std::size_t limit) {
  Query query = live_query(user, now);
  query.skip = skip;
  query.limit = limit;
  co_return co_await sessions.find(std::move(query));
}

Task<Result<std::int64_t>> Repository::count_live(UserId user, Time now) {
  co_return co_await sessions.count(live_query(user, now));
}

}  // namespace thenorsound::auth
