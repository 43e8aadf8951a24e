// The bus port on RabbitMQ (AMQP 0-9-1). While the broker is away: declare() remembers, publish()
// says false at once, and it connects again by itself. Durable queues have to be declared by every
// process that publishes, so that nothing is lost before their consumers' first start.
#pragma once
#include <memory>

#include "base/loops.hpp"
#include "bus/message_bus.hpp"
#include "bus/rabbitmq/rabbit_settings.hpp"
#include "store/document_store.hpp"

namespace thenorsound::bus {

class RabbitBus : public MessageBus {
 public:
  // With `dead_letters` it takes the dead letters of all processes into that store, where they are
  // listed and replayed; without, these calls answer service_unavailable. Throws on a bad URL.
  RabbitBus(Loops& loops, const Clock& clock, RabbitSettings settings, RetrySettings retry = {},
            store::DocumentStore* dead_letters = nullptr);
  ~RabbitBus() override;
  // Error validation_error: a name that can't be one. Does not wait for a broker that is away.
  Task<Result<void>> declare(std::vector<QueueSpec> queues) override;
  Task<std::vector<bool>> publish(std::vector<Message> messages) override;
  void consume(const std::string& queue, Consumer consumer) override;
  Task<void> stop() override;
  bool ready() const override;
  Task<Result<std::vector<DeadLetter>>> dead_letters(std::size_t limit, std::size_t skip) override;
  Task<Result<std::int64_t>> dead_letter_count() override;
  Task<Result<void>> replay(std::string dead_letter_id) override;
  // Without what other processes are handling.
  Task<Result<std::int64_t>> backlog() override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound::bus
