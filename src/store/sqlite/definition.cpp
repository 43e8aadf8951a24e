#include "store/sqlite/definition.hpp"

#include <algorithm>
#include <limits>

#include "store/names.hpp"

namespace thenorsound::store::sqlite {
namespace {

// Keeps fields apart from the table's own columns.
constexpr std::string_view field_prefix = "f_";

std::string insert_statement(const Definition& d) {
  std::string columns = "id,revision,sequence,body", values;
  for (std::size_t i = 0; i < d.fields.size(); ++i) {
    columns += ',' + column_of(d.fields[i]);
    values += ",?" + std::to_string(i + 4);
  }
  return "INSERT INTO " + d.table + "(" + columns + ") VALUES(?1," +
         "1+(SELECT floor FROM thenor_collections WHERE name='" + d.name + "')," +
         "?2+coalesce((SELECT sequence FROM thenor_erased WHERE collection='" + d.name +
         "' AND id=?1),0),?3" + values + ") RETURNING revision,sequence";
}

std::string update_statement(const Definition& d) {
  std::string sql = "UPDATE " + d.table + " SET revision=revision+1,sequence=sequence+?2,body=?3";
  for (std::size_t i = 0; i < d.fields.size(); ++i)
    sql += ',' + column_of(d.fields[i]) + "=?" + std::to_string(i + 5);
  return sql + " WHERE id=?1 AND revision=?4 RETURNING revision,sequence";
}

ArrayField array_field(const std::string& collection, const std::string& field) {
  ArrayField array;
  array.field = field;
  array.table = quoted(collection + "." + field);
  array.remove_sql = "DELETE FROM " + array.table +
                     " WHERE id=?1 AND value NOT IN (SELECT value FROM json_each(?2))";
  array.add_sql =
      "INSERT OR IGNORE INTO " + array.table + "(value,id) SELECT value,?1 FROM json_each(?2)";
  return array;
}

}  // namespace

bool Definition::has_field(std::string_view field) const {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

const ArrayField* Definition::array(std::string_view field) const {
  for (const ArrayField& array : arrays)
    if (array.field == field) return &array;
  return nullptr;
}

Definition make_definition(const std::string& service, const CollectionSchema& schema,
                           std::uint32_t number) {
  CollectionSchema sound = checked(schema, {"sqlite_", "outbox_", "thenor_"});
  Definition d;
  d.number = number;
  d.name = std::move(sound.name);
  d.service = service;
  d.fields = std::move(sound.fields);
  for (const std::string& field : sound.arrays) d.arrays.push_back(array_field(d.name, field));
  d.indexes = std::move(sound.indexes);
  d.expires_field = std::move(sound.expires_field);
  d.table = quoted(d.name);
  d.get_sql = "SELECT revision,sequence,body FROM " + d.table + " WHERE id=?1";
  d.body_sql = "SELECT body FROM " + d.table + " WHERE rowid=?1";
  d.insert_sql = insert_statement(d);
  d.update_sql = update_statement(d);
  d.erase_sql = "DELETE FROM " + d.table + " WHERE id=?1 AND revision=?2 RETURNING sequence";
  return d;
}

std::string column_of(std::string_view field) {
  if (field == "id") return "id";
  return quoted(std::string(field_prefix) + std::string(field));
}

std::string field_of(std::string_view column) {
  if (column.starts_with(field_prefix)) column.remove_prefix(field_prefix.size());
  return std::string(column);
}

std::string index_name(const Definition& definition, const Index& index) {
  std::string name = (index.unique ? "unique:" : "index:") + definition.name;
  for (const std::string& field : index.fields) name += ":" + field;
  return name;
}

Value to_value(const json::value& value, std::string_view field) {
  switch (value.kind()) {
    case json::kind::null:
      return {};
    case json::kind::bool_:
      return std::int64_t{value.get_bool() ? 1 : 0};
    case json::kind::int64:
      return value.get_int64();
    case json::kind::uint64:
      if (value.get_uint64() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()})
        return static_cast<std::int64_t>(value.get_uint64());
      return static_cast<double>(value.get_uint64());
    case json::kind::double_:
      return value.get_double();
    case json::kind::string:
      return std::string(std::string_view(value.get_string()));
    default:
      throw UnexpectedFailure("field " + std::string(field) + " is no scalar");
  }
}

std::vector<Value> field_values(const Definition& definition, const json::object& body) {
  std::vector<Value> values;
  values.reserve(definition.fields.size());
  for (const std::string& field : definition.fields) {
    const json::value* member = member_at(body, field);
    values.push_back(member == nullptr ? Value{} : to_value(*member, field));
  }
  return values;
}

std::string array_items(const ArrayField& array, const json::object& body) {
  const json::value* member = member_at(body, array.field);
  if (member == nullptr || member->is_null()) return "[]";
  const json::array* items = member->if_array();
  if (items == nullptr ||
      !std::all_of(items->begin(), items->end(), [](const auto& i) { return i.is_string(); }))
    throw UnexpectedFailure("field " + array.field + " is no array of texts");
  return write_json(*member);
}

}  // namespace thenorsound::store::sqlite
