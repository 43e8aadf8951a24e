#include "store/sqlite/writer.hpp"

#include "base/log.hpp"

namespace thenorsound::store::sqlite {
namespace {

bool is_sync_failure(int code) {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)),
      transaction_seconds_(histogram("thenorsound_store_transaction_seconds",
                                     "What a transaction takes, its trip to the disk included.")),
      failures_(counter("thenorsound_store_failures_total",
                        "Transactions and checkpoints that failed.")) {
  sqlite3_wal_hook(
      connection_->handle(),
      [](void* pages, sqlite3*, const char*, int length) {
        *static_cast<int*>(pages) = length;
        return SQLITE_OK;
      },
      &log_pages_);
  thread_ = std::thread([this] { serve(); });
}

Writer::~Writer() { stop(); }

bool Writer::post(std::unique_ptr<WriteJob>& job) {
  {
    std::lock_guard lock(mutex_);
    const std::size_t bytes = job->bytes();
    if (stopping_ || waiting_.size() >= max_waiting_jobs ||
        (!waiting_.empty() && waiting_bytes_ + bytes > max_waiting_bytes))
      return false;
    waiting_bytes_ += bytes;
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void Writer::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (!thread_.joinable()) return;
  thread_.join();
  if (!disk_failed_) checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

void Writer::serve() {
  for (;;) {
    Group group = take();
    if (group.empty()) return;
    write(group);
    group.clear();
    checkpoint_when_due();
  }
}

Writer::Group Writer::take() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  Group group;
  std::size_t bytes = 0;
  while (!waiting_.empty() && group.size() < max_group_jobs && bytes < max_group_bytes) {
    const bool alone = waiting_.front()->alone();
    if (alone && !group.empty()) break;
    bytes += waiting_.front()->bytes();
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    if (alone) break;
  }
  waiting_bytes_ -= bytes;
  return group;
}

void Writer::write(Group& group) {
  if (group.front()->outside_transactions()) return group.front()->finish(run_outside(*group[0]));
  Ending ending = transaction(group);
  if (ending == Ending::nothing && group.size() > 1) {
    // One of them may have been the cause.
    for (const auto& job : group) job->finish(transaction({&job, 1}));
    return;
  }
  for (const auto& job : group) job->finish(ending);
}

Ending Writer::transaction(std::span<const std::unique_ptr<WriteJob>> jobs) {
  if (disk_failed_) return Ending::nothing;
  const auto begin = std::chrono::steady_clock::now();
  try {
    connection_->execute("BEGIN IMMEDIATE");
    for (const auto& job : jobs) job->apply(*connection_);
  } catch (const std::exception& problem) {
    log_error("store: a write failed", {{"what", problem.what()}});
    failures_.add();
    roll_back();
    return Ending::nothing;
  }
  const Ending ending = commit();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  transaction_seconds_.observe(taken.count());
  return ending;
}

Ending Writer::run_outside(WriteJob& job) {
  if (disk_failed_) return Ending::nothing;
  try {
    job.apply(*connection_);
  } catch (const Failure& failure) {
    log_error("store: maintenance failed", {{"what", failure.text}, {"code", failure.code}});
    failures_.add();
    disk_failed_ = is_sync_failure(failure.code);
    return Ending::nothing;
  }
  checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  return disk_failed_ ? Ending::unknown : Ending::durable;
}

Ending Writer::commit() {
  try {
    connection_->execute("COMMIT");
    return Ending::durable;
  } catch (const Failure& failure) {
    log_error("store: a commit failed", {{"what", failure.text}, {"code", failure.code}});
    failures_.add();
    roll_back();
    // A log page that could not be written ends the transaction for good: the page that makes it
    // valid is the last. A failed fsync leaves open what a crash would find.
    if (!is_sync_failure(failure.code)) return Ending::nothing;
    disk_failed_ = true;
    return Ending::unknown;
  }
}

void Writer::roll_back() {
  try {
    if (connection_->in_transaction()) connection_->execute("ROLLBACK");
  } catch (const Failure& failure) {
    log_error("store: a rollback failed", {{"what", failure.text}});
    disk_failed_ = true;
  }
}

void Writer::checkpoint_when_due() {
  if (log_pages_ < checkpoint_pages || disk_failed_) return;
  checkpoint(log_pages_ >= forced_checkpoint_pages ? SQLITE_CHECKPOINT_RESTART
                                                   : SQLITE_CHECKPOINT_PASSIVE);
}

void Writer::checkpoint(int mode) {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, mode, nullptr, nullptr);
  // Busy: readers still need the log.
  if (code == SQLITE_OK || (code & 0xFF) == SQLITE_BUSY) return;
  log_error("store: a checkpoint failed", {{"what", connection_->message()}, {"code", code}});
  failures_.add();
  // The log stays whole, and is replayed at the next start.
  disk_failed_ = is_sync_failure(code);
}

}  // namespace thenorsound::store::sqlite
