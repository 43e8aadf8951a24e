// A store in memory whose commits wait until the test lets them go, and end as it says.
#pragma once
#include <vector>

#include "support/memory_store.hpp"

namespace thenorsound::store {

class GatedStore : public MemoryStore {
 public:
  using DocumentStore::commit;
  Task<std::vector<CommitResult>> commit(std::vector<Write> writes) override {
    if (closed_) {
      auto start = [this](Resume<bool> resume) {
        const std::lock_guard lock(gate_);
        waiting_.push_back(std::move(resume));
      };
      co_await suspend<bool>(std::move(start));
    }
    if (throws) throw UnexpectedFailure("broken store");
    if (ends_as) {
      std::vector<CommitResult> results(writes.size());
      for (CommitResult& result : results) result.outcome = *ends_as;
      co_return results;
    }
    co_return co_await MemoryStore::commit(std::move(writes));
  }

  void close() { closed_ = true; }
  std::size_t held() {
    const std::lock_guard lock(gate_);
    return waiting_.size();
  }
  // Lets go what is held, and what comes.
  void open() {
    closed_ = false;
    const std::lock_guard lock(gate_);
    for (Resume<bool>& resume : waiting_) resume(true);
    waiting_.clear();
  }
  void drop_held() {
    const std::lock_guard lock(gate_);
    waiting_.clear();
  }

  std::optional<Outcome> ends_as;  // of every commit, without doing anything
  bool throws = false;

 private:
  std::atomic<bool> closed_{false};
  std::mutex gate_;
  std::vector<Resume<bool>> waiting_;
};

}  // namespace thenorsound::store
