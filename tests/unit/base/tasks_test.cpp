#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/loops.hpp"
#include "base/worker_pool.hpp"

namespace thenorsound {
namespace {

TEST(Suspending, GoesOnOnItsOwnLoopWithTheValueOfAnotherThread) {
  Loops loops(2);
  loops.start();
  std::thread::id before, after, other;
  int value = 0;
  const auto task = [&]() -> Task<void> {
    before = std::this_thread::get_id();
    std::thread helper;
    auto start = [&](Resume<int> resume) {
      auto shared = std::make_shared<Resume<int>>(std::move(resume));
      helper = std::thread([&other, shared] {
        other = std::this_thread::get_id();
        (*shared)(7);
      });
    };
    value = co_await suspend<int>(start);
    after = std::this_thread::get_id();
    helper.join();
  };
  loops.run_and_wait(task());
  EXPECT_EQ(value, 7);
  EXPECT_EQ(before, after);
  EXPECT_NE(before, other);
}

TEST(Suspending, ManyAtOnceLoseNothing) {
  Loops loops(2);
  loops.start();
  WorkerPool pool(3, 100'000);
  std::atomic<int> sum{0}, left{2'000};
  std::promise<void> all;
  const auto one = [&]() -> Task<void> {
    std::function<int()> work = [] { return 3; };
    const Result<int> got = co_await pool.run<int>(std::move(work));
    sum += *got;
    if (--left == 0) all.set_value();
  };
  for (int i = 0; i < 2'000; ++i) loops.spawn("one", one());
  all.get_future().wait();
  EXPECT_EQ(sum, 6'000);
}

TEST(WorkerPools, RefuseWhatIsTooMuch) {
  WorkerPool pool(1, 1);
  std::promise<void> hold;
  std::promise<void> begun;
  auto held = hold.get_future().share();
  ASSERT_TRUE(pool.post([held, &begun] {
    begun.set_value();
    held.wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_FALSE(pool.post([] {}));
  hold.set_value();
}

TEST(LoopsRunning, ReportAnExceptionToTheOneWhoWaits) {
  Loops loops(1);
  loops.start();
  const auto task = []() -> Task<void> {
    throw UnexpectedFailure("as planned");
    co_return;
  };
  EXPECT_THROW(loops.run_and_wait(task()), UnexpectedFailure);
}

}  // namespace
}  // namespace thenorsound
