// An open SQLite store with the collection of the contract, for tests of one adapter.
#pragma once
#include "store/sqlite/sqlite_store.hpp"
#include "store_contract.hpp"
#include "temporary_folder.hpp"

namespace thenorsound::store {

struct OpenedSqlite {
  explicit OpenedSqlite(const std::string& path)
      : database(SqliteDatabase::open(path).value()), store(database->store("shop")) {
    loops.start();
    std::vector<CollectionSchema> schemas{things_schema()};
    wait_for(loops, store->declare(std::move(schemas))).value();
  }
  ~OpenedSqlite() { loops.stop(); }

  CommitResult write(const std::string& id, Revision expected, std::size_t bytes) {
    Write write;
    write.collection = "things";
    write.id = id;
    write.expected = expected;
    write.body["fill"] = std::string(bytes, 'x');
    return wait_for(loops, store->commit(std::move(write)));
  }
  DocumentPtr get(const std::string& id) {
    return wait_for(loops, store->get("things", id)).value();
  }

  Loops loops{2};
  std::unique_ptr<SqliteDatabase> database;
  std::unique_ptr<DocumentStore> store;
};

}  // namespace thenorsound::store
