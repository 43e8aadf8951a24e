#include "store/sqlite/sqlite_store.hpp"
#include "store_contract.hpp"
#include "temporary_folder.hpp"

namespace thenorsound::store {
namespace {

class TestedSqlite : public TestedStore {
 public:
  explicit TestedSqlite(SqliteSettings settings) : settings_(settings) { open(); }
  MovableStore& store() override { return *store_; }
  std::unique_ptr<DocumentStore> another(const std::string& service) override {
    return database_->store(service);
  }
  void restart() override {
    store_.reset();
    database_.reset();
    open();
  }

 private:
  void open() {
    database_ = SqliteDatabase::open(folder_.file("test.db"), settings_).value();
    store_ = database_->store("shop");
  }
  TemporaryFolder folder_;
  SqliteSettings settings_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<MovableStore> store_;
};

}  // namespace

std::vector<Adapter> adapters() {
  const auto make = [](std::size_t cache_bytes, bool per_service = false) {
    return [cache_bytes, per_service]() -> std::unique_ptr<TestedStore> {
      return std::make_unique<TestedSqlite>(SqliteSettings{cache_bytes, 2, per_service});
    };
  };
  // Whole, with hardly any memory, reading everything from the file, and with a file a service.
  return {{"Sqlite", make(64U << 20)},
          {"SqliteTightCache", make(40'000)},
          {"SqliteNoCache", make(0)},
          {"SqlitePerService", make(64U << 20, true), true}};
}

}  // namespace thenorsound::store
