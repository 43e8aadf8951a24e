#include "store/modify_queue.hpp"

#include <array>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <exception>
#include <random>
#include <span>

#include "base/loops.hpp"

namespace thenorsound::store {
namespace {

constexpr std::size_t shard_count = 16;
constexpr int first_pause_ms = 1;
constexpr int longest_pause_ms = 250;

// How a change ended; a bug in it is thrown where it was asked for.
struct Ended {
  Result<void> result;
  std::exception_ptr bug;
};

struct Waiting {
  Trace trace;
  ChangeFunction change;
  Resume<Ended> resume;
  // Of the latest application.
  Ended ended;
  bool changed = false;
};
using WaitingPtr = std::unique_ptr<Waiting>;
using Batch = std::vector<WaitingPtr>;

struct Shard {
  std::mutex mutex;
  // A document has an entry while a coroutine serves its changes.
  std::unordered_map<std::string, std::deque<WaitingPtr>> lines;
};

Error in_doubt() { return unavailable("in-doubt"); }
Error absent() { return make_error(Code::not_found, "It does not exist.", "absent"); }
Error duplicate(const std::string& field) {
  return make_error(Code::conflict, "Something else already has the same " + field + ".",
                    "duplicate:" + field);
}

void end_all(std::span<const WaitingPtr> batch, const Error& error) {
  for (const WaitingPtr& waiting : batch) waiting->ended = Ended{error, nullptr};
}

Task<void> pause(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int longest = std::min(longest_pause_ms, first_pause_ms << std::min(attempt, 10));
  const int ms = std::uniform_int_distribution<int>(longest / 2, longest)(random);
  return sleep_for(std::chrono::milliseconds(ms));
}

}  // namespace

// Outlives the queue while a coroutine still serves one of its documents.
struct ModifyQueue::Shared {
  Shared(DocumentStore& the_store, const Clock& the_clock, std::string the_collection,
         std::string the_source)
      : store(the_store),
        clock(the_clock),
        collection(std::move(the_collection)),
        source(std::move(the_source)) {}

  struct Target {
    std::string id;
    ReadState read;
    WriteState write;
  };
  enum class Next { settled, again, one_by_one };

  // Serves the changes of one document, one batch after another, until none waits.
  static Task<void> serve(std::shared_ptr<Shared> self, Target target);
  // Gives each of `batch` how it ended. `target` and `batch` are the awaiting caller's.
  Task<void> settle(const Target& target, std::span<const WaitingPtr> batch);
  Task<void> repeat(const Target& target, std::span<const WaitingPtr> batch);
  Task<Next> attempt(const Target& target, std::span<const WaitingPtr> batch);

  // True when this caller has to start serving.
  bool enqueue(const std::string& id, WaitingPtr waiting);
  Batch take(const std::string& id);
  void apply(Waiting& waiting, std::shared_ptr<void>& state, Write& write) const;
  void complete(const Trace& trace, Outgoing out, Write& write) const;
  Next conclude(const CommitResult& committed, std::span<const WaitingPtr> batch) const;
  Shard& shard(const std::string& id) { return shards[std::hash<std::string>{}(id) % shard_count]; }

  DocumentStore& store;
  const Clock& clock;
  const std::string collection;
  const std::string source;
  std::array<Shard, shard_count> shards;
};

ModifyQueue::ModifyQueue(DocumentStore& store, const Clock& clock, std::string collection,
                         std::string source)
    : shared_(std::make_shared<Shared>(store, clock, std::move(collection), std::move(source))) {}

ModifyQueue::~ModifyQueue() = default;

Task<Result<void>> ModifyQueue::modify(Trace trace, std::string id, ChangeFunction change,
                                       ReadState read, WriteState write) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  auto waiting = std::make_unique<Waiting>();
  waiting->trace = std::move(trace);
  waiting->change = std::move(change);
  auto start = [shared = shared_, executor, target = Shared::Target{std::move(id), read, write},
                waiting = std::move(waiting)](Resume<Ended> resume) mutable {
    waiting->resume = std::move(resume);
    // Not by this caller itself: it may be cancelled, the others' changes go on.
    if (shared->enqueue(target.id, std::move(waiting)))
      spawn_here("modify", executor, Shared::serve(shared, std::move(target)));
  };
  Ended ended = co_await suspend<Ended>(std::move(start));
  if (ended.bug) std::rethrow_exception(ended.bug);
  co_return std::move(ended.result);
}

bool ModifyQueue::Shared::enqueue(const std::string& id, WaitingPtr waiting) {
  Shard& at = shard(id);
  {
    std::lock_guard lock(at.mutex);
    const auto [line, is_new] = at.lines.try_emplace(id);
    if (line->second.size() < max_waiting_per_document) {
      line->second.push_back(std::move(waiting));
      return is_new;
    }
  }
  waiting->resume(Ended{unavailable("too many changes wait for one document"), nullptr});
  return false;
}

Batch ModifyQueue::Shared::take(const std::string& id) {
  Shard& at = shard(id);
  std::lock_guard lock(at.mutex);
  const auto line = at.lines.find(id);
  Batch batch;
  while (!line->second.empty() && batch.size() < max_together) {
    batch.push_back(std::move(line->second.front()));
    line->second.pop_front();
  }
  if (batch.empty()) at.lines.erase(line);
  return batch;
}

Task<void> ModifyQueue::Shared::serve(std::shared_ptr<Shared> self, Target target) {
  for (;;) {
    const Batch batch = self->take(target.id);
    if (batch.empty()) co_return;
    co_await self->settle(target, batch);
    for (const WaitingPtr& waiting : batch) waiting->resume(std::move(waiting->ended));
  }
}

Task<void> ModifyQueue::Shared::settle(const Target& target, std::span<const WaitingPtr> batch) {
  std::exception_ptr bug;
  try {
    co_await repeat(target, batch);
  } catch (...) {
    bug = std::current_exception();
  }
  if (!bug) co_return;
  for (const WaitingPtr& waiting : batch) waiting->ended.bug = bug;
}

Task<void> ModifyQueue::Shared::repeat(const Target& target, std::span<const WaitingPtr> batch) {
  for (int tried = 0; tried < max_attempts; ++tried) {
    if (tried > 0) co_await pause(tried);
    const Next next = co_await attempt(target, batch);
    if (next == Next::settled) co_return;
    if (next == Next::again) continue;
    // A unique index refuses one of them: together they all would fail.
    for (std::size_t i = 0; i < batch.size(); ++i) co_await settle(target, batch.subspan(i, 1));
    co_return;
  }
  end_all(batch, unavailable("too many conflicts on one document"));
}

Task<ModifyQueue::Shared::Next> ModifyQueue::Shared::attempt(const Target& target,
                                                             std::span<const WaitingPtr> batch) {
  const Result<DocumentPtr> found = co_await store.get(collection, target.id);
  if (!found || !*found) {
    end_all(batch, found ? absent() : found.error());
    co_return Next::settled;
  }
  Write write;
  write.collection = collection;
  write.id = target.id;
  write.expected = (*found)->revision;
  std::shared_ptr<void> state = target.read((*found)->body);
  for (const WaitingPtr& waiting : batch) apply(*waiting, state, write);
  const bool any = std::any_of(batch.begin(), batch.end(),
                               [](const WaitingPtr& waiting) { return waiting->changed; });
  if (!any) co_return Next::settled;
  write.body = target.write(state);
  const CommitResult committed = co_await store.commit(std::move(write));
  co_return conclude(committed, batch);
}

void ModifyQueue::Shared::apply(Waiting& waiting, std::shared_ptr<void>& state,
                                Write& write) const {
  waiting.ended = {};
  waiting.changed = false;
  Outgoing out;
  try {
    const Result<Change> change = waiting.change(state, out);
    if (!change) waiting.ended.result = change.error();
    waiting.changed = change && *change == Change::yes;
  } catch (...) {
    waiting.ended.bug = std::current_exception();
  }
  if (waiting.changed) complete(waiting.trace, std::move(out), write);
}

void ModifyQueue::Shared::complete(const Trace& trace, Outgoing out, Write& write) const {
  const Time now = clock.now();
  for (Outgoing::Item& item : out.items) {
    Message message;
    message.id = new_id("msg", now);
    if (item.source.empty()) item.source = source;
    message.source = std::move(item.source);
    message.type = std::move(item.type);
    message.subject = write.id;
    message.time = now;
    message.traceparent = trace.traceparent;
    message.data = std::move(item.data);
    write.messages.push_back(std::move(message));
  }
}

ModifyQueue::Shared::Next ModifyQueue::Shared::conclude(const CommitResult& committed,
                                                        std::span<const WaitingPtr> batch) const {
  switch (committed.outcome) {
    case Outcome::committed:
      return Next::settled;
    case Outcome::conflict:
      return Next::again;
    case Outcome::duplicate:
      if (batch.size() > 1) return Next::one_by_one;
      end_all(batch, duplicate(committed.violated_field));
      return Next::settled;
    // The refusals among them were judged by changes that may not have happened.
    case Outcome::refused:
      end_all(batch, unavailable("refused"));
      return Next::settled;
    case Outcome::in_doubt:
      end_all(batch, in_doubt());
      return Next::settled;
  }
  return Next::settled;
}

Task<Result<void>> ModifyQueue::insert(Trace trace, std::string id, json::object body,
                                       Outgoing out) {
  Write write;
  write.collection = shared_->collection;
  write.id = std::move(id);
  write.body = std::move(body);
  shared_->complete(trace, std::move(out), write);
  const CommitResult done = co_await shared_->store.commit(std::move(write));
  switch (done.outcome) {
    case Outcome::committed:
      co_return Result<void>();
    case Outcome::conflict:
      co_return make_error(Code::conflict, "It exists already.", "exists");
    case Outcome::duplicate:
      co_return duplicate(done.violated_field);
    case Outcome::refused:
      co_return unavailable("refused");
    case Outcome::in_doubt:
      break;
  }
  co_return in_doubt();
}

Task<Result<void>> ModifyQueue::erase(std::string id) {
  const std::shared_ptr<Shared> shared = shared_;
  for (int tried = 0; tried < max_attempts; ++tried) {
    if (tried > 0) co_await pause(tried);
    const Result<DocumentPtr> found = co_await shared->store.get(shared->collection, id);
    if (!found) co_return found.error();
    if (!*found) co_return Result<void>();
    Write write;
    write.collection = shared->collection;
    write.id = id;
    write.expected = (*found)->revision;
    write.erase = true;
    const CommitResult done = co_await shared->store.commit(std::move(write));
    if (done.outcome == Outcome::committed) co_return Result<void>();
    if (done.outcome == Outcome::in_doubt) co_return in_doubt();
    if (done.outcome == Outcome::refused) co_return unavailable("refused");
  }
  co_return unavailable("too many conflicts on one document");
}

}  // namespace thenorsound::store
