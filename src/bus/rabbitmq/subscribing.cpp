// The consuming connection: what is declared and consumed on it, what it gives and takes.
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "bus/rabbitmq/rabbit_state.hpp"

namespace thenorsound::bus {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds idle_pause{60'000};

std::optional<Message> message_of(const std::string& body) {
  const auto value = read_json(body);
  if (!value || !value->is_object()) return {};
  return from_cloud_event(value->get_object());
}

}  // namespace

Result<void> RabbitBus::State::connected(Connection& connection) {
  Result<void> done = declare_common(connection, settings.quorum_queues);
  if (done) done = subscribe(connection);
  if (!done) return done;
  {
    const std::lock_guard lock(mutex);
    up = tried = true;
  }
  changed();
  return done;
}

Result<milliseconds> RabbitBus::State::work(Connection& connection) {
  bool ending = false;
  {
    const std::lock_guard lock(mutex);
    ending = stopping;
  }
  Result<void> done = ending ? cancel_all(connection) : subscribe(connection);
  if (done) done = send_acks(connection);
  if (done) done = answer_backlog(connection);
  if (!done) return done.error();
  return idle_pause;
}

// --- Declaring and consuming what is not yet, on this connection ---

Result<void> RabbitBus::State::subscribe(Connection& connection) {
  Result<void> done = declare_missing(connection);
  if (done) done = consume_missing(connection);
  return done;
}

Result<void> RabbitBus::State::declare_missing(Connection& connection) {
  bool declared_any = false;
  for (;;) {
    QueueSpec spec;
    std::string name;
    RabbitQueue* queue = nullptr;
    {
      const std::lock_guard lock(mutex);
      for (auto& [key, one] : queues)
        if (!one->declared) queue = one.get();
      if (queue == nullptr) break;
      spec = queue->spec;
      if (queue->broker_name.empty())
        queue->broker_name = spec.transient ? spec.name + '.' + to_hex(random_bytes(8)) : spec.name;
      name = queue->broker_name;
    }
    Result<void> done = spec.transient ? declare_transient(connection, spec, name)
                                       : declare_durable(connection, spec, settings.quorum_queues);
    if (!done) return done;
    declared_any = true;
    const std::lock_guard lock(mutex);
    queue->declared = queue->spec.patterns == spec.patterns;  // or it was declared anew meanwhile
  }
  if (declared_any) changed();
  return {};
}

Result<void> RabbitBus::State::consume_missing(Connection& connection) {
  for (;;) {
    std::vector<std::pair<std::string, Source>> wanted;
    {
      const std::lock_guard lock(mutex);
      for (auto& [key, queue] : queues) {
        const std::string& name = queue->broker_name;
        if (!queue->consumer || sources.contains(name)) continue;
        wanted.emplace_back(name, Source{queue.get(), false});
        if (!queue->spec.transient)
          wanted.emplace_back(delayed_name(name), Source{queue.get(), true});
      }
      if (letters_wanted && !sources.contains(dead_queue))
        wanted.emplace_back(dead_queue, Source{});
      for (const auto& [name, source] : wanted) sources.emplace(name, source);
    }
    if (wanted.empty()) return {};
    for (const auto& [name, source] : wanted) {
      Result<void> done =
          connection.consume(name, name, source.delayed ? delayed_prefetch : queue_prefetch);
      if (!done) return done;
    }
  }
}

Result<void> RabbitBus::State::cancel_all(Connection& connection) {
  std::map<std::string, Source> consumed;
  {
    const std::lock_guard lock(mutex);
    if (cancelled) return {};
    cancelled = true;
    consumed = sources;
  }
  for (const auto& [name, source] : consumed) {
    Result<void> done = connection.cancel(name);
    if (!done) return done;
  }
  return {};
}

// --- What comes in ---

void RabbitBus::State::on_delivery(Incoming incoming) {
  Source source;
  int connection = 0;
  {
    const std::lock_guard lock(mutex);
    const auto found = sources.find(incoming.consumer);
    if (stopping || found == sources.end()) return;  // The broker gives it again.
    source = found->second;
    connection = connections;
    if (source.queue == nullptr) ++letters_in_work;
  }
  if (source.queue == nullptr)
    spawn("dead letter", keep_letter(shared_from_this(), std::move(incoming), connection));
  else
    receive(*source.queue, source.delayed, std::move(incoming));
}

void RabbitBus::State::receive(RabbitQueue& queue, bool delayed, Incoming incoming) {
  auto message = message_of(incoming.body);
  {
    const std::lock_guard lock(mutex);
    if (message) {
      hold_locked(queue, delayed, incoming, std::move(*message));
    } else {
      log_error("a message is not readable", {{"alarm", "unreadable"}, {"queue", queue.spec.name}});
      rejects.push_back(incoming.tag);  // to the dead letters
    }
  }
  pump(queue);
}

void RabbitBus::State::hold_locked(RabbitQueue& queue, bool delayed, const Incoming& incoming,
                                   Message message) {
  if (queue.done.contains(message.id)) return acks.push_back(incoming.tag);
  const Travel& travel = incoming.travel;
  Held& held = queue.held[item_id(message, travel.attempts, travel.moves)];
  held.tags.push_back(incoming.tag);
  if (held.item) return;  // A second copy: acknowledged with the first.
  const std::int64_t now_ms = clock.now().ms;
  held.delayed = delayed;
  held.moves = travel.moves;
  held.since_ms = now_ms;
  held.item = std::make_shared<Item>();
  Item& item = *held.item;
  item.id = item_id(message, travel.attempts, travel.moves);
  item.attempts = travel.attempts;
  item.early_tries = travel.moves;
  item.early_since_ms = travel.early_since_ms;
  item.message = std::move(message);
  if (travel.due_ms <= now_ms) return queue.lines.add(held.item);
  // Another process' clock may be ahead of ours.
  queue.due.emplace(std::min(travel.due_ms, now_ms + longest_hold_ms), held.item);
  timer->wake();
}

// --- What goes out ---

Result<void> RabbitBus::State::send_acks(Connection& connection) {
  std::vector<std::uint64_t> taken, refused;
  {
    const std::lock_guard lock(mutex);
    taken.swap(acks);
    refused.swap(rejects);
  }
  for (const std::uint64_t tag : taken) {
    Result<void> done = connection.ack(tag);
    if (!done) return done;
  }
  for (const std::uint64_t tag : refused) {
    Result<void> done = connection.reject(tag);
    if (!done) return done;
  }
  return {};
}

Result<void> RabbitBus::State::answer_backlog(Connection& connection) {
  std::vector<std::string> names;
  std::vector<Resume<Result<std::int64_t>>> waiting;
  {
    const std::lock_guard lock(mutex);
    if (waiting_for_backlog.empty()) return {};
    for (const auto& [name, queue] : queues) {
      if (!queue->declared) continue;
      names.push_back(queue->broker_name);
      if (!queue->spec.transient) names.push_back(delayed_name(name));
    }
    // On failure they are answered by disconnected().
  }
  std::int64_t sum = 0;
  for (const std::string& name : names) {
    const auto count = connection.waiting_messages(name);
    if (!count) return count.error();
    sum += *count;
  }
  // What the broker gave before it counted has arrived by now.
  for (bool more = true; more;) {
    const auto received = connection.receive(*this);
    if (!received) return received.error();
    more = *received;
  }
  {
    const std::lock_guard lock(mutex);
    for (const auto& [name, queue] : queues) sum += static_cast<std::int64_t>(queue->held.size());
    waiting.swap(waiting_for_backlog);
  }
  for (auto& resume : waiting) resume(sum);
  return {};
}

// --- The end of a connection ---

void RabbitBus::State::disconnected() {
  std::vector<Resume<Result<std::int64_t>>> unanswered;
  {
    const std::lock_guard lock(mutex);
    up = false;
    tried = true;
    ++connections;
    sources.clear();
    acks.clear();
    rejects.clear();
    unanswered.swap(waiting_for_backlog);
    for (auto& [name, queue] : queues) {
      queue->declared = false;
      if (queue->spec.transient) queue->broker_name.clear();
      // What is being handled goes on; the broker gives all the rest again, perhaps to others.
      queue->lines.drop_waiting();
      queue->due.clear();
      std::erase_if(queue->held, [](const auto& entry) { return !entry.second.busy; });
      for (auto& [id, held] : queue->held) held.tags.clear();
    }
  }
  for (auto& resume : unanswered) resume(unavailable("no connection to the message broker"));
  changed();
  end_if_idle();
}

bool RabbitBus::State::finished() const {
  const std::lock_guard lock(mutex);
  return stopping && idle_locked() && acks.empty() && rejects.empty();
}

}  // namespace thenorsound::bus
