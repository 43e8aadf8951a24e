// Several processes on one database: what each may think of what others have done.
#include <set>

#include "fresh_mongo.hpp"
#include "store/mongo/client.hpp"
#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

class MongoProcesses : public testing::Test {
 protected:
  void SetUp() override {
    loops_.start();
    declare(here());
    declare(there());
  }
  void TearDown() override { loops_.stop(); }

  DocumentStore& here() { return *here_; }
  DocumentStore& there() { return *there_; }
  void declare(DocumentStore& store) {
    std::vector<CollectionSchema> schemas{things_schema()};
    ASSERT_TRUE(wait_for(loops_, store.declare(std::move(schemas))));
  }
  static void insert(Loops& loops, DocumentStore& store, const std::string& id) {
    Write write;
    write.collection = "things";
    write.id = id;
    write.messages.push_back(message("made", id));
    ASSERT_EQ(wait_for(loops, store.commit(std::move(write))).outcome, Outcome::committed);
  }
  std::vector<PendingMessage> pending(DocumentStore& store) {
    return wait_for(loops_, store.pending_messages(10)).value();
  }
  // One command of the server's own, past the adapter.
  void run(const json::object& command) {
    const auto clients = mongo::Clients::make(settings_).value();
    mongo::Clients::Lease client(*clients);
    const mongo::Bson bson = mongo::to_bson(command);
    bson_error_t error;
    ASSERT_TRUE(mongoc_client_command_simple(client.get(), settings_.database.c_str(), bson.get(),
                                             nullptr, nullptr, &error))
        << error.message;
  }
  std::set<std::string> indexes() {
    const auto clients = mongo::Clients::make(settings_).value();
    mongo::Clients::Lease client(*clients);
    const auto things = client.collection(settings_.database, "things");
    std::set<std::string> names;
    mongoc_cursor_t* cursor = mongoc_collection_find_indexes_with_opts(things.get(), nullptr);
    for (const bson_t* found = nullptr; mongoc_cursor_next(cursor, &found);)
      names.insert(mongo::text_at(found, "name"));
    mongoc_cursor_destroy(cursor);
    return names;
  }

  Loops loops_{2};
  const MongoSettings settings_ = settings_of_a_fresh_database();
  const std::unique_ptr<MongoDatabase> first_ = MongoDatabase::open(settings_).value();
  const std::unique_ptr<MongoDatabase> second_ = MongoDatabase::open(settings_).value();
  const std::unique_ptr<DocumentStore> here_ = first_->store("shop");
  const std::unique_ptr<DocumentStore> there_ = second_->store("shop");
};

TEST_F(MongoProcesses, EachKnowsItsOwnMessages) {
  insert(loops_, here(), "a");
  insert(loops_, there(), "b");
  const auto seen = pending(here());
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_TRUE(seen[0].own);
  EXPECT_FALSE(seen[1].own);
  EXPECT_TRUE(wait_for(loops_, there().clear_messages(seen)));
  EXPECT_TRUE(pending(here()).empty());
}

// Each clearing is two steps. What a process left between them must not be in the way of others.
TEST_F(MongoProcesses, AClearingThatWasCutOffIsFinishedByWhoeverLooks) {
  for (const char* id : {"a", "b", "c"}) insert(loops_, here(), id);
  const std::string cut_off = R"({"update":"things","updates":[
      {"q":{"_id":{"$in":["a","b"]}},"u":{"$set":{"outbox":[]}},"multi":true}]})";
  run(object(cut_off));
  (void)wait_for(loops_, there().pending_messages(2));
  const auto seen = wait_for(loops_, there().pending_messages(2)).value();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].document_id, "c");
}

TEST_F(MongoProcesses, AnOperatorsIndexStaysWhenAProcessStarts) {
  run(object(R"({"createIndexes":"things","indexes":[{"key":{"body.note":1},"name":"slow query"},
                 {"key":{"body.note":1,"_id":1},"name":"by_note"}]})"));
  declare(there());
  const std::set<std::string> now = indexes();
  EXPECT_TRUE(now.contains("slow query"));
  EXPECT_FALSE(now.contains("by_note"));  // named as ours are, and no longer declared
  EXPECT_TRUE(now.contains("unique_email"));
}

// Whatever the address says, what is acknowledged survives the loss of a server, and the primary
// is read.
TEST_F(MongoProcesses, TheGuaranteesAreNotLeftToTheAddress) {
  MongoSettings settings = settings_;
  settings.uri += std::string(settings.uri.find('?') == std::string::npos ? "/?" : "&") +
                  "w=1&journal=false&readPreference=secondary";
  const auto clients = mongo::Clients::make(settings).value();
  mongo::Clients::Lease client(*clients);
  const mongoc_write_concern_t* writing = mongoc_client_get_write_concern(client.get());
  EXPECT_TRUE(mongoc_write_concern_get_wmajority(writing));
  EXPECT_TRUE(mongoc_write_concern_get_journal(writing));
  const mongoc_read_prefs_t* reading = mongoc_client_get_read_prefs(client.get());
  EXPECT_EQ(mongoc_read_prefs_get_mode(reading), MONGOC_READ_PRIMARY);
  EXPECT_EQ(clients->lasting_level, "majority");
}

}  // namespace
}  // namespace thenorsound::store
