// The inside of RabbitBus: what was received and is not acknowledged, and how it goes to the
// consumers. Whatever memory forgets, the broker gives again.
#pragma once
#include <deque>
#include <unordered_set>

#include "base/background.hpp"
#include "bus/dead_letters/dead_letter_box.hpp"
#include "bus/handling.hpp"
#include "bus/rabbitmq/publisher.hpp"
#include "bus/rabbitmq/rabbit_bus.hpp"

namespace thenorsound::bus {

// Limits, a queue.
inline constexpr std::size_t most_handled = 32;            // messages handled at a time
inline constexpr std::uint16_t queue_prefetch = 128;       // received and not acknowledged
inline constexpr std::uint16_t delayed_prefetch = 2'000;   // likewise, of its delayed queue
inline constexpr std::size_t early_limit = 64;             // early ones of the queue in memory
inline constexpr std::size_t delayed_early_limit = 1'000;  // likewise, with the delayed queue's
inline constexpr std::int64_t longest_hold_ms = 10 * minute_ms;  // the broker's limit is 30 minutes
inline constexpr std::size_t remembered_limit = 4'096;           // messages known to be done

// A message that was received and waits for its acknowledgement.
struct Held {
  ItemPtr item;
  std::vector<std::uint64_t> tags;  // of this connection; none: the broker gives it again
  bool busy = false;                // with the consumer, or being sent on
  bool delayed = false;             // from the delayed queue
  int moves = 0;
  std::int64_t since_ms = 0;
};

// The ids that came last.
class Recent {
 public:
  void add(const std::string& id);
  bool contains(const std::string& id) const { return ids_.contains(id); }

 private:
  std::unordered_set<std::string> ids_;
  std::deque<std::string> order_;
};

struct RabbitQueue {
  explicit RabbitQueue(QueueSpec what) : spec(std::move(what)), metrics(spec.name) {}

  QueueSpec spec;
  Consumer consumer;
  std::string broker_name;  // a transient one's changes with each connection
  bool declared = false;    // on this connection
  SubjectLines lines;
  std::unordered_map<std::string, Held> held;  // by the item's id
  std::multimap<std::int64_t, ItemPtr> due;    // not to be handled before
  Recent done;
  std::size_t workers = 0;
  QueueMetrics metrics;
};

struct RabbitBus::State : LinkUse, std::enable_shared_from_this<RabbitBus::State> {
  State(Loops& on, const Clock& time, const RabbitAddress& address, const RabbitSettings& given,
        RetrySettings retries, store::DocumentStore* dead_letters);

  // The port; all below take `mutex` themselves, unless their name says otherwise.
  void start();
  void end();  // as a crash does
  Task<Result<void>> declare(std::vector<QueueSpec> specs);
  Task<std::vector<bool>> publish(std::vector<Message> messages);
  void consume(const std::string& name, Consumer consumer);
  Task<void> stop();
  bool ready() const;
  Task<Result<void>> replay(DeadLetter letter);
  Task<Result<std::int64_t>> backlog();

  Loops& loops;
  const Clock& clock;
  const RabbitSettings settings;
  const RetrySettings retry;
  store::DocumentStore* const letter_store;
  std::optional<DeadLetterBox> letters;

 private:
  // Where a consumer's deliveries go; no queue: dead letters.
  struct Source {
    RabbitQueue* queue = nullptr;
    bool delayed = false;
  };

  // On the link's thread (subscribing.cpp).
  Result<void> connected(Connection& connection) override;
  Result<std::chrono::milliseconds> work(Connection& connection) override;
  void disconnected() override;
  bool finished() const override;
  void on_delivery(Incoming incoming) override;
  Result<void> subscribe(Connection& connection);
  Result<void> declare_missing(Connection& connection);
  Result<void> consume_missing(Connection& connection);
  Result<void> cancel_all(Connection& connection);
  Result<void> send_acks(Connection& connection);
  Result<void> answer_backlog(Connection& connection);
  void receive(RabbitQueue& queue, bool delayed, Incoming incoming);
  void hold_locked(RabbitQueue& queue, bool delayed, const Incoming& incoming, Message message);

  // On the loops (delivery.cpp).
  void spawn(std::string_view name, Task<void> task);
  void pump(RabbitQueue& queue);
  ItemPtr take_locked(RabbitQueue& queue);
  ItemPtr next(RabbitQueue& queue);
  static Task<void> handle(std::shared_ptr<State> state, RabbitQueue* queue, ItemPtr item);
  std::optional<Outgoing> conclude(RabbitQueue& queue, const ItemPtr& item,
                                   const Result<Delivery>& outcome);
  std::optional<Outgoing> early_locked(RabbitQueue& queue, Held& held);
  std::optional<Outgoing> failed_locked(RabbitQueue& queue, Held& held, const Error& error);
  void put_off_locked(RabbitQueue& queue, Held& held, std::int64_t retry_at_ms);
  void acknowledge_locked(RabbitQueue& queue, const std::string& id);
  Task<void> send_on(RabbitQueue* queue, std::string id, Outgoing message);
  bool sent_on(RabbitQueue& queue, const std::string& id, bool confirmed);
  static Task<void> keep_letter(std::shared_ptr<State> state, Incoming incoming, int connection);
  bool letter_ended(std::uint64_t tag, int connection, bool kept);
  static Task<Background::Pause> tick_of(std::weak_ptr<State> weak);
  Background::Pause tick();
  void start_timer();

  bool idle_locked() const;
  void end_if_idle();
  void changed();
  bool settled_locked(const std::vector<std::string>& names) const;
  std::vector<std::string> add_queues(std::vector<QueueSpec> specs);
  void tell_of_unroutable(const std::string& type);

  mutable std::mutex mutex;
  std::map<std::string, std::unique_ptr<RabbitQueue>> queues;  // never removed
  std::map<std::string, Source> sources;                       // of this connection
  int connections = 0;                                         // lost so far
  bool up = false;
  bool tried = false;
  bool letters_wanted = false;  // the store is prepared
  bool cancelled = false;
  bool stopping = false;
  std::size_t letters_in_work = 0;
  std::vector<std::uint64_t> acks, rejects;  // of this connection
  std::vector<Resume<bool>> waiting_for_change;
  std::vector<Resume<bool>> waiting_for_end;
  std::vector<Resume<Result<std::int64_t>>> waiting_for_backlog;
  std::map<std::string, std::int64_t> told_unroutable_ms;  // by type
  std::unique_ptr<Background> timer;
  Publisher publisher;
  Link link;  // last: their threads use all of it
};

std::string item_id(const Message& message, int attempts, int moves);
Outgoing onward(const Message& message, const Travel& travel);

}  // namespace thenorsound::bus
