#include "services/auth/repository.hpp"

#include "base/text.hpp"

namespace thenorsound::auth {
namespace {
constexpr std::size_t max_sessions = 1'000;
constexpr std::size_t links_at_once = 100;
}  // namespace

std::vector<store::CollectionSchema> Repository::schemas() {
  store::CollectionSchema credentials;
  credentials.name = "credentials";
  credentials.fields = {"emailKey"};
  credentials.indexes = {{{"emailKey"}, true}};
  store::CollectionSchema sessions;
  sessions.name = "sessions";
  sessions.fields = {"userId", "createdAt", "expiresAt"};
  sessions.indexes = {{{"userId", "createdAt"}, false}, {{"expiresAt"}, false}};
  sessions.expires_field = "expiresAt";
  store::CollectionSchema links;
  links.name = "links";
  links.fields = {"pendingSince", "expiresAt"};
  links.indexes = {{{"pendingSince"}, false}, {{"expiresAt"}, false}};
  links.expires_field = "expiresAt";
  std::vector<store::CollectionSchema> all;
  all.push_back(std::move(credentials));
  all.push_back(std::move(sessions));
  all.push_back(std::move(links));
  return all;
}

Task<Result<std::optional<Credential>>> Repository::credential_by_email(std::string email) {
  store::Query query;
  query.where.push_back({"emailKey", store::Op::eq, json::value(json::string(email_key(email)))});
  query.limit = 1;
  auto found = co_await credentials.find(std::move(query));
  if (!found) co_return found.error();
  if (found->empty()) co_return std::optional<Credential>{};
  co_return std::optional<Credential>(std::move(found->front()));
}

Task<Result<std::vector<Session>>> Repository::sessions_of(UserId user) {
  store::Query query;
  query.where.push_back({"userId", store::Op::eq, json::value(json::string(user.value))});
  query.order_by = "createdAt";
  query.descending = true;
  query.limit = max_sessions;
  co_return co_await sessions.find(std::move(query));
}

Task<Result<std::vector<Link>>> Repository::unfinished_links() {
  store::Query query;
  query.where.push_back({"pendingSince", store::Op::gt, json::value(0)});
  query.order_by = "pendingSince";
  query.limit = links_at_once;
  co_return co_await links.find(std::move(query));
}

std::string email_key(std::string_view email) { return fold_case(email); }

}  // namespace thenorsound::auth
