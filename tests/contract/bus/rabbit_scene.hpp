// A bus on RabbitMQ for tests of what only that adapter promises, and what they note.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "bus/rabbitmq/rabbit_bus.hpp"
#include "support/until.hpp"

namespace thenorsound::bus {

inline RetrySettings quick_rabbit_retries() {
  RetrySettings retry;
  retry.delays_ms = {20, 20, 20};
  retry.early_delay_ms = 10;
  return retry;
}

inline Message rabbit_message(std::string type, std::string subject, std::int64_t sequence = 1) {
  Message made;
  made.id = subject + "/" + type + "/" + std::to_string(sequence);
  made.source = "test";
  made.type = std::move(type);
  made.subject = std::move(subject);
  made.sequence = sequence;
  made.time = Time{1'800'000'000'000};
  return made;
}

// What consumers do in earnest: the effect of a message comes once, in its subject's order.
class Effects {
 public:
  Consumer consumer() {
    return [this](const Message& given) { return handle(given); };
  }
  Task<Result<Delivery>> handle(const Message& given) {
    const Delivery outcome = apply(given);
    co_return outcome;
  }
  std::size_t total() const {
    const std::lock_guard lock(mutex_);
    return total_;
  }
  std::size_t repeats() const {
    const std::lock_guard lock(mutex_);
    return repeats_;
  }

 private:
  Delivery apply(const Message& given) {
    const std::lock_guard lock(mutex_);
    std::int64_t& last = last_[given.subject];
    if (given.sequence > last + 1) return Delivery::early;
    if (given.sequence == last + 1) {
      ++last;
      ++total_;
    } else {
      ++repeats_;
    }
    return Delivery::done;
  }
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t> last_;  // by subject
  std::size_t total_ = 0;
  std::size_t repeats_ = 0;
};

// One process' bus.
struct RabbitProcess {
  explicit RabbitProcess(const RabbitSettings& settings, store::DocumentStore* letters = nullptr)
      : bus(on(loops), clock, settings, quick_rabbit_retries(), letters) {}
  ~RabbitProcess() { loops.stop(); }

  Result<void> declare(const std::string& name, std::vector<std::string> patterns,
                       bool transient = false) {
    std::vector<QueueSpec> specs(1);
    specs.front().name = name;
    specs.front().patterns = std::move(patterns);
    specs.front().transient = transient;
    return wait_for(loops, bus.declare(std::move(specs)));
  }
  std::vector<bool> publish(std::vector<Message> messages) {
    return wait_for(loops, bus.publish(std::move(messages)));
  }
  // As the relay does: until the bus has it.
  bool publish_until_taken(const std::vector<Message>& messages,
                           std::chrono::milliseconds limit = std::chrono::seconds{60}) {
    std::vector<Message> open = messages;
    return until(
        [&] {
          const std::vector<bool> taken = publish(open);
          std::vector<Message> left;
          for (std::size_t i = 0; i < open.size(); ++i)
            if (!taken[i]) left.push_back(open[i]);
          open = std::move(left);
          return open.empty();
        },
        limit);
  }
  std::int64_t backlog() {
    const auto count = wait_for(loops, bus.backlog());
    return count ? *count : -1;
  }

  static Loops& on(Loops& loops) {
    loops.start();
    return loops;
  }

  SystemClock clock;
  Loops loops{2};
  RabbitBus bus;
};

}  // namespace thenorsound::bus
