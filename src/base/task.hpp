// Coroutines on one concrete executor, and the one way to wait for another thread.
#pragma once
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "base/error.hpp"

namespace thenorsound {

using Executor = boost::asio::io_context::executor_type;
template <class T>
using Task = boost::asio::awaitable<T, Executor>;
inline constexpr boost::asio::use_awaitable_t<Executor> use_task{};

// Wakes one suspended coroutine with a value, from any thread, once. The coroutine goes on on
// its own loop. Dropped without a call, the coroutine is destroyed, never resumed.
template <class T>
class Resume {
 public:
  Resume() = default;
  template <class Handler>
  explicit Resume(Handler handler)
      : waiting_(std::make_unique<Held<Handler>>(std::move(handler))) {}

  void operator()(T value) {
    auto waiting = std::move(waiting_);
    if (waiting) waiting->wake(std::move(value));
  }
  explicit operator bool() const { return waiting_ != nullptr; }

 private:
  struct Waiting {
    virtual ~Waiting() = default;
    virtual void wake(T value) = 0;
  };
  template <class Handler>
  struct Held : Waiting {
    explicit Held(Handler handler)
        : handler_(std::move(handler)),
          executor_(boost::asio::get_associated_executor(handler_)),
          work_(boost::asio::prefer(executor_, boost::asio::execution::outstanding_work.tracked)) {}
    void wake(T value) override {
      boost::asio::post(executor_,
                        [handler = std::move(handler_), value = std::move(value)]() mutable {
                          std::move(handler)(std::move(value));
                        });
    }
    Handler handler_;
    boost::asio::associated_executor_t<Handler> executor_;
    std::decay_t<decltype(boost::asio::prefer(
        std::declval<boost::asio::associated_executor_t<Handler>>(),
        boost::asio::execution::outstanding_work.tracked))>
        work_;
  };
  std::unique_ptr<Waiting> waiting_;
};

// Suspends the caller and hands a Resume<T> to `start`, which runs at once, on this thread.
// `start` must be named (no lambda literal inside the co_await expression, g++ 12).
template <class T, class Start>
Task<T> suspend(Start start) {
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>,
                                                 void(T)>(
      [](auto handler, Start begin) { begin(Resume<T>(std::move(handler))); }, use_task,
      std::move(start));
}

}  // namespace thenorsound
