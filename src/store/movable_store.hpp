// What an adapter offers besides, so that all that is kept can be moved to another store: contents
// as they are, sealed ones sealed. For commands that have the database to themselves.
#pragma once
#include "store/document_store.hpp"

namespace thenorsound::store {

// What is kept under an id. Revisions are the store's own and don't move.
struct Kept {
  std::string id;
  std::int64_t sequence = 0;
  std::optional<json::object> body;  // nothing: erased, but it had sent messages
  std::vector<Message> messages;     // not yet known to be published
};

class MovableStore : public DocumentStore {
 public:
  // Of a declared collection, in order of the ids' bytes, those after `after`.
  virtual Task<Result<std::vector<Kept>>> scan(std::string collection, std::string after,
                                               std::size_t limit) = 0;
  // Puts them in place of what is kept under their ids. Error conflict: unique indexes refuse;
  // some may be in place then. May be repeated.
  virtual Task<Result<void>> restore(std::string collection, std::vector<Kept> documents) = 0;
};

}  // namespace thenorsound::store
