// How received messages go to the consumers, and what becomes of them then.
#include "base/id.hpp"
#include "base/log.hpp"
#include "bus/rabbitmq/rabbit_state.hpp"

namespace thenorsound::bus {
namespace {

using std::chrono::milliseconds;
constexpr std::int64_t longest_pause_ms = 1'000;
constexpr milliseconds send_on_pause{200};
constexpr milliseconds letter_pause{1'000};

DeadLetter letter_of(const Incoming& incoming, Time now) {
  DeadLetter letter;
  letter.queue = incoming.travel.queue;
  letter.reason = incoming.travel.reason;
  letter.attempts = incoming.travel.attempts;
  letter.since.ms = incoming.travel.since_ms;
  const auto value = read_json(incoming.body);
  auto message = value && value->is_object() ? from_cloud_event(value->get_object()) : std::nullopt;
  if (message) {
    letter.message = std::move(*message);
    letter.id = derived_id("dead", letter.queue + ":" + letter.message.id);
    return letter;
  }
  // None of ours: what it says is not kept, only that it came.
  letter.id = derived_id("dead", incoming.body);
  letter.reason = "unreadable";
  letter.since = now;
  letter.message.id = letter.id;
  letter.message.source = "unknown";
  letter.message.type = incoming.routing_key;
  letter.message.subject = letter.id;
  letter.message.time = now;
  return letter;
}

}  // namespace

void RabbitBus::State::spawn(std::string_view name, Task<void> task) {
  boost::asio::io_context& loop = loops.next();
  boost::asio::post(loop, [name, &loop, task = std::move(task)]() mutable {
    Loops::spawn(name, loop, std::move(task));
  });
}

// --- Handing out ---

void RabbitBus::State::pump(RabbitQueue& queue) {
  std::vector<ItemPtr> items;
  {
    const std::lock_guard lock(mutex);
    if (stopping || !queue.consumer) return;
    while (queue.workers < most_handled) {
      ItemPtr item = take_locked(queue);
      if (!item) break;
      ++queue.workers;
      items.push_back(std::move(item));
    }
    queue.metrics.waiting.set(static_cast<double>(queue.lines.waiting()));
  }
  for (ItemPtr& item : items)
    spawn("bus consumer", handle(shared_from_this(), &queue, std::move(item)));
}

ItemPtr RabbitBus::State::take_locked(RabbitQueue& queue) {
  ItemPtr item = queue.lines.take();
  if (item) queue.held.at(item->id).busy = true;
  return item;
}

Task<void> RabbitBus::State::handle(std::shared_ptr<State> state, RabbitQueue* queue,
                                    ItemPtr item) {
  while (item) {
    const Result<Delivery> outcome = co_await give(queue->consumer, item->message);
    std::optional<Outgoing> next = state->conclude(*queue, item, outcome);
    state->link.wake();
    if (next) co_await state->send_on(queue, item->id, std::move(*next));
    item = state->next(*queue);
    state->pump(*queue);
  }
  state->end_if_idle();
}

// The next one for the same worker; null ends it.
ItemPtr RabbitBus::State::next(RabbitQueue& queue) {
  const std::lock_guard lock(mutex);
  ItemPtr item = stopping ? nullptr : take_locked(queue);
  if (!item) --queue.workers;
  return item;
}

// Returns what has to be published before the message may be acknowledged.
std::optional<Outgoing> RabbitBus::State::conclude(RabbitQueue& queue, const ItemPtr& item,
                                                   const Result<Delivery>& outcome) {
  const std::lock_guard lock(mutex);
  Held& held = queue.held.at(item->id);
  const bool done = outcome && *outcome == Delivery::done;
  if (!done && held.tags.empty()) {  // The connection was lost meanwhile: it comes again.
    queue.lines.release(*item);
    queue.held.erase(item->id);
    return {};
  }
  if (!outcome) return failed_locked(queue, held, outcome.error());
  if (!done) return early_locked(queue, held);
  queue.metrics.handled_of(item->message.type).add();
  queue.lines.finish(*item);
  queue.done.add(item->message.id);
  acknowledge_locked(queue, item->id);
  return {};
}

// Acknowledged as soon as the link's thread comes to it. A connection that is gone has no tags:
// what it gave is given again.
void RabbitBus::State::acknowledge_locked(RabbitQueue& queue, const std::string& id) {
  const auto found = queue.held.find(id);
  acks.insert(acks.end(), found->second.tags.begin(), found->second.tags.end());
  queue.held.erase(found);
}

std::optional<Outgoing> RabbitBus::State::early_locked(RabbitQueue& queue, Held& held) {
  const ItemPtr item = held.item;
  const std::int64_t now_ms = clock.now().ms;
  const std::int64_t retry_at_ms = note_early(*item, queue.metrics, retry, now_ms);
  const std::size_t limit = held.delayed ? delayed_early_limit : early_limit;
  const bool may_stay =
      queue.lines.put_off_count() < limit && now_ms - held.since_ms < longest_hold_ms;
  if (queue.spec.transient || may_stay) {
    put_off_locked(queue, held, retry_at_ms);
    return {};
  }
  // The missing message may lie behind those that memory is full of: let the queue go on.
  queue.lines.release(*item);
  Travel travel;
  travel.attempts = item->attempts;
  travel.moves = held.moves + 1;
  travel.due_ms = retry_at_ms;
  travel.early_since_ms = item->early_since_ms;
  Outgoing out = onward(item->message, travel);
  out.routing_key = delayed_name(queue.spec.name);
  return out;
}

void RabbitBus::State::put_off_locked(RabbitQueue& queue, Held& held, std::int64_t retry_at_ms) {
  held.busy = false;
  queue.lines.put_off(held.item, retry_at_ms);
  timer->wake();
}

std::optional<Outgoing> RabbitBus::State::failed_locked(RabbitQueue& queue, Held& held,
                                                        const Error& error) {
  const ItemPtr item = held.item;
  const Failure failure = note_failure(*item, queue.metrics, retry, error, clock.now().ms);
  if (queue.spec.transient) {
    if (!failure.last) {
      put_off_locked(queue, held, failure.retry_at_ms);
      return {};
    }
    queue.lines.finish(*item);
    acknowledge_locked(queue, item->id);
    return {};
  }
  queue.lines.release(*item);
  Travel travel;
  travel.attempts = item->attempts;
  if (!failure.last) {
    travel.due_ms = failure.retry_at_ms;
    Outgoing out = onward(item->message, travel);
    out.routing_key = delayed_name(queue.spec.name);
    return out;
  }
  travel.queue = queue.spec.name;
  travel.reason = reason_of(error);
  travel.since_ms = clock.now().ms;
  Outgoing out = onward(item->message, travel);
  out.exchange = dead_exchange;
  out.routing_key = item->message.type;
  return out;
}

// Until it is published, or the broker will give the original again.
Task<void> RabbitBus::State::send_on(RabbitQueue* queue, std::string id, Outgoing message) {
  for (;;) {
    std::vector<Outgoing> one;
    one.push_back(message);
    const auto outcomes = co_await publisher.publish(std::move(one));
    if (sent_on(*queue, id, outcomes.front() == Publisher::Outcome::confirmed)) break;
    co_await sleep_for(send_on_pause);
  }
  link.wake();
}

bool RabbitBus::State::sent_on(RabbitQueue& queue, const std::string& id, bool confirmed) {
  const std::lock_guard lock(mutex);
  const auto found = queue.held.find(id);
  if (confirmed) {
    acknowledge_locked(queue, id);
    return true;
  }
  if (!stopping && !found->second.tags.empty()) return false;
  queue.held.erase(found);  // not acknowledged: given again
  return true;
}

// --- Dead letters of all processes ---

Task<void> RabbitBus::State::keep_letter(std::shared_ptr<State> state, Incoming incoming,
                                         int connection) {
  const DeadLetter letter = letter_of(incoming, state->clock.now());
  for (bool ended = false; !ended;) {
    const store::CommitResult done =
        co_await state->letter_store->commit(DeadLetterBox::put(letter));
    // A conflict: it was kept before, but the broker was not told.
    const bool kept =
        done.outcome == store::Outcome::committed || done.outcome == store::Outcome::conflict;
    ended = state->letter_ended(incoming.tag, connection, kept);
    if (!ended) co_await sleep_for(letter_pause);
  }
  co_await state->letters->refresh_gauge();
  state->link.wake();
  state->end_if_idle();
}

bool RabbitBus::State::letter_ended(std::uint64_t tag, int connection, bool kept) {
  const std::lock_guard lock(mutex);
  const bool mine = connection == connections;
  if (!kept && mine && !stopping) return false;
  if (kept && mine) acks.push_back(tag);
  --letters_in_work;
  return true;
}

// --- Time ---

void RabbitBus::State::start_timer() {
  timer = std::make_unique<Background>(loops, "bus timer",
                                       [weak = weak_from_this()] { return tick_of(weak); });
  timer->start();
}

// Not a member: it must not touch a bus that is gone.
Task<Background::Pause> RabbitBus::State::tick_of(std::weak_ptr<State> weak) {
  const auto state = weak.lock();
  co_return state ? state->tick() : Background::Pause{milliseconds{longest_pause_ms}};
}

Background::Pause RabbitBus::State::tick() {
  std::vector<RabbitQueue*> all;
  const std::int64_t now_ms = clock.now().ms;
  std::int64_t next_ms = now_ms + longest_pause_ms;
  {
    const std::lock_guard lock(mutex);
    for (auto& [name, queue] : queues) {
      queue->lines.bring_back(now_ms);
      while (!queue->due.empty() && queue->due.begin()->first <= now_ms) {
        queue->lines.add(queue->due.begin()->second);
        queue->due.erase(queue->due.begin());
      }
      next_ms = std::min(next_ms, queue->lines.next_return_ms());
      if (!queue->due.empty()) next_ms = std::min(next_ms, queue->due.begin()->first);
      all.push_back(queue.get());
    }
  }
  for (RabbitQueue* queue : all) pump(*queue);
  return {milliseconds{std::max<std::int64_t>(next_ms - now_ms, 1)}};
}

}  // namespace thenorsound::bus
