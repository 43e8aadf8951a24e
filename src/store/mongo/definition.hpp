// A declared collection as MongoDB sees it. A stored document is
//   {_id, revision, sequence, body: {…}, unique: {<index>: <key>}, outbox: [{key, message}],
//    pending: <newest key of the outbox, or null>, purgeAt: <date>}.
// An erased one that sent messages stays, without body and with its revision negated.
#pragma once
#include <string>
#include <vector>

#include "store/document_store.hpp"
#include "store/service_collections.hpp"

namespace thenorsound::store::mongo {

// Partial and sparse indexes are not to be had everywhere: the key of a document that lacks one of
// the fields is its own id, which collides with nothing.
struct UniqueIndex {
  std::string name;   // "email", "team_shirt": member of `unique`
  std::string first;  // the field that is named in a violation
  std::vector<std::string> fields;
};

struct Definition {
  std::string name;
  std::string service;
  std::string database;
  std::vector<std::string> fields;  // without "id"
  std::vector<std::string> arrays;
  std::vector<Index> indexes;
  std::vector<UniqueIndex> unique;
  std::string expires_field;

  bool has_field(std::string_view field) const;
  bool has_array(std::string_view field) const;
};
using DefinitionPtr = std::shared_ptr<const Definition>;
using Collections = ServiceCollections<Definition>;

// Throws UnexpectedFailure for a schema that makes no sense (a programming error).
Definition make_definition(const std::string& service, const std::string& database,
                           const CollectionSchema& schema);

// "rank" -> "body.rank"; "id" -> "_id".
std::string path_of(std::string_view field);

// Throws UnexpectedFailure for a member that is no scalar, or no array of texts.
void check_members(const Definition& definition, const json::object& body);
// {<index>: <key>} for every unique index.
json::object unique_keys(const Definition& definition, const std::string& id,
                         const json::object& body);

}  // namespace thenorsound::store::mongo
