#include "bus/rabbitmq/rabbit_bus.hpp"

#include "base/log.hpp"
#include "bus/rabbitmq/rabbit_state.hpp"

namespace thenorsound::bus {
namespace {

constexpr std::int64_t unroutable_again_ms = minute_ms;

RabbitAddress address_of(const RabbitSettings& settings) {
  const auto address = rabbit_address(settings.url);
  if (!address) throw UnexpectedFailure(address.error().message);
  return *address;
}

Error no_letters() { return unavailable("dead letters are kept by another process"); }

}  // namespace

void Recent::add(const std::string& id) {
  if (!ids_.insert(id).second) return;
  order_.push_back(id);
  if (order_.size() <= remembered_limit) return;
  ids_.erase(order_.front());
  order_.pop_front();
}

std::string item_id(const Message& message, int attempts, int moves) {
  return message.id + '|' + std::to_string(attempts) + '|' + std::to_string(moves);
}

Outgoing onward(const Message& message, const Travel& travel) {
  Outgoing out;
  out.id = message.id;
  out.type = message.type;
  out.travel = travel;
  out.body = write_json(to_cloud_event(message));
  return out;
}

// --- State: queues and publishing ---

RabbitBus::State::State(Loops& on, const Clock& time, const RabbitAddress& address,
                        const RabbitSettings& given, RetrySettings retries,
                        store::DocumentStore* dead_letters)
    : loops(on),
      clock(time),
      settings(given),
      retry(std::move(retries)),
      letter_store(dead_letters),
      publisher(address, given, [this] { changed(); }),
      link("consuming", address, given, *this) {
  if (letter_store != nullptr) letters.emplace(*letter_store);
}

void RabbitBus::State::start() {
  start_timer();
  publisher.start();
  link.start();
}

void RabbitBus::State::end() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
  }
  link.stop();
  publisher.stop();
}

std::vector<std::string> RabbitBus::State::add_queues(std::vector<QueueSpec> specs) {
  std::vector<std::string> names;
  std::vector<QueueSpec> durable;
  {
    const std::lock_guard lock(mutex);
    for (QueueSpec& spec : specs) {
      names.push_back(spec.name);
      auto& place = queues[spec.name];
      const bool known = place && place->spec.patterns == spec.patterns;
      if (known && place->declared) continue;
      if (!spec.transient) durable.push_back(spec);
      if (!place) {
        place = std::make_unique<RabbitQueue>(std::move(spec));
      } else {
        place->declared = false;
        place->spec = std::move(spec);
      }
    }
  }
  for (QueueSpec& spec : durable) publisher.declare(std::move(spec));
  link.wake();
  return names;
}

Task<Result<void>> RabbitBus::State::declare(std::vector<QueueSpec> specs) {
  for (const QueueSpec& spec : specs) {
    std::string fault = fault_of(spec);
    if (!fault.empty()) co_return make_error(Code::validation_error, std::move(fault));
  }
  if (letter_store != nullptr) {
    std::vector<store::CollectionSchema> schemas;
    schemas.push_back(DeadLetterBox::schema());
    const Result<void> done = co_await letter_store->declare(std::move(schemas));
    if (!done) co_return done;
    co_await letters->refresh_gauge();
    const std::lock_guard lock(mutex);
    letters_wanted = true;
  }
  const std::vector<std::string> names = add_queues(std::move(specs));
  for (bool settled = false; !settled;) {
    auto wait = [this, &names, &settled](Resume<bool> resume) {
      const std::lock_guard lock(mutex);
      settled = settled_locked(names);
      if (settled) return resume(true);
      waiting_for_change.push_back(std::move(resume));
    };
    co_await suspend<bool>(std::move(wait));
  }
  co_return Result<void>{};
}

// Declared on both connections; or the broker is away, and it will be done when it is back.
bool RabbitBus::State::settled_locked(const std::vector<std::string>& names) const {
  if (stopping) return true;
  if ((tried && !up) || (publisher.tried() && !publisher.up())) return true;
  return up && publisher.up() && std::all_of(names.begin(), names.end(), [&](const auto& name) {
           const RabbitQueue& queue = *queues.at(name);
           return queue.declared && (queue.spec.transient || publisher.has_declared(name));
         });
}

void RabbitBus::State::changed() {
  std::vector<Resume<bool>> waiting;
  {
    const std::lock_guard lock(mutex);
    waiting.swap(waiting_for_change);
  }
  for (auto& resume : waiting) resume(true);
}

bool RabbitBus::State::ready() const {
  const std::lock_guard lock(mutex);
  return up && publisher.up() && !stopping;
}

Task<std::vector<bool>> RabbitBus::State::publish(std::vector<Message> messages) {
  std::vector<Outgoing> outgoing;
  outgoing.reserve(messages.size());
  for (const Message& message : messages) {
    Outgoing& out = outgoing.emplace_back(onward(message, Travel()));
    out.exchange = events_exchange;
    out.routing_key = message.type;
    const auto& optional = settings.optional_types;
    out.mandatory = std::find(optional.begin(), optional.end(), message.type) == optional.end();
  }
  const auto outcomes = co_await publisher.publish(std::move(outgoing));
  std::vector<bool> done;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    done.push_back(outcomes[i] == Publisher::Outcome::confirmed);
    if (outcomes[i] == Publisher::Outcome::unroutable) tell_of_unroutable(messages[i].type);
  }
  co_return done;
}

void RabbitBus::State::tell_of_unroutable(const std::string& type) {
  counter("thenorsound_bus_unroutable_total", "Messages that no queue wanted", {{"type", type}})
      .add();
  {
    const std::lock_guard lock(mutex);
    std::int64_t& told_ms = told_unroutable_ms[type];
    const std::int64_t now_ms = clock.now().ms;
    if (told_ms != 0 && now_ms - told_ms < unroutable_again_ms) return;
    told_ms = now_ms;
  }
  log_error("no queue wants a message", {{"alarm", "unroutable"}, {"type", type}});
}

void RabbitBus::State::consume(const std::string& name, Consumer consumer) {
  {
    const std::lock_guard lock(mutex);
    const auto found = queues.find(name);
    if (found == queues.end()) throw UnexpectedFailure("queue not declared: " + name);
    found->second->consumer = std::move(consumer);
  }
  link.wake();
}

// --- State: dead letters, backlog, end ---

Task<Result<void>> RabbitBus::State::replay(DeadLetter letter) {
  Outgoing out = onward(letter.message, Travel());
  out.routing_key = letter.queue;  // The exchange without a name leads straight to the queue.
  std::vector<Outgoing> outgoing;
  outgoing.push_back(std::move(out));
  const auto outcomes = co_await publisher.publish(std::move(outgoing));
  if (outcomes.front() == Publisher::Outcome::unroutable)
    co_return conflict("Its queue is not there any more.");
  if (outcomes.front() != Publisher::Outcome::confirmed)
    co_return unavailable("dead letter not put back");
  co_return Result<void>{};
}

Task<Result<std::int64_t>> RabbitBus::State::backlog() {
  auto wait = [this](Resume<Result<std::int64_t>> resume) {
    {
      const std::lock_guard lock(mutex);
      if (!up) return resume(unavailable("no connection to the message broker"));
      waiting_for_backlog.push_back(std::move(resume));
    }
    link.wake();
  };
  co_return co_await suspend<Result<std::int64_t>>(std::move(wait));
}

Task<void> RabbitBus::State::stop() {
  auto wait = [this](Resume<bool> resume) {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      waiting_for_end.push_back(std::move(resume));
    }
    end_if_idle();
  };
  co_await suspend<bool>(std::move(wait));
  changed();
  co_await timer->stop();
}

bool RabbitBus::State::idle_locked() const {
  return letters_in_work == 0 && std::all_of(queues.begin(), queues.end(), [](const auto& entry) {
           return entry.second->workers == 0;
         });
}

// While connected the link's thread ends it, after the last acknowledgement.
void RabbitBus::State::end_if_idle() {
  std::vector<Resume<bool>> waiting;
  {
    const std::lock_guard lock(mutex);
    if (!stopping || !idle_locked()) return;
    if (!up) waiting.swap(waiting_for_end);
  }
  link.wake();
  for (auto& resume : waiting) resume(true);
}

// --- The port ---

RabbitBus::RabbitBus(Loops& loops, const Clock& clock, RabbitSettings settings, RetrySettings retry,
                     store::DocumentStore* dead_letters)
    : state_(std::make_shared<State>(loops, clock, address_of(settings), settings, std::move(retry),
                                     dead_letters)) {
  state_->start();
}

RabbitBus::~RabbitBus() { state_->end(); }

Task<Result<void>> RabbitBus::declare(std::vector<QueueSpec> queues) {
  const auto state = state_;
  co_return co_await state->declare(std::move(queues));
}

Task<std::vector<bool>> RabbitBus::publish(std::vector<Message> messages) {
  const auto state = state_;
  co_return co_await state->publish(std::move(messages));
}

void RabbitBus::consume(const std::string& queue, Consumer consumer) {
  state_->consume(queue, std::move(consumer));
}

Task<void> RabbitBus::stop() {
  const auto state = state_;
  co_await state->stop();
}

bool RabbitBus::ready() const { return state_->ready(); }

Task<Result<std::vector<DeadLetter>>> RabbitBus::dead_letters(std::size_t limit, std::size_t skip) {
  const auto state = state_;
  if (!state->letters) co_return no_letters();
  co_return co_await state->letters->list(limit, skip);
}

Task<Result<std::int64_t>> RabbitBus::dead_letter_count() {
  const auto state = state_;
  if (!state->letters) co_return no_letters();
  co_return co_await state->letters->count();
}

Task<Result<void>> RabbitBus::replay(std::string dead_letter_id) {
  const auto state = state_;
  if (!state->letters) co_return no_letters();
  auto found = co_await state->letters->find(dead_letter_id);
  if (!found) co_return found.error();
  const Result<void> done = co_await state->replay(std::move(found->letter));
  if (!done) co_return done;
  co_await state->letters->erase(std::move(dead_letter_id), found->revision);
  co_await state->letters->refresh_gauge();
  co_return Result<void>{};
}

Task<Result<std::int64_t>> RabbitBus::backlog() {
  const auto state = state_;
  co_return co_await state->backlog();
}

}  // namespace thenorsound::bus
