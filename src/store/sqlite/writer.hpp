// The one thread that writes: takes what waits, in groups, each group one transaction and one
// trip to the disk. Jobs of a group don't disturb each other.
#pragma once
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/metrics.hpp"
#include "store/sqlite/connection.hpp"

namespace thenorsound::store::sqlite {

enum class Ending {
  durable,
  nothing,  // rolled back
  unknown,  // the disk failed at the last moment: a crash may bring it back
};

class WriteJob {
 public:
  virtual ~WriteJob() = default;
  // Inside a transaction, on the writer's thread. Throws Failure when the database can't; may be
  // called again then, after a rollback.
  virtual void apply(Connection& connection) = 0;
  // Once, when the transaction has ended (or never began); must not throw.
  virtual void finish(Ending ending) = 0;
  virtual std::size_t bytes() const { return 0; }
  virtual bool alone() const { return false; }  // in a transaction of its own
  // Alone, and in none: it begins and ends its own, and apply() is called once.
  virtual bool outside_transactions() const { return false; }
};

class Writer {
 public:
  explicit Writer(std::unique_ptr<Connection> connection);
  ~Writer();  // stops

  // False when too much waits, or after stop: the job is as it was.
  bool post(std::unique_ptr<WriteJob>& job);
  // Writes what waits and empties the log.
  void stop();

  static constexpr std::size_t max_waiting_jobs = 16'384;
  static constexpr std::size_t max_waiting_bytes = 128U << 20;
  static constexpr std::size_t max_group_jobs = 512;
  static constexpr std::size_t max_group_bytes = 16U << 20;
  static constexpr int checkpoint_pages = 4'000;          // passive, when the log is this long
  static constexpr int forced_checkpoint_pages = 32'000;  // waits for readers

 private:
  using Group = std::vector<std::unique_ptr<WriteJob>>;
  void serve();
  Group take();
  void write(Group& group);
  Ending transaction(std::span<const std::unique_ptr<WriteJob>> jobs);
  Ending run_outside(WriteJob& job);
  Ending commit();
  void roll_back();
  void checkpoint_when_due();
  void checkpoint(int mode);

  std::unique_ptr<Connection> connection_;
  Histogram& transaction_seconds_;
  Counter& failures_;
  int log_pages_ = 0;
  bool disk_failed_ = false;  // after a failed fsync nothing can be promised until a restart

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<WriteJob>> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace thenorsound::store::sqlite
