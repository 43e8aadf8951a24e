#include "store/mongo/stored.hpp"

#include <algorithm>

#include "base/time.hpp"
#include "store/names.hpp"

namespace thenorsound::store::mongo {
namespace {

constexpr std::int64_t purge_after_ms = std::int64_t{7} * 24 * 3'600 * 1'000;

}  // namespace

json::object erasure(const Definition& definition, const std::string& id, Revision revision) {
  json::object set{{"revision", -revision}, {"unique", unique_keys(definition, id, {})}};
  json::object unset{{"body", ""}, {"purgeAt", ""}};
  return json::object{{"$set", std::move(set)}, {"$unset", std::move(unset)}};
}

std::optional<std::int64_t> purge_date(const Definition& definition, const json::object& body) {
  if (definition.expires_field.empty()) return {};
  const json::value* expires = member_at(body, definition.expires_field);
  if (expires == nullptr || !expires->is_int64()) return {};
  return std::max(expires->get_int64(), SystemClock().now().ms) + purge_after_ms;
}

Bson with_purge_date(const Definition& definition, const json::object& body,
                     const json::object& fields) {
  Bson bson = to_bson(fields);
  if (const auto at = purge_date(definition, body))
    BSON_APPEND_DATE_TIME(bson.get(), "purgeAt", *at);
  return bson;
}

std::string outbox_key(Revision revision, std::size_t number, const std::string& mark) {
  return std::to_string(revision) + "." + std::to_string(number) + "." + mark;
}

bool has_mark(const std::string& key, const std::string& mark) { return key.ends_with("." + mark); }

}  // namespace thenorsound::store::mongo
