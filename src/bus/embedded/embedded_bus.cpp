#include "bus/embedded/embedded_bus.hpp"

#include "base/id.hpp"
#include "base/log.hpp"
#include "bus/embedded/embedded_state.hpp"

namespace thenorsound::bus {
namespace {

constexpr std::size_t most_queues = 1'000;

std::vector<store::CollectionSchema> schemas() {
  store::CollectionSchema queues;
  queues.name = queue_collection;
  store::CollectionSchema messages;
  messages.name = message_collection;
  messages.fields = {"queue", "due"};
  messages.indexes = {store::Index{{"queue", "due"}}};
  return {queues, messages, DeadLetterBox::schema()};
}

json::array to_array(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

std::string text_of(const json::value& value) {
  return std::string(std::string_view(value.as_string()));
}

}  // namespace

std::string document_id(const BusQueue& queue, const Message& message) {
  return queue.spec.name + ":" + message.id;
}

std::optional<Message> message_of(const json::object& body) {
  const json::value* event = body.if_contains("event");
  if (event == nullptr || !event->is_object()) return {};
  return from_cloud_event(event->get_object());
}

BusQueue::BusQueue(QueueSpec what) : spec(std::move(what)), metrics(spec.name) {}

bool BusQueue::wants(const std::string& routing_key) const {
  return std::any_of(spec.patterns.begin(), spec.patterns.end(), [&](const std::string& pattern) {
    return topic_matches(pattern, routing_key);
  });
}

// --- State: queues and publishing ---

Task<Result<void>> EmbeddedBus::State::prepare() {
  while (!is_prepared()) {
    auto join = [this](Resume<bool> resume) { begin_or_wait(std::move(resume)); };
    const bool mine = co_await suspend<bool>(std::move(join));
    if (!mine) continue;
    Result<void> done = co_await store.declare(schemas());
    std::vector<store::DocumentPtr> known_queues;
    if (done) {
      store::Query all;
      all.limit = most_queues;
      auto found = co_await store.find(std::string(queue_collection), std::move(all));
      if (found)
        known_queues = std::move(*found);
      else
        done = found.error();
    }
    end_prepare(done.has_value(), known_queues);
    if (!done) co_return done;
    start_timer();
    co_await dead_letters.refresh_gauge();
  }
  co_return Result<void>{};
}

bool EmbeddedBus::State::is_prepared() {
  const std::lock_guard lock(mutex);
  return prepared == Prepared::yes;
}

void EmbeddedBus::State::begin_or_wait(Resume<bool> resume) {
  const std::lock_guard lock(mutex);
  if (prepared == Prepared::running) return waiting_for_prepare.push_back(std::move(resume));
  const bool mine = prepared == Prepared::no;
  if (mine) prepared = Prepared::running;
  resume(mine);
}

void EmbeddedBus::State::end_prepare(bool done,
                                     const std::vector<store::DocumentPtr>& known_queues) {
  std::vector<Resume<bool>> waiting;
  {
    const std::lock_guard lock(mutex);
    prepared = done ? Prepared::yes : Prepared::no;
    waiting.swap(waiting_for_prepare);
    for (const auto& document : known_queues) {
      QueueSpec spec;
      spec.name = document->id;
      for (const json::value& pattern : document->body.at("patterns").as_array())
        spec.patterns.push_back(text_of(pattern));
      add_queue_locked(std::move(spec));
    }
  }
  for (auto& resume : waiting) resume(false);
}

BusQueue& EmbeddedBus::State::add_queue_locked(QueueSpec spec) {
  auto& place = queues[spec.name];
  if (place)
    place->spec = std::move(spec);
  else
    place = std::make_unique<BusQueue>(std::move(spec));
  return *place;
}

Task<Result<void>> EmbeddedBus::State::declare(QueueSpec spec) {
  if (!spec.transient) {
    const auto found = co_await store.get(std::string(queue_collection), spec.name);
    if (!found) co_return found.error();
    store::Write write;
    write.collection = queue_collection;
    write.id = spec.name;
    write.expected = *found ? (*found)->revision : 0;
    write.body["patterns"] = to_array(spec.patterns);
    if (!*found || (*found)->body != write.body) {
      const store::CommitResult result = co_await store.commit(std::move(write));
      if (result.outcome != store::Outcome::committed) co_return unavailable("queue not declared");
    }
  }
  const std::lock_guard lock(mutex);
  add_queue_locked(std::move(spec)).declared_here = true;
  co_return Result<void>{};
}

std::int64_t EmbeddedBus::State::due_at(std::int64_t at_ms) {
  return at_ms * 1'000'000 + static_cast<std::int64_t>(order.fetch_add(1) % 1'000'000);
}

store::Write EmbeddedBus::State::message_write(const BusQueue& queue, const Item& item,
                                               std::int64_t due) const {
  store::Write write;
  write.collection = message_collection;
  write.id = item.id;
  write.expected = item.revision;
  write.body["queue"] = queue.spec.name;
  write.body["due"] = due;
  write.body["attempts"] = item.attempts;
  write.body["event"] = to_cloud_event(item.message);
  return write;
}

Task<std::vector<bool>> EmbeddedBus::State::publish(std::vector<Message> messages) {
  std::vector<bool> done(messages.size(), is_prepared());
  if (messages.empty() || !done.front()) co_return done;
  std::vector<Copy> copies = make_copies(messages);
  std::vector<store::Write> writes;
  writes.reserve(copies.size());
  const std::int64_t now_ms = clock.now().ms;
  for (const Copy& copy : copies)
    writes.push_back(message_write(*copy.queue, *copy.item, due_at(now_ms)));
  std::vector<store::CommitResult> results;
  if (!writes.empty()) results = co_await store.commit(std::move(writes));
  for (BusQueue* queue : deliver(copies, results, done)) pump(*queue);
  co_return done;
}

// One per message and durable queue; transient queues get theirs at once.
std::vector<EmbeddedBus::State::Copy> EmbeddedBus::State::make_copies(
    const std::vector<Message>& messages) {
  std::vector<Copy> copies;
  std::vector<BusQueue*> transient;
  {
    const std::lock_guard lock(mutex);
    for (auto& [name, queue] : queues) {
      if (queue->spec.transient) transient.push_back(queue.get());
      for (std::size_t i = 0; i < messages.size(); ++i) {
        if (!queue->wants(messages[i].type)) continue;
        auto item = std::make_shared<Item>();
        item->id = document_id(*queue, messages[i]);
        item->message = messages[i];
        if (!queue->spec.transient) {
          const bool claimed = queue->known.insert(item->id).second;
          copies.push_back(Copy{i, queue.get(), std::move(item), claimed});
        } else if (queue->lines.waiting() < transient_limit) {
          queue->lines.add(std::move(item));
        }
      }
    }
  }
  for (BusQueue* queue : transient) pump(*queue);
  return copies;
}

// Returns the queues that got something.
std::vector<BusQueue*> EmbeddedBus::State::deliver(std::vector<Copy>& copies,
                                                   const std::vector<store::CommitResult>& results,
                                                   std::vector<bool>& done) {
  std::vector<BusQueue*> touched;
  const std::lock_guard lock(mutex);
  for (std::size_t i = 0; i < copies.size(); ++i) {
    Copy& copy = copies[i];
    BusQueue& queue = *copy.queue;
    if (touched.empty() || touched.back() != &queue) touched.push_back(&queue);
    const store::Outcome outcome = results[i].outcome;
    // A conflict: published before, by whoever didn't hear that it was.
    if (outcome != store::Outcome::committed && outcome != store::Outcome::conflict)
      done[copy.message] = false;
    const bool room =
        queue.lines.waiting() < window_limit && !queue.more_in_store && !queue.loading;
    if (outcome == store::Outcome::committed && copy.claimed && room && queue.consumer) {
      copy.item->revision = results[i].revision;
      queue.lines.add(std::move(copy.item));
      continue;
    }
    if (copy.claimed) queue.known.erase(copy.item->id);
    queue.more_in_store = true;
  }
  return touched;
}

// --- The port ---

EmbeddedBus::EmbeddedBus(Loops& loops, store::DocumentStore& store, const Clock& clock,
                         RetrySettings retry)
    : state_(std::make_shared<State>(loops, store, clock, std::move(retry))) {}

EmbeddedBus::~EmbeddedBus() {
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
}

Task<Result<void>> EmbeddedBus::declare(std::vector<QueueSpec> queues) {
  const auto state = state_;
  Result<void> done = co_await state->prepare();
  if (!done) co_return done;
  for (QueueSpec& spec : queues) {
    done = co_await state->declare(std::move(spec));
    if (!done) co_return done;
  }
  co_return done;
}

Task<std::vector<bool>> EmbeddedBus::publish(std::vector<Message> messages) {
  const auto state = state_;
  co_return co_await state->publish(std::move(messages));
}

void EmbeddedBus::consume(const std::string& queue, Consumer consumer) {
  state_->consume(queue, std::move(consumer));
}

Task<void> EmbeddedBus::stop() {
  const auto state = state_;
  co_await state->stop();
}

bool EmbeddedBus::ready() const {
  const std::lock_guard lock(state_->mutex);
  return state_->prepared == State::Prepared::yes && !state_->stopping;
}

Task<Result<std::vector<DeadLetter>>> EmbeddedBus::dead_letters(std::size_t limit,
                                                                std::size_t skip) {
  const auto state = state_;
  co_return co_await state->dead_letters.list(limit, skip);
}

Task<Result<std::int64_t>> EmbeddedBus::dead_letter_count() {
  const auto state = state_;
  co_return co_await state->dead_letters.count();
}

Task<Result<void>> EmbeddedBus::replay(std::string dead_letter_id) {
  const auto state = state_;
  const auto found = co_await state->dead_letters.find(dead_letter_id);
  if (!found) co_return found.error();
  const DeadLetter& letter = found->letter;
  BusQueue* queue = nullptr;
  store::Write write;
  {
    const std::lock_guard lock(state->mutex);
    const auto place = state->queues.find(letter.queue);
    if (place == state->queues.end()) co_return conflict("Its queue is not there any more.");
    queue = place->second.get();
    Item item;
    item.id = document_id(*queue, letter.message);
    item.message = letter.message;
    write = state->message_write(*queue, item, state->due_at(state->clock.now().ms));
  }
  const store::CommitResult back = co_await state->store.commit(std::move(write));
  if (back.outcome != store::Outcome::committed && back.outcome != store::Outcome::conflict)
    co_return unavailable("dead letter not put back");
  co_await state->dead_letters.erase(std::move(dead_letter_id), found->revision);
  {
    const std::lock_guard lock(state->mutex);
    queue->more_in_store = true;
  }
  state->pump(*queue);
  co_await state->dead_letters.refresh_gauge();
  co_return Result<void>{};
}

Task<Result<std::int64_t>> EmbeddedBus::backlog() {
  const auto state = state_;
  std::int64_t sum = 0;
  std::vector<std::string> durable;
  {
    const std::lock_guard lock(state->mutex);
    for (const auto& [name, queue] : state->queues) {
      if (queue->spec.transient)
        sum += static_cast<std::int64_t>(queue->lines.waiting() + queue->workers);
      else if (queue->declared_here)
        durable.push_back(name);
    }
  }
  for (const std::string& name : durable) {
    store::Query query;
    query.where.push_back({"queue", store::Op::eq, json::value(json::string(name))});
    const auto count =
        co_await state->store.count(std::string(message_collection), std::move(query));
    if (!count) co_return count.error();
    sum += *count;
  }
  co_return sum;
}

std::vector<store::CollectionSchema> EmbeddedBus::schemas() { return bus::schemas(); }

}  // namespace thenorsound::bus
