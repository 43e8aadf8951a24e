// Parts of a stored document's form (definition.hpp) that several writers share.
#pragma once
#include "store/mongo/bson.hpp"
#include "store/mongo/definition.hpp"

namespace thenorsound::store::mongo {

// The update that erases a document which has sent messages.
json::object erasure(const Definition& definition, const std::string& id, Revision revision);

// When a document with this body goes by itself, should nobody have swept it.
std::optional<std::int64_t> purge_date(const Definition& definition, const json::object& body);
// `fields`, with the date on which a document with this body goes.
Bson with_purge_date(const Definition& definition, const json::object& body,
                     const json::object& fields);

// Of a message, within the commit that made it; the mark says in which process that was.
std::string outbox_key(Revision revision, std::size_t number, const std::string& mark);
bool has_mark(const std::string& key, const std::string& mark);

}  // namespace thenorsound::store::mongo
