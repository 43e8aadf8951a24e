// A disk that doesn't take what it is given.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "opened_sqlite.hpp"

namespace thenorsound::store {
namespace {

// Syncs of files whose name ends so fail; empty: none.
std::mutex failing_mutex;
std::string failing_end;

void fail_syncs_of(const std::string& end) {
  const std::lock_guard lock(failing_mutex);
  failing_end = end;
}

bool fails(int file) {
  const std::lock_guard lock(failing_mutex);
  if (failing_end.empty()) return false;
  std::array<char, 4'096> name{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = ::readlink(link.c_str(), name.data(), name.size());
  return size > 0 &&
         std::string_view(name.data(), static_cast<std::size_t>(size)).ends_with(failing_end);
}

}  // namespace
}  // namespace thenorsound::store

// Stands before the C library's, for SQLite too.
extern "C" int fdatasync(int file) {
  if (thenorsound::store::fails(file)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace thenorsound::store {
namespace {

class SqliteDisk : public testing::Test {
 protected:
  void TearDown() override { fail_syncs_of(""); }
  const TemporaryFolder folder_;
  const std::string path_ = folder_.file("disk.db");
};

TEST_F(SqliteDisk, ACommitThatCantBeSyncedIsInDoubtAndEndsWriting) {
  {
    OpenedSqlite opened(path_);
    ASSERT_EQ(opened.write("a", 0, 10).outcome, Outcome::committed);
    fail_syncs_of("-wal");
    EXPECT_EQ(opened.write("b", 0, 10).outcome, Outcome::in_doubt);
    fail_syncs_of("");
    // What the kernel made of the pages is anyone's guess until the log is read anew.
    EXPECT_EQ(opened.write("c", 0, 10).outcome, Outcome::refused);
    EXPECT_TRUE(opened.get("a"));
    EXPECT_FALSE(opened.get("b"));
  }
  OpenedSqlite opened(path_);
  EXPECT_TRUE(opened.get("a"));
  EXPECT_FALSE(opened.get("c"));
  EXPECT_EQ(opened.write("c", 0, 10).outcome, Outcome::committed);
}

TEST_F(SqliteDisk, ACheckpointThatCantBeSyncedEndsWritingAndLosesNothing) {
  {
    OpenedSqlite opened(path_);
    fail_syncs_of(".db");
    ASSERT_EQ(opened.write("big", 0, 20U << 20).outcome, Outcome::committed);
    EXPECT_EQ(opened.write("c", 0, 10).outcome, Outcome::refused);
    EXPECT_TRUE(opened.get("big"));
    fail_syncs_of("");
  }
  OpenedSqlite opened(path_);
  EXPECT_TRUE(opened.get("big"));
  EXPECT_FALSE(opened.get("c"));
  EXPECT_EQ(opened.write("c", 0, 10).outcome, Outcome::committed);
}

// In a process of its own: files may not grow beyond what the log needs for small writes.
int fill_up(const std::string& path) {
  std::signal(SIGXFSZ, SIG_IGN);
  OpenedSqlite opened(path);
  const Revision first = opened.write("before", 0, 1'000).revision;
  const rlimit limit{2U << 20, 2U << 20};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  if (opened.write("big", 0, 4U << 20).outcome != Outcome::refused) return 1;
  if (opened.get("big")) return 2;
  if (!opened.get("before")) return 3;
  if (opened.write("before", first, 1'000).outcome != Outcome::committed) return 4;
  return 0;
}

TEST_F(SqliteDisk, AFullDiskRefusesAndHarmsNothing) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_up(path_));
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  OpenedSqlite opened(path_);
  EXPECT_FALSE(opened.get("big"));
  EXPECT_EQ(opened.get("before")->revision, 2);
}

}  // namespace
}  // namespace thenorsound::store
