#include "services/gateway/single_flight.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

struct Counted {
  int calls = 0;
  Task<int> work() {
    ++calls;
    co_await sleep_for(std::chrono::milliseconds(20));
    co_return 42;
  }
  Task<int> failing() {
    ++calls;
    co_await sleep_for(std::chrono::milliseconds(20));
    throw std::runtime_error("broken");
  }
};

TEST(SingleFlight, AsksOnceForAllWhoAskAtTheSameTime) {
  SingleFlight<int> flights;
  Counted counted;
  std::vector<Task<std::shared_ptr<const int>>> tasks;
  for (int i = 0; i < 50; ++i)
    tasks.push_back(flights.run("key", [&counted] { return counted.work(); }));
  tasks.push_back(flights.run("other", [&counted] { return counted.work(); }));
  const auto results = run_all(std::move(tasks));
  EXPECT_EQ(counted.calls, 2);
  ASSERT_EQ(results.size(), 51U);
  for (const auto& result : results) EXPECT_EQ(*result, 42);
  run(flights.run("key", [&counted] { return counted.work(); }));
  EXPECT_EQ(counted.calls, 3);
}

TEST(SingleFlight, AFailureHangsNobody) {
  SingleFlight<int> flights;
  Counted counted;
  std::vector<Task<std::shared_ptr<const int>>> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.push_back(flights.run("key", [&counted] { return counted.failing(); }));
  const auto results = run_all(std::move(tasks));
  EXPECT_EQ(counted.calls, 1);
  ASSERT_EQ(results.size(), 5U);
  for (const auto& result : results) EXPECT_EQ(result, nullptr);
}

TEST(SingleFlight, WakesAskersOnOtherThreads) {
  SingleFlight<int> flights;
  std::atomic<int> calls{0};
  std::atomic<int> answers{0};
  Loops loops(4);
  loops.start();
  struct Asker {
    SingleFlight<int>& flights;
    std::atomic<int>& calls;
    std::atomic<int>& answers;
    Task<int> work() {
      ++calls;
      co_await sleep_for(std::chrono::milliseconds(100));
      co_return 7;
    }
    Task<void> ask() {
      auto work_here = [this] { return work(); };
      std::string key = "key";
      const auto value = co_await flights.run(std::move(key), std::move(work_here));
      answers += *value;
    }
  } asker{flights, calls, answers};
  for (int i = 0; i < 40; ++i) loops.spawn("ask", asker.ask());
  for (int i = 0; i < 200 && answers < 280; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(answers, 280);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace thenorsound::gateway
