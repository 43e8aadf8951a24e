// The store port on a server of MongoDB's wire protocol (MongoDB 4.2 and later, Azure Cosmos DB).
// Many processes may use one database.
#pragma once
#include <memory>
#include <string>

#include "store/mongo/mongo_settings.hpp"
#include "store/movable_store.hpp"

namespace thenorsound::store {

// Destroy it while the loops that use it still exist.
class MongoDatabase {
 public:
  // Connects when first used. Error: the address can't be read.
  static Result<std::unique_ptr<MongoDatabase>> open(MongoSettings settings);
  ~MongoDatabase();  // finishes what waits

  // The store of one service. Lives no longer than the database.
  std::unique_ptr<MovableStore> store(const std::string& service);

  struct State;

 private:
  explicit MongoDatabase(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound::store
