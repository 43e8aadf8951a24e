#include "base/loops.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <future>

#include "base/log.hpp"

namespace thenorsound {
namespace asio = boost::asio;

Loops::Loops(unsigned count) {
  for (unsigned i = 0; i < std::max(1U, count); ++i) {
    contexts_.push_back(std::make_unique<Context>());
    guards_.push_back(asio::make_work_guard(*contexts_.back()));
  }
}

Loops::~Loops() {
  stop();
  // A coroutine of one loop may hold what wakes a coroutine of another: all are dropped, and what
  // that posts, before the first loop is gone.
  for (int pass = 0; pass < 3; ++pass)
    for (auto& context : contexts_) context->shutdown();
}

asio::io_context& Loops::next() { return *contexts_[turn_.fetch_add(1) % contexts_.size()]; }

void Loops::start() {
  for (auto& context : contexts_) threads_.emplace_back([&loop = *context] { loop.run(); });
}

void Loops::stop() {
  guards_.clear();
  for (auto& context : contexts_) context->stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void Loops::spawn(std::string_view name, asio::io_context& loop, Task<void> task) {
  spawn_here(name, loop.get_executor(), std::move(task));
}

void spawn_here(std::string_view name, Executor executor, Task<void> task) {
  auto report = [name = std::string(name)](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& problem) {
      log_error("task failed", {{"task", name}, {"what", problem.what()}});
    }
  };
  asio::co_spawn(executor, std::move(task), std::move(report));
}

void Loops::run_and_wait(Task<void> task) {
  std::promise<void> done;
  asio::co_spawn(next(), std::move(task), [&done](std::exception_ptr failure) {
    if (failure)
      done.set_exception(failure);
    else
      done.set_value();
  });
  done.get_future().get();
}

Task<void> sleep_for(std::chrono::milliseconds duration) {
  using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>, Executor>;
  Timer timer(co_await asio::this_coro::executor, duration);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(use_task, ignored));
}

}  // namespace thenorsound
