// Background work that runs again and again until stopped: sweepers, reconcilers.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/loops.hpp"

namespace thenorsound::workflow {

class Repeat {
 public:
  // Calls `work` every `interval`, first after one interval. A call that throws is logged.
  Repeat(Loops& loops, std::string name, std::chrono::milliseconds interval,
         std::function<Task<void>()> work);
  ~Repeat();
  void start();
  Task<void> stop();  // returns once `work` no longer runs

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound::workflow
