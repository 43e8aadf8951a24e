// The bus port: topic exchange "thenorsound.events", durable queues, at least once.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/message.hpp"
#include "base/task.hpp"

namespace thenorsound::bus {

struct QueueSpec {
  std::string name;                   // "thenorsound.invoicing"
  std::vector<std::string> patterns;  // "booking.*"
  bool transient = false;             // gone with this process (session.revoked)
};

enum class Delivery {
  done,   // acknowledged
  early,  // an earlier message of its subject is missing: put off, tried again soon, and no attempt
};
// An Error counts as a failed attempt: tried again after growing delays, 5 times, then the message
// lies in the dead letters with the error's reason.
using Consumer = std::function<Task<Result<Delivery>>(const Message&)>;

struct DeadLetter {
  std::string id;
  std::string queue;
  Message message;
  std::string reason;
  int attempts = 0;
  Time since;
};

struct RetrySettings {
  std::vector<std::int64_t> delays_ms{1'000, 5'000, 30'000, 120'000, 600'000};
  std::int64_t early_delay_ms = 200;
  std::int64_t early_alarm_ms = 600'000;  // a gap this old raises an alarm
};

// Thread-safe. Several messages of one queue may be handled at a time (prefetch), but never two of
// one subject.
class MessageBus {
 public:
  virtual ~MessageBus() = default;
  virtual Task<Result<void>> declare(std::vector<QueueSpec> queues) = 0;
  // True per message where every bound queue has it durably. False: keep it, try again.
  virtual Task<std::vector<bool>> publish(std::vector<Message> messages) = 0;
  // Starts consuming; one consumer per queue in this process.
  virtual void consume(const std::string& queue, Consumer consumer) = 0;
  // Ends consuming: what is being handled is finished first.
  virtual Task<void> stop() = 0;
  virtual bool ready() const = 0;

  virtual Task<Result<std::vector<DeadLetter>>> dead_letters(std::size_t limit,
                                                             std::size_t skip) = 0;
  virtual Task<Result<std::int64_t>> dead_letter_count() {
    const auto letters = co_await dead_letters(10'000, 0);
    if (!letters) co_return letters.error();
    co_return static_cast<std::int64_t>(letters->size());
  }
  // Back into its queue. Error not_found.
  virtual Task<Result<void>> replay(std::string dead_letter_id) = 0;
  // Messages that wait or are being handled, over all queues of this process (for tests, demo
  // loading and metrics).
  virtual Task<Result<std::int64_t>> backlog() = 0;
};

}  // namespace thenorsound::bus
