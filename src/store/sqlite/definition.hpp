// A declared collection as SQLite sees it: a table with the body and a column per field, a side
// table per array field, and the statements that write them.
#pragma once
#include <string>
#include <vector>

#include "store/document_store.hpp"
#include "store/service_collections.hpp"
#include "store/sqlite/connection.hpp"

namespace thenorsound::store::sqlite {

struct ArrayField {
  std::string field;
  std::string table;       // quoted, "events.crewIds"
  std::string remove_sql;  // ?1 id, ?2 the items that stay, as a JSON array
  std::string add_sql;     // ?1 id, ?2 the items
};

struct File;

struct Definition {
  std::uint32_t number = 0;  // tells collections of one process apart
  File* file = nullptr;      // where it lies
  std::string name;
  std::string service;
  std::vector<std::string> fields;  // without "id", which every collection has
  std::vector<ArrayField> arrays;
  std::vector<Index> indexes;
  std::string expires_field;

  std::string table;  // quoted
  std::string get_sql, body_sql, insert_sql, update_sql, erase_sql;

  bool has_field(std::string_view field) const;
  const ArrayField* array(std::string_view field) const;
};

using DefinitionPtr = std::shared_ptr<const Definition>;
using Collections = ServiceCollections<Definition>;

// Throws UnexpectedFailure for a schema that makes no sense (a programming error).
Definition make_definition(const std::string& service, const CollectionSchema& schema,
                           std::uint32_t number);

// The column of a field, quoted; `field` is declared or "id".
std::string column_of(std::string_view field);
// The field of a column's plain name, as error messages have it.
std::string field_of(std::string_view column);
// Unquoted name of the SQL index.
std::string index_name(const Definition& definition, const Index& index);

// Throws UnexpectedFailure for a member that is no scalar, or no array of texts.
std::vector<Value> field_values(const Definition& definition, const json::object& body);
std::string array_items(const ArrayField& array, const json::object& body);
// A scalar to bind. Throws UnexpectedFailure for an array or object.
Value to_value(const json::value& value, std::string_view field);

}  // namespace thenorsound::store::sqlite
