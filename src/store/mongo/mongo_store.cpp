#include "store/mongo/mongo_store.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/worker_pool.hpp"
#include "store/database_names.hpp"
#include "store/mongo/commit.hpp"
#include "store/mongo/declare.hpp"
#include "store/mongo/moving.hpp"
#include "store/mongo/reading.hpp"

namespace thenorsound::store {

using namespace mongo;

namespace {

constexpr std::size_t max_waiting_calls = 4'096;
constexpr std::size_t max_swept = 1'000;

// A key of the outbox is the revision of its commit and a number within it.
std::pair<Revision, int> age_of(const std::string& key) {
  std::pair<Revision, int> out{0, 0};
  const auto dot = std::min(key.find('.'), key.size());
  std::from_chars(key.data(), key.data() + dot, out.first);
  if (dot < key.size()) std::from_chars(key.data() + dot + 1, key.data() + key.size(), out.second);
  return out;
}

}  // namespace

struct MongoDatabase::State {
  State(MongoSettings the_settings, std::unique_ptr<Clients> the_clients)
      : settings(std::move(the_settings)),
        clients(std::move(the_clients)),
        workers(settings.threads, max_waiting_calls) {}

  std::shared_ptr<Collections> service(const std::string& name) {
    std::lock_guard guard(mutex);
    auto& found = services[name];
    if (!found) found = std::make_shared<Collections>(name);
    return found;
  }

  const MongoSettings settings;
  const std::unique_ptr<Clients> clients;
  KnownSequences sequences;
  WorkerPool workers;  // last: its threads use the others
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Collections>> services;
};

namespace {

class MongoStore : public MovableStore {
 public:
  MongoStore(std::shared_ptr<MongoDatabase::State> state, std::shared_ptr<Collections> service)
      : state_(std::move(state)), service_(std::move(service)) {}

  Task<Result<void>> declare(std::vector<CollectionSchema> schemas) override;
  Task<Result<DocumentPtr>> get(std::string collection, std::string id) override;
  Task<Result<std::vector<DocumentPtr>>> find(std::string collection, Query query) override;
  Task<Result<std::int64_t>> count(std::string collection, Query query) override;
  using DocumentStore::commit;
  Task<std::vector<CommitResult>> commit(std::vector<Write> writes) override;
  Task<Result<std::vector<PendingMessage>>> pending_messages(std::size_t limit) override;
  Task<Result<void>> clear_messages(std::vector<PendingMessage> published) override;
  void on_messages(std::function<void()> notify) override {
    service_->on_messages(std::move(notify));
  }
  Task<Result<std::size_t>> sweep(Time now) override;
  Task<Result<std::vector<Kept>>> scan(std::string collection, std::string after,
                                       std::size_t limit) override;
  Task<Result<void>> restore(std::string collection, std::vector<Kept> documents) override;

 private:
  // Runs `work` on a worker thread.
  template <class T>
  Task<Result<T>> call(std::function<Result<T>()> work) {
    return state_->workers.template call<T>(std::move(work));
  }

  Result<std::vector<PendingMessage>> oldest_messages(std::size_t limit);

  std::shared_ptr<MongoDatabase::State> state_;
  std::shared_ptr<Collections> service_;
};

Task<Result<void>> MongoStore::declare(std::vector<CollectionSchema> schemas) {
  std::vector<DefinitionPtr> definitions;
  for (const CollectionSchema& schema : schemas) {
    const std::string database = database_of(
        state_->settings.database, state_->settings.per_service, service_->service(), schema.name);
    definitions.push_back(
        std::make_shared<Definition>(make_definition(service_->service(), database, schema)));
  }
  std::function<Result<void>()> work = [state = state_.get(), service = service_,
                                        definitions = std::move(definitions)]() -> Result<void> {
    Clients::Lease client(*state->clients);
    for (const DefinitionPtr& definition : definitions)
      if (Result<void> done = mongo::declare(client, state->settings, *definition); !done)
        return done;
    service->install(definitions);
    return {};
  };
  return call<void>(std::move(work));
}

Task<Result<DocumentPtr>> MongoStore::get(std::string collection, std::string id) {
  std::function<Result<DocumentPtr>()> work =
      [state = state_.get(), definition = service_->find(collection), id = std::move(id)] {
        return read_one(*state->clients, state->sequences, *definition, id);
      };
  return call<DocumentPtr>(std::move(work));
}

Task<Result<std::vector<DocumentPtr>>> MongoStore::find(std::string collection, Query query) {
  std::function<Result<std::vector<DocumentPtr>>()> work =
      [state = state_.get(), definition = service_->find(collection), query = std::move(query)] {
        return read_many(*state->clients, state->sequences, *definition, query);
      };
  return call<std::vector<DocumentPtr>>(std::move(work));
}

Task<Result<std::int64_t>> MongoStore::count(std::string collection, Query query) {
  std::function<Result<std::int64_t>()> work =
      [state = state_.get(), definition = service_->find(collection), query = std::move(query)] {
        return read_count(*state->clients, *definition, query);
      };
  return call<std::int64_t>(std::move(work));
}

Task<std::vector<CommitResult>> MongoStore::commit(std::vector<Write> writes) {
  std::vector<CommitResult> results(writes.size());
  if (writes.empty()) co_return results;
  auto prepared = std::make_shared<std::vector<PreparedWrite>>();
  bool tells = false;
  for (Write& write : writes) {
    tells = tells || !write.messages.empty();
    DefinitionPtr definition = service_->find(write.collection);
    prepared->push_back(prepare(std::move(definition), std::move(write)));
  }
  std::function<Result<std::vector<CommitResult>>()> work =
      [state = state_.get(), prepared]() -> Result<std::vector<CommitResult>> {
    std::vector<CommitResult> done;
    for (const PreparedWrite& write : *prepared)
      done.push_back(mongo::commit(*state->clients, state->sequences, write));
    return done;
  };
  Result<std::vector<CommitResult>> done =
      co_await call<std::vector<CommitResult>>(std::move(work));
  if (!done) {  // No worker took it.
    for (CommitResult& result : results) result.outcome = Outcome::refused;
    co_return results;
  }
  if (tells) service_->notify();
  co_return std::move(*done);
}

Result<std::vector<PendingMessage>> MongoStore::oldest_messages(std::size_t limit) {
  std::vector<PendingMessage> all;
  for (const DefinitionPtr& definition : service_->all()) {
    auto found = read_outbox(*state_->clients, *definition, limit);
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return age_of(a.key) < age_of(b.key); });
  if (all.size() > limit) all.resize(limit);
  return all;
}

Task<Result<std::vector<PendingMessage>>> MongoStore::pending_messages(std::size_t limit) {
  std::function<Result<std::vector<PendingMessage>>()> work = [this, limit] {
    return oldest_messages(limit);
  };
  return call<std::vector<PendingMessage>>(std::move(work));
}

Task<Result<void>> MongoStore::clear_messages(std::vector<PendingMessage> published) {
  std::map<std::string, std::vector<PendingMessage>> by_collection;
  for (PendingMessage& message : published)
    by_collection[message.collection].push_back(std::move(message));
  std::function<Result<void>()> work = [this, by_collection =
                                                  std::move(by_collection)]() -> Result<void> {
    for (const auto& [collection, messages] : by_collection) {
      const DefinitionPtr definition = service_->find(collection);
      if (Result<void> done = clear_outbox(*state_->clients, *definition, messages); !done)
        return done;
    }
    return {};
  };
  return call<void>(std::move(work));
}

Task<Result<std::size_t>> MongoStore::sweep(Time now) {
  std::function<Result<std::size_t>()> work = [this, now]() -> Result<std::size_t> {
    std::size_t swept = 0;
    for (const DefinitionPtr& definition : service_->all()) {
      if (definition->expires_field.empty() || swept >= max_swept) continue;
      auto done = mongo::sweep(*state_->clients, *definition, now, max_swept - swept);
      if (!done) return done;
      swept += *done;
    }
    return swept;
  };
  return call<std::size_t>(std::move(work));
}

Task<Result<std::vector<Kept>>> MongoStore::scan(std::string collection, std::string after,
                                                 std::size_t limit) {
  std::function<Result<std::vector<Kept>>()> work =
      [state = state_.get(), definition = service_->find(collection), after = std::move(after),
       limit] { return mongo::scan(*state->clients, *definition, after, limit); };
  return call<std::vector<Kept>>(std::move(work));
}

Task<Result<void>> MongoStore::restore(std::string collection, std::vector<Kept> documents) {
  std::function<Result<void>()> work = [state = state_.get(),
                                        definition = service_->find(collection),
                                        documents = std::move(documents)] {
    return mongo::restore(*state->clients, *definition, documents);
  };
  return call<void>(std::move(work));
}

}  // namespace

Result<std::unique_ptr<MongoDatabase>> MongoDatabase::open(MongoSettings settings) {
  auto clients = Clients::make(settings);
  if (!clients) return clients.error();
  return std::unique_ptr<MongoDatabase>(
      new MongoDatabase(std::make_shared<State>(std::move(settings), std::move(*clients))));
}

MongoDatabase::MongoDatabase(std::shared_ptr<State> state) : state_(std::move(state)) {}

MongoDatabase::~MongoDatabase() = default;

std::unique_ptr<MovableStore> MongoDatabase::store(const std::string& service) {
  return std::make_unique<MongoStore>(state_, state_->service(service));
}

}  // namespace thenorsound::store
