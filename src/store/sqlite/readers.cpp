#include "store/sqlite/readers.hpp"

namespace thenorsound::store::sqlite {

Readers::Lease Readers::lend() {
  {
    std::lock_guard lock(mutex_);
    if (closed_) throw Failure(SQLITE_MISUSE, "the database is closed");
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return {*this, std::move(connection)};
    }
  }
  auto connection = std::make_unique<Connection>(path_, Connection::Use::read);
  // Every commit empties a reader's own page cache; the mapped file stays.
  connection->execute("PRAGMA cache_size=-4096;PRAGMA mmap_size=1073741824");
  return {*this, std::move(connection)};
}

void Readers::take_back(std::unique_ptr<Connection> connection) {
  connection->trim();
  std::lock_guard lock(mutex_);
  if (!closed_ && idle_.size() < max_idle) idle_.push_back(std::move(connection));
}

void Readers::close() {
  std::vector<std::unique_ptr<Connection>> closing;
  std::lock_guard lock(mutex_);
  closed_ = true;
  closing.swap(idle_);
}

}  // namespace thenorsound::store::sqlite
