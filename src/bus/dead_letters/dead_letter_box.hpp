// The messages that nobody could handle, in a collection of a document store. Thread-safe.
#pragma once
#include <optional>

#include "bus/message_bus.hpp"
#include "store/document_store.hpp"

namespace thenorsound {
class Gauge;
}

namespace thenorsound::bus {

class DeadLetterBox {
 public:
  struct Found {
    DeadLetter letter;
    store::Revision revision = 0;
  };

  explicit DeadLetterBox(store::DocumentStore& store);
  static store::CollectionSchema schema();
  // The write that puts a letter in, under its id.
  static store::Write put(const DeadLetter& letter);

  // Newest first.
  Task<Result<std::vector<DeadLetter>>> list(std::size_t limit, std::size_t skip);
  Task<Result<std::int64_t>> count();
  // Error not_found.
  Task<Result<Found>> find(std::string id);
  Task<void> erase(std::string id, store::Revision revision);
  Task<void> refresh_gauge();

 private:
  store::DocumentStore& store_;
  Gauge& gauge_;
};

}  // namespace thenorsound::bus
