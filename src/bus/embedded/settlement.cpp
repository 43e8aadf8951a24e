// What is written of messages that a consumer is done with, in groups, until it is there.
#include "bus/embedded/embedded_state.hpp"

namespace thenorsound::bus {
namespace {
constexpr std::chrono::milliseconds settle_pause{100};
constexpr int settle_attempts_at_end = 20;
}  // namespace

void EmbeddedBus::State::settle_locked(Settlement settlement) {
  settlements.push_back(std::move(settlement));
  if (settling) return;
  settling = true;
  spawn("bus settlement", settle_all(shared_from_this()));
}

Task<void> EmbeddedBus::State::settle_all(std::shared_ptr<State> state) {
  for (;;) {
    std::vector<Settlement> batch = state->take_settlements();
    if (batch.empty()) break;
    std::vector<Settlement> open = co_await state->settle(std::move(batch));
    if (open.empty()) continue;
    co_await sleep_for(settle_pause);
    state->put_back(std::move(open));
  }
  state->end_if_idle();
}

std::vector<Settlement> EmbeddedBus::State::take_settlements() {
  const std::lock_guard lock(mutex);
  std::vector<Settlement> batch;
  batch.swap(settlements);
  if (batch.empty()) settling = false;
  return batch;
}

void EmbeddedBus::State::put_back(std::vector<Settlement> open) {
  const std::lock_guard lock(mutex);
  for (Settlement& settlement : open)
    if (!stopping || ++settlement.attempts < settle_attempts_at_end)
      settlements.push_back(std::move(settlement));
}

// Returns what could not be written yet.
Task<std::vector<Settlement>> EmbeddedBus::State::settle(std::vector<Settlement> batch) {
  std::vector<store::Write> letters;
  for (const Settlement& settlement : batch)
    if (settlement.dead_letter) letters.push_back(*settlement.dead_letter);
  const bool buried = !letters.empty();
  std::vector<store::CommitResult> letter_results;
  if (buried) letter_results = co_await store.commit(std::move(letters));
  std::vector<Settlement> open, ready;
  std::size_t next_letter = 0;
  for (Settlement& settlement : batch) {
    bool may_go = true;
    if (settlement.dead_letter) {
      const store::Outcome outcome = letter_results[next_letter++].outcome;
      may_go = outcome == store::Outcome::committed || outcome == store::Outcome::conflict;
    }
    (may_go ? ready : open).push_back(std::move(settlement));
  }
  std::vector<store::Write> writes;
  writes.reserve(ready.size());
  for (const Settlement& settlement : ready) writes.push_back(settlement.write);
  std::vector<store::CommitResult> results;
  if (!writes.empty()) results = co_await store.commit(std::move(writes));
  for (std::size_t i = 0; i < ready.size(); ++i) {
    bool written = results[i].outcome == store::Outcome::committed;
    if (!written) written = co_await is_settled(ready[i]);
    if (written)
      settled(ready[i]);
    else
      open.push_back(std::move(ready[i]));
  }
  if (buried) co_await dead_letters.refresh_gauge();
  co_return open;
}

void EmbeddedBus::State::settled(const Settlement& settlement) {
  const std::lock_guard lock(mutex);
  BusQueue& queue = *settlement.queue;
  // What is being read may still show it: memory answers for it until that is over.
  if (queue.loading)
    queue.settled_while_loading.push_back(settlement.item->id);
  else
    queue.known.erase(settlement.item->id);
  if (settlement.due_ms == never_ms) return;
  queue.next_due_ms = std::min(queue.next_due_ms, settlement.due_ms);
  timer->wake();
}

// After a write that failed or is in doubt: did it happen, or has somebody else removed it?
Task<bool> EmbeddedBus::State::is_settled(Settlement& settlement) {
  const auto found = co_await store.get(settlement.write.collection, settlement.write.id);
  if (!found) co_return false;
  if (!*found) co_return true;
  settlement.write.expected = (*found)->revision;
  co_return !settlement.write.erase && (*found)->body == settlement.write.body;
}

}  // namespace thenorsound::bus
