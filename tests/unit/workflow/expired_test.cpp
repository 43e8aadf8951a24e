#include "workflow/expired.hpp"

#include <gtest/gtest.h>

#include "base/loops.hpp"
#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::workflow {
namespace {

// Like the real ones, a few at a time.
class SlowlySweeping : public store::MemoryStore {
 public:
  std::size_t left = 0;
  int calls = 0;
  Task<Result<std::size_t>> sweep(Time) override {
    ++calls;
    if (down) co_return unavailable("down");
    const std::size_t swept = std::min<std::size_t>(left, 10);
    left -= swept;
    co_return swept;
  }
};

TEST(Expired, AllOfItGoesInOneGo) {
  Loops loops{1};
  loops.start();
  const SystemClock clock;
  SlowlySweeping store;
  store.left = 35;
  wait_for(loops, sweep_expired(store, clock));
  EXPECT_EQ(store.left, 0U);
  loops.stop();
}

TEST(Expired, AStoreThatIsAwayIsNotAskedAgain) {
  Loops loops{1};
  loops.start();
  const SystemClock clock;
  SlowlySweeping store;
  store.down = true;
  wait_for(loops, sweep_expired(store, clock));
  EXPECT_EQ(store.calls, 1);
  loops.stop();
}

}  // namespace
}  // namespace thenorsound::workflow
