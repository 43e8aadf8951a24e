#include "store/mongo/definition.hpp"

#include <algorithm>
#include <cmath>

#include "store/names.hpp"

namespace thenorsound::store::mongo {
namespace {

UniqueIndex unique_index(const Index& index) {
  UniqueIndex out;
  out.first = index.fields.front();
  out.fields = index.fields;
  for (const std::string& field : index.fields) out.name += (out.name.empty() ? "" : "_") + field;
  std::replace(out.name.begin(), out.name.end(), '.', '-');
  return out;
}

// 7 and 7.0 are one value.
json::value canonical(const json::value& value) {
  const double* number = value.if_double();
  if (number == nullptr || std::floor(*number) != *number || std::abs(*number) > 9e15) return value;
  return static_cast<std::int64_t>(*number);
}

}  // namespace

bool Definition::has_field(std::string_view field) const {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

bool Definition::has_array(std::string_view field) const {
  return std::find(arrays.begin(), arrays.end(), field) != arrays.end();
}

Definition make_definition(const std::string& service, const std::string& database,
                           const CollectionSchema& schema) {
  CollectionSchema sound = checked(schema, {"system", "thenor_"});
  Definition d;
  d.name = std::move(sound.name);
  d.service = service;
  d.database = database;
  d.fields = std::move(sound.fields);
  d.arrays = std::move(sound.arrays);
  d.indexes = std::move(sound.indexes);
  d.expires_field = std::move(sound.expires_field);
  for (const Index& index : d.indexes)
    if (index.unique) d.unique.push_back(unique_index(index));
  return d;
}

std::string path_of(std::string_view field) {
  if (field == "id") return "_id";
  return "body." + std::string(field);
}

void check_members(const Definition& definition, const json::object& body) {
  for (const std::string& field : definition.fields) {
    const json::value* member = member_at(body, field);
    if (member != nullptr && (member->is_object() || member->is_array()))
      throw UnexpectedFailure("field " + field + " is no scalar");
  }
  for (const std::string& field : definition.arrays) {
    const json::value* member = member_at(body, field);
    if (member == nullptr || member->is_null()) continue;
    const json::array* items = member->if_array();
    if (items == nullptr ||
        !std::all_of(items->begin(), items->end(), [](const auto& i) { return i.is_string(); }))
      throw UnexpectedFailure("field " + field + " is no array of texts");
  }
}

json::object unique_keys(const Definition& definition, const std::string& id,
                         const json::object& body) {
  json::object keys;
  for (const UniqueIndex& index : definition.unique) {
    json::array values;
    for (const std::string& field : index.fields) {
      const json::value* member = member_at(body, field);
      if (member != nullptr && !member->is_null()) values.push_back(canonical(*member));
    }
    const bool whole = values.size() == index.fields.size();
    keys[index.name] = whole ? "=" + write_json(json::value(values)) : "id:" + id;
  }
  return keys;
}

}  // namespace thenorsound::store::mongo
