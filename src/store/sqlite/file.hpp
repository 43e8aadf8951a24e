// One database file, open for this process alone: its writer thread and its readers.
#pragma once
#include <string>

#include "store/sqlite/query_sql.hpp"
#include "store/sqlite/readers.hpp"
#include "store/sqlite/writer.hpp"

namespace thenorsound::store::sqlite {

// Locks "<path>.lock"; the lock ends with the process, however it ends.
class FileLock {
 public:
  explicit FileLock(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_;
};

struct File {
  // Opens or creates it. Throws Failure.
  explicit File(const std::string& path);
  // Writes what waits; afterwards nothing can be had.
  void close();

  FileLock lock;
  Plans plans;
  Writer writer;
  Readers readers;
};

// The file with all that lies beside it.
void remove_file(const std::string& path);

}  // namespace thenorsound::store::sqlite
