// How messages go from the store through memory to the consumers.
#include "base/id.hpp"
#include "base/log.hpp"
#include "bus/embedded/embedded_state.hpp"

namespace thenorsound::bus {
namespace {

using std::chrono::milliseconds;
constexpr std::int64_t rescan_every_ms = 60'000;
constexpr std::int64_t longest_pause_ms = 1'000;

store::Write dead_letter_write(const BusQueue& queue, const Item& item, const Error& error,
                               Time now) {
  DeadLetter letter;
  letter.id = derived_id("dead", item.id);
  letter.queue = queue.spec.name;
  letter.message = item.message;
  letter.reason = reason_of(error);
  letter.attempts = item.attempts;
  letter.since = now;
  return DeadLetterBox::put(letter);
}

}  // namespace

EmbeddedBus::State::State(Loops& on, store::DocumentStore& in, const Clock& time,
                          RetrySettings retries)
    : loops(on), store(in), clock(time), retry(std::move(retries)), dead_letters(in) {}

void EmbeddedBus::State::spawn(std::string_view name, Task<void> task) {
  boost::asio::io_context& loop = loops.next();
  boost::asio::post(loop, [name, &loop, task = std::move(task)]() mutable {
    Loops::spawn(name, loop, std::move(task));
  });
}

void EmbeddedBus::State::start_timer() {
  timer = std::make_unique<Background>(loops, "bus timer",
                                       [weak = weak_from_this()] { return tick_of(weak); });
  timer->start();
}

// Not a member: it must not touch a bus that is gone.
Task<Background::Pause> EmbeddedBus::State::tick_of(std::weak_ptr<State> weak) {
  const auto state = weak.lock();
  co_return state ? state->tick() : Background::Pause{milliseconds{longest_pause_ms}};
}

void EmbeddedBus::State::consume(const std::string& name, Consumer consumer) {
  BusQueue* queue = nullptr;
  {
    const std::lock_guard lock(mutex);
    const auto found = queues.find(name);
    if (found == queues.end()) throw UnexpectedFailure("queue not declared: " + name);
    queue = found->second.get();
    queue->consumer = std::move(consumer);
  }
  pump(*queue);
}

Task<void> EmbeddedBus::State::stop() {
  auto wait = [this](Resume<bool> resume) {
    const std::lock_guard lock(mutex);
    stopping = true;
    if (idle_locked())
      resume(true);
    else
      waiting_for_end.push_back(std::move(resume));
  };
  co_await suspend<bool>(std::move(wait));
  if (timer) co_await timer->stop();
}

bool EmbeddedBus::State::idle_locked() const {
  return !settling && std::all_of(queues.begin(), queues.end(), [](const auto& entry) {
    return entry.second->workers == 0 && !entry.second->loading;
  });
}

void EmbeddedBus::State::end_if_idle() {
  std::vector<Resume<bool>> waiting;
  {
    const std::lock_guard lock(mutex);
    if (!stopping || !idle_locked()) return;
    waiting.swap(waiting_for_end);
  }
  for (auto& resume : waiting) resume(true);
}

// --- Handing out ---

void EmbeddedBus::State::pump(BusQueue& queue) {
  std::vector<ItemPtr> items;
  bool load_more = false;
  {
    const std::lock_guard lock(mutex);
    if (stopping || !queue.consumer) return;
    items = take_locked(queue);
    if (!queue.spec.transient && queue.more_in_store && !queue.loading &&
        queue.lines.waiting() - queue.lines.put_off_count() < low_mark)
      load_more = queue.loading = true;
    queue.metrics.waiting.set(static_cast<double>(queue.lines.waiting()));
  }
  for (ItemPtr& item : items)
    spawn("bus consumer", work(shared_from_this(), &queue, std::move(item)));
  if (load_more) spawn("bus loader", load(shared_from_this(), &queue));
}

std::vector<ItemPtr> EmbeddedBus::State::take_locked(BusQueue& queue) {
  std::vector<ItemPtr> items;
  while (queue.workers < prefetch) {
    ItemPtr item = queue.lines.take();
    if (!item) break;
    ++queue.workers;
    items.push_back(std::move(item));
  }
  return items;
}

Task<void> EmbeddedBus::State::work(std::shared_ptr<State> state, BusQueue* queue, ItemPtr item) {
  while (item) {
    const Result<Delivery> outcome = co_await give(queue->consumer, item->message);
    item = state->conclude(*queue, item, outcome);
    state->pump(*queue);
  }
  state->end_if_idle();
}

// The next one for the same worker; null ends it.
ItemPtr EmbeddedBus::State::conclude(BusQueue& queue, const ItemPtr& item,
                                     const Result<Delivery>& outcome) {
  const std::lock_guard lock(mutex);
  conclude_locked(queue, item, outcome);
  ItemPtr next = stopping ? nullptr : queue.lines.take();
  if (!next) --queue.workers;
  return next;
}

void EmbeddedBus::State::conclude_locked(BusQueue& queue, const ItemPtr& item,
                                         const Result<Delivery>& outcome) {
  if (!outcome) return failed_locked(queue, item, outcome.error());
  if (*outcome == Delivery::early) return early_locked(queue, item);
  queue.metrics.handled_of(item->message.type).add();
  queue.lines.finish(*item);
  if (queue.spec.transient) return;
  Settlement settlement;
  settlement.queue = &queue;
  settlement.item = item;
  settlement.write.collection = message_collection;
  settlement.write.id = item->id;
  settlement.write.expected = item->revision;
  settlement.write.erase = true;
  settle_locked(std::move(settlement));
}

void EmbeddedBus::State::early_locked(BusQueue& queue, const ItemPtr& item) {
  const std::int64_t retry_at_ms = note_early(*item, queue.metrics, retry, clock.now().ms);
  if (queue.spec.transient || queue.lines.put_off_count() < put_off_limit) {
    queue.lines.put_off(item, retry_at_ms);
    timer->wake();
    return;
  }
  // Memory is full of early ones: the missing message may lie behind them.
  queue.lines.release(*item);
  Settlement settlement;
  settlement.queue = &queue;
  settlement.item = item;
  settlement.due_ms = retry_at_ms;
  settlement.write = message_write(queue, *item, due_at(retry_at_ms));
  settle_locked(std::move(settlement));
}

void EmbeddedBus::State::failed_locked(BusQueue& queue, const ItemPtr& item, const Error& error) {
  const auto [last, retry_at_ms] = note_failure(*item, queue.metrics, retry, error, clock.now().ms);
  if (queue.spec.transient) {
    if (last) return queue.lines.finish(*item);
    queue.lines.put_off(item, retry_at_ms);
    timer->wake();
    return;
  }
  queue.lines.release(*item);
  Settlement settlement;
  settlement.queue = &queue;
  settlement.item = item;
  settlement.write = message_write(queue, *item, due_at(retry_at_ms));
  if (last) {
    settlement.dead_letter = dead_letter_write(queue, *item, error, clock.now());
    settlement.write.erase = true;
    settlement.write.body.clear();
  } else {
    settlement.due_ms = retry_at_ms;
  }
  settle_locked(std::move(settlement));
}

// --- Reading ahead ---

Task<void> EmbeddedBus::State::load(std::shared_ptr<State> state, BusQueue* queue) {
  const bool read = co_await state->load_page(*queue);
  state->end_load(*queue, read);
  if (read) state->pump(*queue);  // after a failure the timer tries again
  state->end_if_idle();
}

void EmbeddedBus::State::end_load(BusQueue& queue, bool read) {
  const std::lock_guard lock(mutex);
  queue.loading = false;
  if (!read) queue.more_in_store = true;
  forget_settled_locked(queue);
}

void EmbeddedBus::State::forget_settled_locked(BusQueue& queue) {
  for (const std::string& id : queue.settled_while_loading) queue.known.erase(id);
  queue.settled_while_loading.clear();
}

Task<bool> EmbeddedBus::State::load_page(BusQueue& queue) {
  store::Query page;
  const std::int64_t until = clock.now().ms * 1'000'000 + 999'999;
  page.where.push_back({"queue", store::Op::eq, json::value(json::string(queue.spec.name))});
  store::Query later = page;
  page.where.push_back({"due", store::Op::le, json::value(until)});
  later.where.push_back({"due", store::Op::gt, json::value(until)});
  page.order_by = later.order_by = "due";
  later.limit = 1;
  const std::size_t limit = page.limit = begin_page(queue);
  const auto found = co_await store.find(std::string(message_collection), std::move(page));
  if (!found) co_return false;
  add_page(queue, *found, limit);
  const auto next = co_await store.find(std::string(message_collection), std::move(later));
  if (!next) co_return false;
  if (!next->empty()) note_due(queue, next->front()->body.at("due").as_int64() / 1'000'000);
  co_return true;
}

// How many to read, so that some are new.
std::size_t EmbeddedBus::State::begin_page(BusQueue& queue) {
  const std::lock_guard lock(mutex);
  queue.more_in_store = false;
  queue.next_due_ms = never_ms;
  forget_settled_locked(queue);  // written before this page is read: it shows what came of them
  return std::min<std::size_t>(queue.known.size() + page_limit, 10'000);
}

void EmbeddedBus::State::note_due(BusQueue& queue, std::int64_t due_ms) {
  const std::lock_guard lock(mutex);
  queue.next_due_ms = std::min(queue.next_due_ms, due_ms);
}

void EmbeddedBus::State::add_page(BusQueue& queue, const std::vector<store::DocumentPtr>& page,
                                  std::size_t limit) {
  const std::lock_guard lock(mutex);
  const bool all_added = add_page_locked(queue, page);
  if (!all_added || page.size() == limit) queue.more_in_store = true;
}

// False where memory is full.
bool EmbeddedBus::State::add_page_locked(BusQueue& queue,
                                         const std::vector<store::DocumentPtr>& page) {
  for (const auto& document : page) {
    if (queue.known.contains(document->id)) continue;
    if (queue.lines.waiting() >= window_limit) return false;
    auto message = message_of(document->body);
    if (!message) {
      log_error("a stored message is not readable", {{"document", document->id}});
      continue;
    }
    auto item = std::make_shared<Item>();
    item->id = document->id;
    item->revision = document->revision;
    item->message = std::move(*message);
    item->attempts = static_cast<int>(document->body.at("attempts").to_number<std::int64_t>());
    queue.known.insert(item->id);
    queue.lines.add(std::move(item));
  }
  return true;
}

Background::Pause EmbeddedBus::State::tick() {
  std::vector<BusQueue*> all;
  std::int64_t next_ms = never_ms;
  const std::int64_t now_ms = clock.now().ms;
  {
    const std::lock_guard lock(mutex);
    // A safety net for documents that no one in memory answers for.
    const bool rescan = now_ms >= rescan_at_ms;
    if (rescan) rescan_at_ms = now_ms + rescan_every_ms;
    for (auto& [name, queue] : queues) {
      queue->lines.bring_back(now_ms);
      if (rescan || queue->next_due_ms <= now_ms) {
        queue->more_in_store = true;
        queue->next_due_ms = never_ms;
      }
      next_ms = std::min({next_ms, queue->lines.next_return_ms(), queue->next_due_ms});
      all.push_back(queue.get());
    }
  }
  for (BusQueue* queue : all) pump(*queue);
  const std::int64_t pause_ms =
      next_ms == never_ms ? longest_pause_ms
                          : std::clamp<std::int64_t>(next_ms - now_ms, 1, longest_pause_ms);
  return {milliseconds{pause_ms}};
}

}  // namespace thenorsound::bus
