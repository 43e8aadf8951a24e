// The bus port inside one process, on a document store: a document per queue and message.
#pragma once
#include <memory>

#include "base/loops.hpp"
#include "bus/message_bus.hpp"
#include "store/document_store.hpp"

namespace thenorsound::bus {

class EmbeddedBus : public MessageBus {
 public:
  EmbeddedBus(Loops& loops, store::DocumentStore& store, const Clock& clock,
              RetrySettings retry = {});
  ~EmbeddedBus() override;
  // The collections in which it keeps everything.
  static std::vector<store::CollectionSchema> schemas();
  Task<Result<void>> declare(std::vector<QueueSpec> queues) override;
  Task<std::vector<bool>> publish(std::vector<Message> messages) override;
  void consume(const std::string& queue, Consumer consumer) override;
  Task<void> stop() override;
  bool ready() const override;
  Task<Result<std::vector<DeadLetter>>> dead_letters(std::size_t limit, std::size_t skip) override;
  Task<Result<std::int64_t>> dead_letter_count() override;
  Task<Result<void>> replay(std::string dead_letter_id) override;
  Task<Result<std::int64_t>> backlog() override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound::bus
