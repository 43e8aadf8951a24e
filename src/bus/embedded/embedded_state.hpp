// The inside of EmbeddedBus: what is known of each queue, and how its messages go to the consumer.
#pragma once
#include <limits>
#include <optional>
#include <unordered_set>

#include "base/background.hpp"
#include "bus/dead_letters/dead_letter_box.hpp"
#include "bus/embedded/embedded_bus.hpp"
#include "bus/handling.hpp"

namespace thenorsound::bus {

inline constexpr std::string_view queue_collection = "bus_queues";
inline constexpr std::string_view message_collection = "bus_messages";
inline constexpr std::int64_t never_ms = std::numeric_limits<std::int64_t>::max();
// Limits, a queue.
inline constexpr std::size_t prefetch = 32;             // messages handled at a time
inline constexpr std::size_t window_limit = 1'024;      // messages in memory
inline constexpr std::size_t low_mark = 256;            // fewer that are not put off: more are read
inline constexpr std::size_t page_limit = 512;          // read at a time
inline constexpr std::size_t put_off_limit = 256;       // early ones in memory
inline constexpr std::size_t transient_limit = 10'000;  // waiting messages of a transient queue

struct BusQueue {
  explicit BusQueue(QueueSpec what);
  bool wants(const std::string& routing_key) const;

  QueueSpec spec;
  bool declared_here = false;  // in this run; others are known from the store
  Consumer consumer;
  SubjectLines lines;
  std::unordered_set<std::string> known;  // ids of documents that memory answers for
  bool more_in_store = true;              // perhaps
  bool loading = false;
  std::vector<std::string> settled_while_loading;
  std::int64_t next_due_ms = never_ms;  // of what the store puts off
  std::size_t workers = 0;
  QueueMetrics metrics;
};

// What is to be written about a message that a consumer is done with.
struct Settlement {
  BusQueue* queue = nullptr;
  ItemPtr item;
  std::optional<store::Write> dead_letter;  // written first
  store::Write write;
  std::int64_t due_ms = never_ms;  // of a message that is put off in the store
  int attempts = 0;
};

struct EmbeddedBus::State : std::enable_shared_from_this<EmbeddedBus::State> {
  State(Loops& on, store::DocumentStore& in, const Clock& time, RetrySettings retries);

  // All below take `mutex` themselves, unless their name says otherwise.
  Task<Result<void>> prepare();
  bool is_prepared();
  Task<Result<void>> declare(QueueSpec spec);
  Task<std::vector<bool>> publish(std::vector<Message> messages);
  void consume(const std::string& name, Consumer consumer);
  Task<void> stop();

  // Gives waiting messages to the consumer, reads more where few are left.
  void pump(BusQueue& queue);
  void start_timer();
  // Never begins on the caller's own stack, so that it may be called with the lock held.
  void spawn(std::string_view name, Task<void> task);

  std::int64_t due_at(std::int64_t at_ms);  // sorts by time, then by order of making
  store::Write message_write(const BusQueue& queue, const Item& item, std::int64_t due) const;

  Loops& loops;
  store::DocumentStore& store;
  const Clock& clock;
  const RetrySettings retry;
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<BusQueue>> queues;  // never removed
  enum class Prepared { no, running, yes } prepared = Prepared::no;
  std::vector<Resume<bool>> waiting_for_prepare;
  bool stopping = false;
  std::vector<Resume<bool>> waiting_for_end;
  std::vector<Settlement> settlements;
  bool settling = false;
  std::atomic<std::uint64_t> order{0};
  std::int64_t rescan_at_ms = 0;
  DeadLetterBox dead_letters;
  std::unique_ptr<Background> timer;  // from prepare() on

 private:
  // A message on its way into a queue; `claimed`: memory answers for its document from now on.
  struct Copy {
    std::size_t message;
    BusQueue* queue;
    ItemPtr item;
    bool claimed;
  };
  void begin_or_wait(Resume<bool> resume);
  void end_prepare(bool done, const std::vector<store::DocumentPtr>& known_queues);
  std::vector<Copy> make_copies(const std::vector<Message>& messages);
  std::vector<BusQueue*> deliver(std::vector<Copy>& copies,
                                 const std::vector<store::CommitResult>& results,
                                 std::vector<bool>& done);
  static Task<Background::Pause> tick_of(std::weak_ptr<State> weak);
  Background::Pause tick();
  static Task<void> work(std::shared_ptr<State> state, BusQueue* queue, ItemPtr item);
  static Task<void> load(std::shared_ptr<State> state, BusQueue* queue);
  static Task<void> settle_all(std::shared_ptr<State> state);
  BusQueue& add_queue_locked(QueueSpec spec);
  std::vector<ItemPtr> take_locked(BusQueue& queue);
  void conclude_locked(BusQueue& queue, const ItemPtr& item, const Result<Delivery>& outcome);
  void early_locked(BusQueue& queue, const ItemPtr& item);
  void failed_locked(BusQueue& queue, const ItemPtr& item, const Error& error);
  void settle_locked(Settlement settlement);
  ItemPtr conclude(BusQueue& queue, const ItemPtr& item, const Result<Delivery>& outcome);
  std::vector<Settlement> take_settlements();
  void put_back(std::vector<Settlement> open);
  void settled(const Settlement& settlement);
  std::size_t begin_page(BusQueue& queue);
  void add_page(BusQueue& queue, const std::vector<store::DocumentPtr>& page, std::size_t limit);
  void note_due(BusQueue& queue, std::int64_t due_ms);
  void end_load(BusQueue& queue, bool read);
  void forget_settled_locked(BusQueue& queue);
  bool add_page_locked(BusQueue& queue, const std::vector<store::DocumentPtr>& page);
  bool idle_locked() const;
  Task<bool> load_page(BusQueue& queue);
  Task<std::vector<Settlement>> settle(std::vector<Settlement> batch);
  Task<bool> is_settled(Settlement& settlement);
  void end_if_idle();
};

std::string document_id(const BusQueue& queue, const Message& message);
std::optional<Message> message_of(const json::object& body);

}  // namespace thenorsound::bus
