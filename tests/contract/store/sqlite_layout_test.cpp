// A file for each service.
#include <fstream>

#include "store/sqlite/sqlite_store.hpp"
#include "store_contract.hpp"
#include "temporary_folder.hpp"

namespace thenorsound::store {
namespace {

CollectionSchema calendars_schema() {
  CollectionSchema schema;
  schema.name = "calendars";
  schema.expires_field = "expiresAt";
  return schema;
}

// The user service, the one whose collections lie in two files.
class TwoFiles : public ::testing::Test {
 protected:
  TwoFiles() {
    loops_.start();
    open();
  }
  ~TwoFiles() override { loops_.stop(); }

  void open() {
    store_.reset();
    database_.reset();
    SqliteSettings settings;
    settings.per_service = true;
    database_ = SqliteDatabase::open(folder_.file("x.db"), settings).value();
    store_ = database_->store("user");
    std::vector<CollectionSchema> schemas{things_schema(), calendars_schema()};
    wait_for(loops_, store_->declare(std::move(schemas))).value();
  }
  static Write insertion(const std::string& collection, const std::string& id) {
    Write write;
    write.collection = collection;
    write.id = id;
    write.body["expiresAt"] = 5;
    write.messages.push_back(message("made", id));
    return write;
  }
  std::vector<PendingMessage> pending(std::size_t limit) {
    return wait_for(loops_, store_->pending_messages(limit)).value();
  }
  bool has(const std::string& collection, const std::string& id) {
    return wait_for(loops_, store_->get(collection, id)).value() != nullptr;
  }

  TemporaryFolder folder_;
  Loops loops_{2};
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<DocumentStore> store_;
};

TEST_F(TwoFiles, ACommitOverBothAnswersInOrder) {
  std::vector<Write> writes;
  for (const char* id : {"a", "b", "c", "d"})
    writes.push_back(insertion(*id == 'b' || *id == 'd' ? "calendars" : "things", id));
  writes.push_back(insertion("calendars", "b"));
  const auto results = wait_for(loops_, store_->commit(std::move(writes)));
  ASSERT_EQ(results.size(), 5U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(results[i].outcome, Outcome::committed);
  EXPECT_EQ(results[4].outcome, Outcome::conflict);
  open();
  EXPECT_TRUE(has("things", "c") && has("calendars", "d"));
  EXPECT_FALSE(has("things", "d"));
  for (const char* file : {"x.db", "x-users.db", "x-crew.db"})
    EXPECT_TRUE(std::filesystem::exists(folder_.file(file))) << file;
}

TEST_F(TwoFiles, NeitherOutboxStarvesTheOtherAndEachIsCleared) {
  std::vector<Write> writes;
  for (const char* id : {"a", "b", "c", "d"}) writes.push_back(insertion("things", id));
  writes.push_back(insertion("calendars", "k"));
  wait_for(loops_, store_->commit(std::move(writes)));
  std::vector<PendingMessage> first = pending(2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_NE(first[0].collection, first[1].collection);
  EXPECT_EQ(pending(100).size(), 5U);
  ASSERT_TRUE(wait_for(loops_, store_->clear_messages(std::move(first))));
  const std::vector<PendingMessage> rest = pending(100);
  ASSERT_EQ(rest.size(), 3U);
  for (const PendingMessage& message : rest) EXPECT_EQ(message.collection, "things");
}

TEST_F(TwoFiles, ASweepIsBoundedOverBoth) {
  std::vector<Write> writes;
  for (int i = 0; i < 700; ++i)
    for (const char* collection : {"things", "calendars"})
      writes.push_back(insertion(collection, std::to_string(i)));
  wait_for(loops_, store_->commit(std::move(writes)));
  EXPECT_EQ(wait_for(loops_, store_->sweep(Time{10})).value(), 1'000U);
  EXPECT_EQ(wait_for(loops_, store_->sweep(Time{10})).value(), 400U);
}

TEST_F(TwoFiles, TheirDatabaseIsHadByOneAtATime) {
  EXPECT_FALSE(SqliteDatabase::open(folder_.file("x.db")));
}

TEST_F(TwoFiles, RemovingADatabaseLeavesOtherFilesAlone) {
  const std::string other = folder_.file("x-backup.db");
  std::ofstream(other) << "kept";
  store_.reset();
  database_.reset();
  SqliteDatabase::remove(folder_.file("x.db"));
  for (const auto& entry : std::filesystem::directory_iterator(folder_.file("")))
    EXPECT_TRUE(entry.path() == other || entry.path().extension() == ".lock") << entry.path();
  EXPECT_TRUE(std::filesystem::exists(other));
}

}  // namespace
}  // namespace thenorsound::store
