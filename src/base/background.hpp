// Work in the background: a coroutine that can be woken from any thread, and stopped.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/loops.hpp"

namespace thenorsound {

// Lets any thread wake one coroutine of a loop. A wake that finds nobody waiting is kept for the
// next wait.
class Wakeup {
 public:
  explicit Wakeup(Executor loop);
  void wake();
  // On that loop, one waiter at a time. Returns early when woken.
  Task<void> wait(std::chrono::milliseconds limit);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Work that runs on one loop, again after each pause, until stopped. Thread-safe.
class Background {
 public:
  struct Pause {
    std::chrono::milliseconds length{0};
    bool may_be_cut = true;  // by wake(); false for a back-off
  };
  // Says how long to wait before the next time. An exception is logged; then it waits a second.
  using Work = std::function<Task<Pause>()>;

  Background(Loops& loops, std::string name, Work work);
  ~Background();  // asks it to stop, and doesn't wait for it
  void start(std::chrono::milliseconds first_after = std::chrono::milliseconds{0});
  void wake();
  // Returns once the work no longer runs. Never from within the work.
  Task<void> stop();

 private:
  struct State;
  static Task<void> run(std::shared_ptr<State> state, std::chrono::milliseconds first_after);
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound
