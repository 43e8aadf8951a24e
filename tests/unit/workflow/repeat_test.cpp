#include "workflow/repeat.hpp"

#include <gtest/gtest.h>

#include "support/until.hpp"

namespace thenorsound::workflow {
namespace {

using std::chrono::milliseconds;

struct Repeating : testing::Test {
  Loops loops{2};
  std::atomic<int> runs{0};
  std::atomic<bool> inside{false};
  void SetUp() override { loops.start(); }

  Task<void> count() {
    ++runs;
    co_return;
  }
  Task<void> fail() {
    ++runs;
    throw std::runtime_error("broken");
    co_return;
  }
  Task<void> take_long() {
    inside = true;
    co_await sleep_for(milliseconds{100});
    inside = false;
    ++runs;
  }
};

TEST_F(Repeating, RunsAgainAndAgainUntilStopped) {
  Repeat repeat(loops, "counting", milliseconds{5}, [this] { return count(); });
  repeat.start();
  ASSERT_TRUE(until([&] { return runs >= 3; }));
  wait_for(loops, repeat.stop());
  const int after = runs;
  std::this_thread::sleep_for(milliseconds{50});
  EXPECT_EQ(runs, after);
}

TEST_F(Repeating, RunsFirstAfterOneInterval) {
  Repeat repeat(loops, "waiting", milliseconds{60'000}, [this] { return count(); });
  repeat.start();
  std::this_thread::sleep_for(milliseconds{30});
  EXPECT_EQ(runs, 0);
  const auto before = std::chrono::steady_clock::now();
  wait_for(loops, repeat.stop());  // doesn't wait for the interval
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{5});
}

TEST_F(Repeating, GoesOnAfterAnException) {
  Repeat repeat(loops, "failing", milliseconds{5}, [this] { return fail(); });
  repeat.start();
  EXPECT_TRUE(until([&] { return runs >= 2; }));
  wait_for(loops, repeat.stop());
}

TEST_F(Repeating, StopWaitsForTheWorkAtHand) {
  Repeat repeat(loops, "long", milliseconds{1}, [this] { return take_long(); });
  repeat.start();
  ASSERT_TRUE(until([&] { return inside.load(); }));
  wait_for(loops, repeat.stop());
  EXPECT_FALSE(inside);
  EXPECT_GE(runs, 1);
}

TEST_F(Repeating, CanBeStoppedBeforeItStartedAndTwice) {
  Repeat repeat(loops, "unused", milliseconds{1}, [this] { return count(); });
  wait_for(loops, repeat.stop());
  repeat.start();
  wait_for(loops, repeat.stop());
  wait_for(loops, repeat.stop());
}

}  // namespace
}  // namespace thenorsound::workflow
