#include "store/sqlite/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "store/sqlite/schema.hpp"

namespace thenorsound::store::sqlite {
namespace {

std::unique_ptr<Connection> open_for_writing(const std::string& path) {
  // Personal data: for this user only. SQLite gives its other files the same mode.
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw Failure(SQLITE_CANTOPEN, path + ": " + std::strerror(errno));
  ::close(file);
  auto connection = std::make_unique<Connection>(path, Connection::Use::write);
  // A failed fsync must not be papered over by the checkpoint of a clean close.
  sqlite3_db_config(connection->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  connection->execute(
      "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA wal_autocheckpoint=0;"
      "PRAGMA journal_size_limit=67108864;PRAGMA secure_delete=FAST;PRAGMA cache_size=-32768");
  create_common_tables(*connection);
  return connection;
}

}  // namespace

FileLock::FileLock(const std::string& path)
    : file_(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0)
    throw Failure(SQLITE_CANTOPEN, "no lock file at " + path + ": " + std::strerror(errno));
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(file_);
  throw Failure(SQLITE_BUSY, path + " is in use by another process");
}

FileLock::~FileLock() { ::close(file_); }

File::File(const std::string& path) : lock(path), writer(open_for_writing(path)), readers(path) {}

void File::close() {
  readers.close();
  writer.stop();
}

void remove_file(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

}  // namespace thenorsound::store::sqlite
