#include "base/background.hpp"

#include <gtest/gtest.h>

#include "support/until.hpp"

namespace thenorsound {
namespace {

using std::chrono::milliseconds;

struct InBackground : testing::Test {
  Loops loops{2};
  std::atomic<int> runs{0};
  Background::Pause pause{std::chrono::minutes{10}};
  void SetUp() override { loops.start(); }
  Task<Background::Pause> work() {
    ++runs;
    co_return pause;
  }
};

TEST_F(InBackground, AWakeCutsAPause) {
  Background background(loops, "work", [this] { return work(); });
  background.start();
  ASSERT_TRUE(until([&] { return runs == 1; }));
  background.wake();
  EXPECT_TRUE(until([&] { return runs == 2; }));
  wait_for(loops, background.stop());
}

// A wake that comes while the work still runs is seen without waiting.
TEST_F(InBackground, AWakeCutsNoMoreThanOnePause) {
  const auto wake_oneself = [this](Background& background) -> Task<Background::Pause> {
    if (++runs == 1) background.wake();
    co_return pause;
  };
  Background* self = nullptr;
  Background background(loops, "work", [&] { return wake_oneself(*self); });
  self = &background;
  background.start();
  ASSERT_TRUE(until([&] { return runs >= 2; }));
  std::this_thread::sleep_for(milliseconds{50});
  EXPECT_EQ(runs, 2);
  wait_for(loops, background.stop());
}

TEST_F(InBackground, AWakeDoesNotCutABackOff) {
  pause.may_be_cut = false;
  Background background(loops, "work", [this] { return work(); });
  background.start();
  ASSERT_TRUE(until([&] { return runs == 1; }));
  background.wake();
  std::this_thread::sleep_for(milliseconds{50});
  EXPECT_EQ(runs, 1);
  wait_for(loops, background.stop());  // stop does
}

TEST_F(InBackground, NoWakeIsLost) {
  pause.length = milliseconds{60'000};
  std::atomic<int> given{0};
  std::atomic<int> taken{0};
  struct Work {
    static Task<Background::Pause> take(std::atomic<int>& from, std::atomic<int>& into,
                                        Background::Pause then) {
      into = from.load();
      co_return then;
    }
  };
  Background background(loops, "work", [&] { return Work::take(given, taken, pause); });
  background.start();
  for (int i = 1; i <= 2'000; ++i) {
    given = i;
    background.wake();
    ASSERT_TRUE(until([&] { return taken == i; })) << i;
  }
  wait_for(loops, background.stop());
}

TEST_F(InBackground, StartsAgainAfterAStop) {
  Background background(loops, "work", [this] { return work(); });
  background.start();
  ASSERT_TRUE(until([&] { return runs == 1; }));
  wait_for(loops, background.stop());
  background.start();
  EXPECT_TRUE(until([&] { return runs == 2; }));
  wait_for(loops, background.stop());
}

}  // namespace
}  // namespace thenorsound
