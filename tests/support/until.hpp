// For tests of what happens on other threads.
#pragma once
#include <chrono>
#include <thread>

#include "base/loops.hpp"

namespace thenorsound {

// True once `condition` holds; false when it doesn't within `limit`.
template <class Condition>
bool until(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds{10}) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

template <class T>
Task<void> put_result(Task<T> task, std::optional<T>& into) {
  into.emplace(co_await std::move(task));
}

// The value of a task, run on a loop while this thread waits.
template <class T>
T wait_for(Loops& loops, Task<T> task) {
  std::optional<T> value;
  loops.run_and_wait(put_result(std::move(task), value));
  return std::move(*value);
}
inline void wait_for(Loops& loops, Task<void> task) { loops.run_and_wait(std::move(task)); }

}  // namespace thenorsound
