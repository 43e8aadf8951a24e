#include "store/names.hpp"

#include <algorithm>

namespace thenorsound::store {

namespace {

// Letters, digits, '_' and what `also` holds; 1 to 100 characters.
bool is_name(std::string_view name, std::string_view also) {
  if (name.empty() || name.size() > 100) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           also.find(c) != std::string_view::npos;
  });
}

void require(bool holds, const std::string& collection, std::string_view what) {
  if (!holds) throw UnexpectedFailure("collection " + collection + ": " + std::string(what));
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_fields(CollectionSchema& to, const CollectionSchema& from) {
  std::vector<std::string> wanted = from.fields;
  if (!from.expires_field.empty()) wanted.push_back(from.expires_field);
  for (const std::string& field : wanted) {
    require(is_name(field, ".-"), to.name, "not a name for a field: " + field);
    if (field != "id" && !has(to.fields, field)) to.fields.push_back(field);
  }
  for (const std::string& field : from.arrays) {
    require(is_name(field, ".-") && !has(to.fields, field), to.name,
            "not a name for an array field: " + field);
    if (!has(to.arrays, field)) to.arrays.push_back(field);
  }
}

void add_indexes(CollectionSchema& to, const CollectionSchema& from) {
  to.indexes = from.indexes;
  for (const Index& index : to.indexes) {
    require(!index.fields.empty(), to.name, "an index without fields");
    for (const std::string& field : index.fields)
      require(field == "id" || has(to.fields, field), to.name, "an index over no field: " + field);
  }
  if (to.expires_field.empty()) return;
  const bool indexed = std::any_of(to.indexes.begin(), to.indexes.end(), [&](const Index& index) {
    return index.fields.front() == to.expires_field;
  });
  if (!indexed) to.indexes.push_back(Index{{to.expires_field}, false});
}

}  // namespace

CollectionSchema checked(const CollectionSchema& schema,
                         std::initializer_list<std::string_view> reserved) {
  CollectionSchema out;
  out.name = schema.name;
  out.expires_field = schema.expires_field;
  const bool is_reserved = std::any_of(reserved.begin(), reserved.end(),
                                       [&](auto start) { return out.name.starts_with(start); });
  require(is_name(out.name, "-") && !is_reserved, out.name, "not a name for a collection");
  add_fields(out, schema);
  add_indexes(out, schema);
  return out;
}

const json::value* member_at(const json::object& body, std::string_view path) {
  if (const json::value* found = body.if_contains(path)) return found;
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const json::value* inner = body.if_contains(path.substr(0, dot));
  if (inner == nullptr || !inner->is_object()) return nullptr;
  return member_at(inner->get_object(), path.substr(dot + 1));
}

}  // namespace thenorsound::store
