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
  Definition d;
  d.name = schema.name;
  d.service = service;
  d.database = database;
  require(is_name(d.name, "-") && !d.name.starts_with("system") && !d.name.starts_with("thenor_"),
          d.name, "not a name for a collection");
  const auto add_field = [&](const std::string& field) {
    require(is_name(field, ".-"), d.name, "not a name for a field: " + field);
    if (field != "id" && !d.has_field(field)) d.fields.push_back(field);
  };
  for (const std::string& field : schema.fields) add_field(field);
  for (const std::string& field : schema.arrays) {
    require(is_name(field, ".-") && !d.has_field(field), d.name,
            "not a name for an array field: " + field);
    if (!d.has_array(field)) d.arrays.push_back(field);
  }
  d.indexes = schema.indexes;
  d.expires_field = schema.expires_field;
  if (!d.expires_field.empty()) {
    add_field(d.expires_field);
    d.indexes.push_back(Index{{d.expires_field}, false});
  }
  for (const Index& index : d.indexes) {
    require(!index.fields.empty(), d.name, "an index without fields");
    for (const std::string& field : index.fields)
      require(field == "id" || d.has_field(field), d.name, "an index over no field: " + field);
    if (index.unique) d.unique.push_back(unique_index(index));
  }
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
