#include "services/booking/turns.hpp"

namespace thenorsound::booking {

struct Turns::State {
  std::mutex mutex;
  std::unordered_map<std::string, std::deque<Resume<bool>>> waiting;  // a key is there while taken
};

Turns::Turn::Turn(std::shared_ptr<State> state, std::string key)
    : state_(std::move(state)), key_(std::move(key)) {}

Turns::Turn::~Turn() {
  if (!state_) return;  // moved from
  Resume<bool> next;
  {
    const std::lock_guard lock(state_->mutex);
    const auto queue = state_->waiting.find(key_);
    if (queue->second.empty()) {
      state_->waiting.erase(queue);
      return;
    }
    next = std::move(queue->second.front());
    queue->second.pop_front();
  }
  next(true);
}

Turns::Turns() : state_(std::make_shared<State>()) {}

Task<Turns::Turn> Turns::take(std::string key) {
  auto wait = [state = state_, &key](Resume<bool> resume) {
    {
      const std::lock_guard lock(state->mutex);
      const auto [queue, free] = state->waiting.try_emplace(key);
      if (!free) {
        queue->second.push_back(std::move(resume));
        return;
      }
    }
    resume(true);
  };
  co_await suspend<bool>(std::move(wait));
  Turn turn(state_, std::move(key));
  co_return turn;
}

}  // namespace thenorsound::booking
