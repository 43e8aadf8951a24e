// Many askers of one question, one asking.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/task.hpp"

namespace thenorsound::gateway {

template <class Value>
class SingleFlight {
 public:
  using Shared = std::shared_ptr<const Value>;
  using Work = std::function<Task<Value>()>;

  // The value of `work`, which runs once for all who ask for `key` while it runs, on whatever
  // loop. Null where it failed by surprise (the one who ran it gets the exception).
  Task<Shared> run(std::string key, Work work) {
    bool first = false;
    const std::shared_ptr<Flight> flight = join(key, first);
    if (!first) {
      auto wait = [flight](Resume<Shared> resume) { flight->add(std::move(resume)); };
      co_return co_await suspend<Shared>(std::move(wait));
    }
    Landing landing(*this, key, flight);
    Value value = co_await work();
    landing.value = std::make_shared<const Value>(std::move(value));
    co_return landing.value;
  }

 private:
  struct Flight {
    void add(Resume<Shared> resume) {
      std::unique_lock lock(mutex);
      if (!landed) return waiting.push_back(std::move(resume));
      lock.unlock();
      resume(value);
    }
    std::mutex mutex;
    bool landed = false;
    Shared value;
    std::vector<Resume<Shared>> waiting;
  };

  // Wakes the others on every way out, so that none of them hangs.
  struct Landing {
    Landing(SingleFlight& flights, const std::string& key, std::shared_ptr<Flight> flight)
        : flights_(flights), key_(key), flight_(std::move(flight)) {}
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    ~Landing() {
      {
        std::lock_guard lock(flights_.mutex_);
        flights_.flights_.erase(key_);
      }
      std::vector<Resume<Shared>> waiting;
      {
        std::lock_guard lock(flight_->mutex);
        flight_->landed = true;
        flight_->value = value;
        waiting.swap(flight_->waiting);
      }
      for (Resume<Shared>& resume : waiting) resume(value);
    }
    Shared value;

   private:
    SingleFlight& flights_;
    const std::string& key_;
    std::shared_ptr<Flight> flight_;
  };

  std::shared_ptr<Flight> join(const std::string& key, bool& first) {
    std::lock_guard lock(mutex_);
    std::shared_ptr<Flight>& flight = flights_[key];
    first = flight == nullptr;
    if (first) flight = std::make_shared<Flight>();
    return flight;
  }

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace thenorsound::gateway
