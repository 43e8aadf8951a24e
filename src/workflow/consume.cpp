#include "workflow/consume.hpp"

#include "base/context.hpp"
#include "base/log.hpp"

namespace thenorsound::workflow {
namespace {

struct Consuming {
  std::string queue;
  bus::Consumer consumer;
};

// Failures are told of by the bus, which knows how often.
Task<Result<bus::Delivery>> handle(std::shared_ptr<const Consuming> consuming,
                                   const Message& message) {
  const Result<bus::Delivery> done = co_await consuming->consumer(message);
  if (done && *done == bus::Delivery::done) {
    const Trace trace{message.traceparent};
    log_debug("message handled", {{"queue", consuming->queue},
                                  {"type", message.type},
                                  {"subject", message.subject},
                                  {"traceId", trace.trace_id()}});
  }
  co_return done;
}

}  // namespace

void consume(bus::MessageBus& bus, std::string queue, bus::Consumer consumer) {
  const auto consuming = std::make_shared<const Consuming>(Consuming{queue, std::move(consumer)});
  bus.consume(queue, [consuming](const Message& message) { return handle(consuming, message); });
}

}  // namespace thenorsound::workflow
