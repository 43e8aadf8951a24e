#include "services/user/repository.hpp"

#include <unordered_set>

#include "base/text.hpp"

namespace thenorsound::user {
namespace {

using store::Condition;
using store::Op;
using store::Query;

constexpr std::size_t scan_size = 1'000;
constexpr std::size_t ids_at_once = 500;
constexpr std::string_view nothing = "\x7F";  // no word, tag or id is this

Condition equal(std::string field, json::value value) {
  return Condition{std::move(field), Op::eq, std::move(value)};
}

json::value text(std::string_view word) { return json::value(json::string(word)); }

json::array texts(const std::vector<std::string>& words) {
  json::array out;
  for (const std::string& word : words) out.push_back(text(word));
  return out;
}

// All words must match by prefix; a text without words finds nothing.
void add_search(Query& query, const std::optional<std::string>& q) {
  if (!q) return;
  const std::vector<std::string> words = words_of(*q);
  for (const std::string& word : words)
    query.where.push_back(Condition{"words", Op::prefix, text(word)});
  if (words.empty()) query.where.push_back(equal("words", text(nothing)));
}

void add_skills(Query& query, const std::optional<std::string>& category,
                const std::optional<std::string>& skill) {
  for (const std::string& tag : wanted_tags(category, skill))
    query.where.push_back(equal("tags", text(tag)));
}

void set_page(Query& query, const http::Page& page) {
  query.order_by = "createdAt";
  query.descending = true;
  query.limit = page.limit();
  query.skip = page.skip();
}

Query crew_query(const CrewFilter& filter) {
  Query query;
  query.where.push_back(equal("listed", true));
  query.where.push_back(equal("userType", crew_type));
  query.where.push_back(equal("isActive", true));
  if (filter.customer) query.where.push_back(equal("customerId", text(filter.customer->value)));
  if (!filter.every_pool) {
    json::array pools;
    pools.push_back(text(bookable_by_all));
    if (filter.in_house) pools.push_back(text(filter.in_house->value));
    query.where.push_back(Condition{"pool", Op::in, std::move(pools)});
  }
  add_skills(query, filter.category, filter.skill);
  add_search(query, filter.q);
  query.order_by = "createdAt";
  query.descending = true;
  return query;
}

store::CollectionSchema users_schema() {
  store::CollectionSchema schema;
  schema.name = "users";
  schema.fields = {"id",   "emailKey", "listed", "customerId", "userType",
                   "role", "isActive", "pool",   "createdAt",  "unfinishedDue"};
  schema.arrays = {"words", "tags"};
  schema.indexes = {{{"emailKey"}, true},
                    {{"listed", "createdAt"}, false},
                    {{"customerId", "listed", "createdAt"}, false},
                    {{"role", "listed", "createdAt"}, false},
                    {{"userType", "listed", "isActive", "createdAt"}, false},
                    {{"id", "listed"}, false},
                    {{"unfinishedDue"}, false}};
  return schema;
}

store::CollectionSchema calendars_schema() {
  store::CollectionSchema schema;
  schema.name = "calendars";
  schema.fields = {"userId", "unverifiedSince", "tidyAt", "closedAt"};
  schema.arrays = {"busyWeeks"};
  schema.indexes = {{{"userId"}, false},
                    {{"unverifiedSince"}, false},
                    {{"tidyAt"}, false},
                    {{"closedAt"}, false}};
  return schema;
}

store::CollectionSchema plain_schema(std::string name, std::vector<std::string> fields,
                                     std::vector<store::Index> indexes) {
  store::CollectionSchema schema;
  schema.name = std::move(name);
  schema.fields = std::move(fields);
  schema.indexes = std::move(indexes);
  return schema;
}

}  // namespace

Repository::Repository(store::DocumentStore& store, const Clock& clock)
    : users(store, clock, "users", "user"),
      calendars(store, clock, "calendars", "user"),
      past(store, clock, "calendar_archive", "user"),
      sensitive(store, clock, "user_sensitive", "user"),
      subscriptions(store, clock, "push_subscriptions", "user"),
      audit(store, clock, "user_audit", "user"),
      guards(store, clock, "user_guards", "user") {}

std::vector<store::CollectionSchema> Repository::schemas() {
  std::vector<store::CollectionSchema> schemas;
  schemas.push_back(users_schema());
  schemas.push_back(calendars_schema());
  schemas.push_back(
      plain_schema("calendar_archive", {"userId", "end"}, {{{"userId", "end"}, false}}));
  schemas.push_back(plain_schema("user_sensitive", {}, {}));
  schemas.back().sealed = {{"socialSecurityNumber"}, {"bankAccount"}};
  schemas.push_back(plain_schema("push_subscriptions", {"userId"}, {{{"userId"}, false}}));
  schemas.push_back(
      plain_schema("user_audit", {"at", "userId", "subject"},
                   {{{"at"}, false}, {{"userId", "at"}, false}, {{"subject", "at"}, false}}));
  schemas.push_back(plain_schema("user_guards", {}, {}));
  return schemas;
}

Task<Result<User>> Repository::user(UserId id) {
  Result<std::optional<User>> found = co_await users.get(id.value);
  if (!found) co_return found.error();
  if (!*found || (*found)->state != UserState::Active) co_return not_found("user");
  co_return std::move(**found);
}

Task<Result<UserPage>> Repository::list(UserFilter filter, http::Page page) {
  Query query;
  query.where.push_back(equal("listed", true));
  if (filter.customer) query.where.push_back(equal("customerId", text(filter.customer->value)));
  if (filter.user_type) query.where.push_back(equal("userType", *filter.user_type));
  if (filter.role) query.where.push_back(equal("role", *filter.role));
  add_skills(query, filter.category, filter.skill);
  add_search(query, filter.q);
  set_page(query, page);
  UserPage found;
  const Result<std::int64_t> total = co_await users.count(query);
  if (!total) co_return total.error();
  Result<std::vector<User>> items = co_await users.find(std::move(query));
  if (!items) co_return items.error();
  found.total = *total;
  found.users = std::move(*items);
  co_return found;
}

Task<Result<UserPage>> Repository::crew(CrewFilter filter, http::Page page) {
  Query query = crew_query(filter);
  if (filter.free) co_return co_await free_crew(std::move(query), *filter.free, page);
  set_page(query, page);
  UserPage found;
  const Result<std::int64_t> total = co_await users.count(query);
  if (!total) co_return total.error();
  Result<std::vector<User>> items = co_await users.find(std::move(query));
  if (!items) co_return items.error();
  found.total = *total;
  found.users = std::move(*items);
  co_return found;
}

// Who is busy is found by the weeks that calendars touch; they are then left out of the page and
// of the total, so that pages stay full.
Task<Result<UserPage>> Repository::free_crew(Query query, Span span, http::Page page) {
  const Result<std::vector<std::string>> busy = co_await busy_users(span);
  if (!busy) co_return busy.error();
  UserPage found;
  const Result<std::int64_t> all = co_await users.count(query);
  if (!all) co_return all.error();
  found.total = *all;
  for (std::size_t from = 0; from < busy->size(); from += ids_at_once) {
    Query some = query;
    const std::size_t to = std::min(busy->size(), from + ids_at_once);
    json::array ids;
    for (std::size_t i = from; i < to; ++i) ids.push_back(text((*busy)[i]));
    some.where.push_back(Condition{"id", Op::in, std::move(ids)});
    const Result<std::int64_t> count = co_await users.count(std::move(some));
    if (!count) co_return count.error();
    found.total -= *count;
  }
  const std::unordered_set<std::string> left_out(busy->begin(), busy->end());
  std::size_t to_skip = page.skip();
  query.limit = std::min(scan_size, page.limit() + to_skip + busy->size());
  while (found.users.size() < page.limit()) {
    Result<std::vector<User>> items = co_await users.find(query);
    if (!items) co_return items.error();
    for (User& item : *items) {
      if (left_out.contains(item.id.value)) continue;
      if (to_skip > 0) {
        --to_skip;
      } else if (found.users.size() < page.limit()) {
        found.users.push_back(std::move(item));
      }
    }
    if (items->size() < query.limit) break;
    query.skip += query.limit;
  }
  co_return found;
}

Task<Result<std::vector<std::string>>> Repository::busy_users(Span span) {
  Query query;
  query.where.push_back(Condition{"busyWeeks", Op::in, texts(weeks_of(span))});
  query.limit = scan_size;
  std::vector<std::string> busy;
  for (;;) {
    Result<std::vector<Calendar>> found = co_await calendars.find(query);
    if (!found) co_return found.error();
    for (const Calendar& calendar : *found)
      if (!is_free(calendar, span)) busy.push_back(calendar.user_id.value);
    if (found->size() < query.limit) co_return busy;
    query.skip += query.limit;
  }
}

Task<Result<std::vector<Calendar>>> Repository::calendars_of(std::vector<UserId> ids) {
  if (ids.empty()) co_return std::vector<Calendar>();
  json::array names;
  for (const UserId& id : ids) names.push_back(text(id.value));
  Query query;
  query.limit = names.size();
  query.where.push_back(Condition{"userId", Op::in, std::move(names)});
  co_return co_await calendars.find(std::move(query));
}

Task<Result<std::vector<PastItem>>> Repository::past_of(UserId user, Span within) {
  Query query;
  query.where.push_back(equal("userId", text(user.value)));
  query.where.push_back(Condition{"end", Op::gt, within.start.ms});
  query.order_by = "end";
  query.limit = 10'000;
  Result<std::vector<PastItem>> items = co_await past.find(std::move(query));
  if (!items) co_return items.error();
  std::erase_if(*items, [&](const PastItem& item) { return item.start >= within.end; });
  co_return items;
}

Task<Result<std::optional<User>>> Repository::with_email(std::string key) {
  Query query;
  query.where.push_back(equal("emailKey", text(key)));
  query.limit = 1;
  Result<std::vector<User>> found = co_await users.find(std::move(query));
  if (!found) co_return found.error();
  if (found->empty()) co_return std::optional<User>();
  co_return std::optional<User>(std::move(found->front()));
}

Task<Result<std::int64_t>> Repository::other_admins(CustomerId company, std::int64_t role,
                                                    UserId except) {
  Query query;
  query.where.push_back(equal("listed", true));
  query.where.push_back(equal("role", role));
  query.where.push_back(equal("isActive", true));
  query.where.push_back(equal("customerId", text(company.value)));
  query.where.push_back(Condition{"id", Op::ne, text(except.value)});
  co_return co_await users.count(std::move(query));
}

Task<Result<std::vector<PushSubscription>>> Repository::subscriptions_of(UserId user) {
  Query query;
  query.where.push_back(equal("userId", text(user.value)));
  query.limit = 100;
  co_return co_await subscriptions.find(std::move(query));
}

}  // namespace thenorsound::user
