// Threads for work that blocks or computes long (bcrypt, disk queries), off the serving loops.
#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/task.hpp"

namespace thenorsound {

class WorkerPool {
 public:
  // `queue_limit`: further work is refused, so that overload is an answer and not a hang.
  WorkerPool(unsigned threads, std::size_t queue_limit);
  ~WorkerPool();  // finishes what waits, then joins

  // The value of `work`, computed on a pool thread. Error service_unavailable when the queue is
  // full. `work` must not throw.
  template <class T>
  Task<Result<T>> run(std::function<T()> work) {
    auto start = [this, work = std::move(work)](Resume<Result<T>> resume) mutable {
      auto shared = std::make_shared<Resume<Result<T>>>(std::move(resume));
      auto job = [shared, work = std::move(work)] { (*shared)(Result<T>(work())); };
      if (!post(std::move(job))) (*shared)(Result<T>(unavailable("worker queue full")));
    };
    co_return co_await suspend<Result<T>>(std::move(start));
  }
  // Likewise, of work that may fail; what it throws is thrown to the one who waits.
  template <class T>
  Task<Result<T>> call(std::function<Result<T>()> work) {
    std::function<Answer<T>()> guarded = [work = std::move(work)]() -> Answer<T> {
      try {
        return {work(), nullptr};
      } catch (...) {
        return {unavailable("bug"), std::current_exception()};
      }
    };
    Result<Answer<T>> got = co_await run<Answer<T>>(std::move(guarded));
    if (!got) co_return got.error();
    if (got->bug) std::rethrow_exception(got->bug);
    co_return std::move(got->result);
  }
  // False when the queue is full.
  bool post(std::function<void()> job);

 private:
  template <class T>
  struct Answer {
    Answer(Result<T> found, std::exception_ptr problem)
        : result(std::move(found)), bug(std::move(problem)) {}
    Result<T> result;
    std::exception_ptr bug;
  };
  void serve();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::size_t queue_limit_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace thenorsound
