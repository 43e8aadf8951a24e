#include "bus/handling.hpp"

#include <exception>

#include "base/context.hpp"
#include "base/log.hpp"

namespace thenorsound::bus {
namespace {
constexpr int slowest_early_factor = 10;
}  // namespace

QueueMetrics::QueueMetrics(const std::string& queue)
    : name(queue),
      failed(counter("thenorsound_bus_failed_total", "Attempts that failed", {{"queue", queue}})),
      gaps(counter("thenorsound_bus_gap_alarms_total",
                   "Messages whose predecessor is missing for too long", {{"queue", queue}})),
      waiting(gauge("thenorsound_bus_waiting", "Messages waiting in memory", {{"queue", queue}})) {}

Counter& QueueMetrics::handled_of(const std::string& type) {
  Counter*& slot = handled[type];
  if (slot == nullptr)
    slot = &counter("thenorsound_bus_handled_total", "Messages handled",
                    {{"queue", name}, {"type", type}});
  return *slot;
}

Task<Result<Delivery>> give(const Consumer& consumer, const Message& message) {
  std::string what;
  try {
    co_return co_await consumer(message);
  } catch (const std::exception& problem) {
    what = problem.what();
  }
  co_return make_error(Code::service_error, {}, what);
}

std::string reason_of(const Error& error) {
  std::string reason(code_name(error.code));
  const std::string& text = error.reason.empty() ? error.message : error.reason;
  if (!text.empty()) reason += ": " + text;
  return reason;
}

std::int64_t note_early(Item& item, QueueMetrics& metrics, const RetrySettings& retry,
                        std::int64_t now_ms) {
  if (item.early_since_ms == 0) item.early_since_ms = now_ms;
  item.early_tries = std::min(item.early_tries + 1, slowest_early_factor);
  if (!item.alarmed && now_ms - item.early_since_ms > retry.early_alarm_ms) {
    item.alarmed = true;
    metrics.gaps.add();
    log_warning("a message waits for its predecessor", {{"alarm", "gap"},
                                                        {"queue", metrics.name},
                                                        {"type", item.message.type},
                                                        {"subject", item.message.subject},
                                                        {"sequence", item.message.sequence}});
  }
  return now_ms + retry.early_delay_ms * item.early_tries;
}

Failure note_failure(Item& item, QueueMetrics& metrics, const RetrySettings& retry,
                     const Error& error, std::int64_t now_ms) {
  metrics.failed.add();
  const auto before = static_cast<std::size_t>(item.attempts);
  Failure failure;
  failure.last = before >= retry.delays_ms.size();
  failure.retry_at_ms = now_ms + (failure.last ? 0 : retry.delays_ms[before]);
  ++item.attempts;
  log_warning(failure.last ? "a message went to the dead letters" : "a message was not handled",
              {{"queue", metrics.name},
               {"type", item.message.type},
               {"message_id", item.message.id},
               {"attempts", item.attempts},
               {"reason", reason_of(error)},
               {"traceId", Trace{item.message.traceparent}.trace_id()}});
  return failure;
}

}  // namespace thenorsound::bus
