#include <cstdlib>

#include "base/id.hpp"
#include "store/mongo/mongo_store.hpp"
#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

// The server is somebody else's to start: THENORSOUND_TEST_MONGODB names it.
std::string server() {
  const char* uri = std::getenv("THENORSOUND_TEST_MONGODB");
  if (uri == nullptr) throw std::runtime_error("THENORSOUND_TEST_MONGODB names no server");
  return uri;
}

class TestedMongo : public TestedStore {
 public:
  explicit TestedMongo(bool per_service) {
    settings_.uri = server();
    settings_.per_service = per_service;
    static std::atomic<int> number{0};
    settings_.database = "contract-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
    open();
  }
  DocumentStore& store() override { return *store_; }
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
  MongoSettings settings_;
  std::unique_ptr<MongoDatabase> database_;
  std::unique_ptr<DocumentStore> store_;
};

}  // namespace

std::vector<Adapter> adapters() {
  const auto make = [](bool per_service) {
    return [per_service]() -> std::unique_ptr<TestedStore> {
      return std::make_unique<TestedMongo>(per_service);
    };
  };
  if (std::getenv("THENORSOUND_TEST_SMALL") != nullptr) return {{"MongoShared", make(false)}};
  return {{"MongoShared", make(false)}, {"MongoPerService", make(true)}};
}

}  // namespace thenorsound::store
