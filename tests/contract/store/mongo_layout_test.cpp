// One database for all, or one for each service.
#include "fresh_mongo.hpp"
#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

// What is written per service is found by a store that looks into that database alone.
TEST(MongoLayout, EachServiceWritesIntoItsOwnDatabase) {
  Loops loops{2};
  loops.start();
  MongoSettings settings = settings_of_a_fresh_database();
  settings.per_service = true;
  const auto apart = MongoDatabase::open(settings).value();
  const auto store = apart->store("customer");
  std::vector<CollectionSchema> schemas{things_schema()};
  ASSERT_TRUE(wait_for(loops, store->declare(schemas)));
  Write write;
  write.collection = "things";
  write.id = "a";
  EXPECT_EQ(wait_for(loops, store->commit(std::move(write))).outcome, Outcome::committed);

  settings.per_service = false;
  settings.database += "-customers";
  const auto only = MongoDatabase::open(settings).value();
  const auto looking = only->store("customer");
  ASSERT_TRUE(wait_for(loops, looking->declare(schemas)));
  EXPECT_TRUE(wait_for(loops, looking->get("things", "a")).value());
  loops.stop();
}

TEST(MongoServer, OneThatIsNotThereIsAnErrorWithinItsTime) {
  Loops loops{2};
  loops.start();
  MongoSettings settings;
  settings.uri = "mongodb://127.0.0.1:9";
  settings.server_wait_ms = 200;
  const auto database = MongoDatabase::open(settings).value();
  const auto store = database->store("shop");
  std::vector<CollectionSchema> schemas{things_schema()};
  const auto started = std::chrono::steady_clock::now();
  const Result<void> declared = wait_for(loops, store->declare(schemas));
  ASSERT_FALSE(declared);
  EXPECT_EQ(declared.error().code, Code::service_unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
  loops.stop();
}

TEST(MongoServer, AnAddressThatIsNoneIsRefused) {
  MongoSettings settings;
  settings.uri = "http://127.0.0.1";
  EXPECT_FALSE(MongoDatabase::open(settings));
}

}  // namespace
}  // namespace thenorsound::store
