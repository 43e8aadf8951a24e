// What the SQLite adapter promises about its file.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "store/sqlite/sqlite_store.hpp"
#include "store_contract.hpp"
#include "temporary_folder.hpp"

namespace thenorsound::store {
namespace {

struct Opened {
  explicit Opened(const std::string& path)
      : database(SqliteDatabase::open(path).value()), store(database->store("shop")) {
    loops.start();
    std::vector<CollectionSchema> schemas{things_schema()};
    wait_for(loops, store->declare(std::move(schemas))).value();
  }
  ~Opened() { loops.stop(); }
  CommitResult write(const std::string& id, Revision expected, std::size_t bytes) {
    Write write;
    write.collection = "things";
    write.id = id;
    write.expected = expected;
    write.body["fill"] = std::string(bytes, 'x');
    return wait_for(loops, store->commit(std::move(write)));
  }

  Loops loops{2};
  std::unique_ptr<SqliteDatabase> database;
  std::unique_ptr<DocumentStore> store;
};

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
  Opened opened(folder.file("mode.db"));
  opened.write("a", 0, 10);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder.file("mode.db") + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST(SqliteFile, LogStaysBounded) {
  const TemporaryFolder folder;
  Opened opened(folder.file("log.db"));
  Revision revision = 0;
  for (int i = 0; i < 400; ++i) {
    const CommitResult done = opened.write("a", revision, 300'000);
    ASSERT_EQ(done.outcome, Outcome::committed);
    revision = done.revision;
  }
  EXPECT_LT(std::filesystem::file_size(folder.file("log.db-wal")), 64U << 20);
}

TEST(SqliteFile, AClosedDatabaseAnswersUnavailable) {
  const TemporaryFolder folder;
  Opened opened(folder.file("closed.db"));
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

// In a process of its own: files may not grow beyond what the log needs for small writes.
int fill_up(const std::string& path) {
  std::signal(SIGXFSZ, SIG_IGN);
  Opened opened(path);
  const Revision first = opened.write("before", 0, 1'000).revision;
  const rlimit limit{2U << 20, 2U << 20};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  if (opened.write("big", 0, 4U << 20).outcome != Outcome::refused) return 1;
  if (wait_for(opened.loops, opened.store->get("things", "big")).value()) return 2;
  if (!wait_for(opened.loops, opened.store->get("things", "before")).value()) return 3;
  if (opened.write("before", first, 1'000).outcome != Outcome::committed) return 4;
  return 0;
}

TEST(SqliteFile, AFullDiskRefusesAndHarmsNothing) {
  const TemporaryFolder folder;
  const std::string path = folder.file("full.db");
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_up(path));
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  Opened opened(path);
  EXPECT_FALSE(wait_for(opened.loops, opened.store->get("things", "big")).value());
  EXPECT_EQ(wait_for(opened.loops, opened.store->get("things", "before")).value()->revision, 2);
}

}  // namespace
}  // namespace thenorsound::store
