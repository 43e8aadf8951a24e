// One at a time per key, in this process: spares those who would only get in each other's way.
// Nothing relies on it for correctness.
#pragma once
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/task.hpp"

namespace thenorsound::booking {

class Turns {
 public:
  struct State;
  // Held until destroyed.
  class Turn {
   public:
    Turn(std::shared_ptr<State> state, std::string key);
    Turn(Turn&&) = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    std::shared_ptr<State> state_;
    std::string key_;
  };

  Turns();
  // In the order of asking.
  Task<Turn> take(std::string key);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound::booking
