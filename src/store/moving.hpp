// Moves all data out of a store into a file, and from a file into another store, whatever adapter
// and layout they have. Nobody else may use either meanwhile.
#pragma once
#include <map>
#include <set>

#include "store/export_file.hpp"

namespace thenorsound {
class Keyring;
}

namespace thenorsound::store {

// A service's store and the collections it has declared there.
struct MovedService {
  std::string name;
  MovableStore* store = nullptr;
  std::vector<std::string> collections;
};
using MovedServices = std::vector<MovedService>;

Task<Result<void>> write_all(MovedServices services, ExportWriter& writer);

// What a whole and sound file holds; nothing is written yet.
struct ExportContent {
  ExportHeader header;
  std::vector<CollectionSum> collections;
  std::set<std::string> keys;  // that values are sealed with
  struct Note {                // of what keys there were, by service
    std::string service, id;
    json::object body;
  };
  std::vector<Note> notes;
  std::int64_t documents_of(std::string_view collection) const;
};
// Error validation_error: as ExportReader's.
Result<ExportContent> read_through(const std::string& path);
// Error validation_error: it holds a collection that this program doesn't have.
Result<void> check_collections(const ExportContent& content, const MovedServices& services);
// Error service_error that names every key which is missing, or one that is another than it was.
// `keys` may be null: there are none.
Result<void> check_keys(const ExportContent& content, const Keyring* keys);

Task<Result<bool>> is_empty(MovedServices services);
// Puts everything in place of what is there. May be cut off and repeated.
Task<Result<void>> restore_all(MovedServices services, std::string path);
// Error service_error: the stores don't hold exactly that.
Task<Result<void>> compare_all(MovedServices services, std::vector<CollectionSum> expected);

}  // namespace thenorsound::store
