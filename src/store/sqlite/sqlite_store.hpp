// The store port on an embedded SQLite file: WAL, synchronous=FULL, one writer thread that commits
// what waits in groups, readers beside it. One process owns a file.
#pragma once
#include <memory>
#include <string>

#include "base/time.hpp"
#include "store/movable_store.hpp"

namespace thenorsound::store {

struct SqliteSettings {
  std::size_t cache_bytes = 64U << 20;  // documents kept in memory
  unsigned query_threads = 2;           // for find and count
  bool per_service = false;             // a file for each service: "x-users.db" beside "x.db"
};

// Several services have their store in it, and collections are named apart. Each file has a writer
// thread. Destroy it while the loops that use it still exist.
class SqliteDatabase {
 public:
  // Opens or creates the file, which stands for those beside it too, and locks it against other
  // processes. Error: it can't be had.
  static Result<std::unique_ptr<SqliteDatabase>> open(const std::string& path,
                                                      SqliteSettings settings = {});
  // Removes the files of a database that nobody has open, of either layout.
  static void remove(const std::string& path);
  ~SqliteDatabase();  // writes what waits, then closes; stores then answer service_unavailable

  // The store of one service. Lives no longer than the database.
  std::unique_ptr<MovableStore> store(const std::string& service);

  struct State;

 private:
  explicit SqliteDatabase(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound::store
