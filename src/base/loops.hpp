// The threads that serve requests: one io_context each, nothing shared between them.
#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "base/task.hpp"

namespace thenorsound {

class Loops {
 public:
  explicit Loops(unsigned count);
  ~Loops();  // stops and joins; destroys what is suspended
  Loops(const Loops&) = delete;
  Loops& operator=(const Loops&) = delete;

  std::size_t size() const { return contexts_.size(); }
  boost::asio::io_context& at(std::size_t index) { return *contexts_[index]; }
  // The next one in turn, for background work.
  boost::asio::io_context& next();

  void start();
  // Ends the threads; what is still suspended stays so. Can be called again.
  void stop();

  // Starts `task` on a loop, detached. An exception that leaves it is logged under `name`.
  void spawn(std::string_view name, Task<void> task) { spawn(name, next(), std::move(task)); }
  static void spawn(std::string_view name, boost::asio::io_context& loop, Task<void> task);

  // Runs `task` on a loop and blocks the calling thread (never a loop's own) until it is done.
  void run_and_wait(Task<void> task);

 private:
  // Can drop what is suspended while it still exists itself.
  struct Context : boost::asio::io_context {
    Context() : io_context(1) {}
    using boost::asio::execution_context::shutdown;
  };
  std::vector<std::unique_ptr<Context>> contexts_;
  std::vector<boost::asio::executor_work_guard<Executor>> guards_;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> turn_{0};
};

// Suspends the calling coroutine for `duration`.
Task<void> sleep_for(std::chrono::milliseconds duration);

// Starts a coroutine on the caller's own loop, detached; exceptions are logged under `name`.
void spawn_here(std::string_view name, Executor executor, Task<void> task);

}  // namespace thenorsound
