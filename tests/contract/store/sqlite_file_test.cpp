// What the SQLite adapter promises about its file.
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "opened_sqlite.hpp"

namespace thenorsound::store {
namespace {

bool holds(const std::string& path, const std::string& text) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  return content.find(text) != std::string::npos;
}

TEST(SqliteFile, IsHadByOneAtATime) {
  const TemporaryFolder folder;
  auto first = SqliteDatabase::open(folder.file("one.db"));
  ASSERT_TRUE(first);
  const auto second = SqliteDatabase::open(folder.file("one.db"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::service_unavailable);
  EXPECT_NE(second.error().reason.find("in use by another process"), std::string::npos);
  first->reset();
  EXPECT_TRUE(SqliteDatabase::open(folder.file("one.db")));
}

TEST(SqliteFile, InAFolderThatIsNotThereIsAnError) {
  EXPECT_FALSE(SqliteDatabase::open("/nowhere/at/all.db"));
}

TEST(SqliteFile, ThatIsNoDatabaseIsAnErrorAndLeftAsItIs) {
  const TemporaryFolder folder;
  const std::string path = folder.file("text.db");
  const std::string text(5'000, 't');
  FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs(text.c_str(), file);
  std::fclose(file);
  EXPECT_FALSE(SqliteDatabase::open(path));
  EXPECT_EQ(std::filesystem::file_size(path), text.size());
}

TEST(SqliteFile, IsReadableByItsOwnerOnly) {
  const TemporaryFolder folder;
  OpenedSqlite opened(folder.file("mode.db"));
  opened.write("a", 0, 10);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder.file("mode.db") + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST(SqliteFile, LogStaysBounded) {
  const TemporaryFolder folder;
  OpenedSqlite opened(folder.file("log.db"));
  Revision revision = 0;
  for (int i = 0; i < 400; ++i) {
    const CommitResult done = opened.write("a", revision, 300'000);
    ASSERT_EQ(done.outcome, Outcome::committed);
    revision = done.revision;
  }
  EXPECT_LT(std::filesystem::file_size(folder.file("log.db-wal")), 64U << 20);
}

TEST(SqliteFile, ErasedTracesAreInNoFileAnyMore) {
  const TemporaryFolder folder;
  const std::string path = folder.file("traces.db");
  const std::string secret(50'000, 'x');  // on pages of its own, which are freed as they are
  OpenedSqlite opened(path);
  const Revision first = opened.write("a", 0, secret.size()).revision;
  opened.write("b", 0, 10);
  opened.write("a", first, 10);
  ASSERT_TRUE(holds(path, secret.substr(0, 1'000)) ||
              holds(path + "-wal", secret.substr(0, 1'000)));
  std::atomic<int> written{0};
  opened.loops.spawn("beside", [](DocumentStore& store, std::atomic<int>& done) -> Task<void> {
    Write write;
    write.collection = "things";
    write.id = "c";
    const CommitResult result = co_await store.commit(std::move(write));
    done = result.outcome == Outcome::committed ? 1 : -1;
  }(*opened.store, written));
  ASSERT_TRUE(wait_for(opened.loops, opened.store->erase_traces()));
  ASSERT_TRUE(until([&] { return written != 0; }));
  EXPECT_EQ(written, 1);
  for (const char* suffix : {"", "-wal"})
    EXPECT_FALSE(holds(path + suffix, secret.substr(0, 1'000))) << suffix;
  EXPECT_EQ(opened.get("a")->body.at("fill").as_string().size(), 10U);
  EXPECT_EQ(opened.write("b", opened.get("b")->revision, 20).outcome, Outcome::committed);
}

TEST(SqliteFile, AClosedDatabaseAnswersUnavailable) {
  const TemporaryFolder folder;
  OpenedSqlite opened(folder.file("closed.db"));
  opened.write("a", 0, 10);
  opened.database.reset();
  EXPECT_EQ(opened.write("b", 0, 10).outcome, Outcome::refused);
  EXPECT_EQ(wait_for(opened.loops, opened.store->get("things", "zz")).error().code,
            Code::service_unavailable);
  EXPECT_EQ(wait_for(opened.loops, opened.store->find("things", {})).error().code,
            Code::service_unavailable);
  EXPECT_EQ(wait_for(opened.loops, opened.store->sweep(Time{1})).error().code,
            Code::service_unavailable);
}

TEST(SqliteFile, IsWholeInItselfAfterAClose) {
  const TemporaryFolder folder;
  const std::string path = folder.file("closed.db");
  { OpenedSqlite(path).write("a", 0, 1'000); }
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), 0U);
  std::filesystem::remove(path + "-wal");
  EXPECT_TRUE(OpenedSqlite(path).get("a"));
}

}  // namespace
}  // namespace thenorsound::store
