#include "fresh_mongo.hpp"
#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

class TestedMongo : public TestedStore {
 public:
  explicit TestedMongo(bool per_service) {
    settings_.per_service = per_service;
    open();
  }
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
    database_ = MongoDatabase::open(settings_).value();
    store_ = database_->store("shop");
  }
  MongoSettings settings_ = settings_of_a_fresh_database();
  std::unique_ptr<MongoDatabase> database_;
  std::unique_ptr<MovableStore> store_;
};

}  // namespace

std::vector<Adapter> adapters() {
  const auto make = [](bool per_service) {
    return [per_service]() -> std::unique_ptr<TestedStore> {
      return std::make_unique<TestedMongo>(per_service);
    };
  };
  return {{"Mongo", make(false)}, {"MongoPerService", make(true), true}};
}

}  // namespace thenorsound::store
