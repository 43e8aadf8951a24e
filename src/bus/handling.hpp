// What every bus does around a consumer: counts, tells of failures, decides when to try again.
#pragma once
#include <map>

#include "base/metrics.hpp"
#include "bus/message_bus.hpp"
#include "bus/subject_lines.hpp"

namespace thenorsound::bus {

struct QueueMetrics {
  explicit QueueMetrics(const std::string& queue);
  Counter& handled_of(const std::string& type);

  const std::string name;
  std::map<std::string, Counter*> handled;  // by routing key
  Counter& failed;
  Counter& gaps;
  Gauge& waiting;
};

// What the consumer says of a message; an exception is a failure.
Task<Result<Delivery>> give(const Consumer& consumer, const Message& message);
std::string reason_of(const Error& error);

// Counts the try, raises the alarm over an old gap; returns when to try again.
std::int64_t note_early(Item& item, QueueMetrics& metrics, const RetrySettings& retry,
                        std::int64_t now_ms);

struct Failure {
  bool last = false;  // to the dead letters with it
  std::int64_t retry_at_ms = 0;
};
// Counts the attempt and logs it.
Failure note_failure(Item& item, QueueMetrics& metrics, const RetrySettings& retry,
                     const Error& error, std::int64_t now_ms);

}  // namespace thenorsound::bus
