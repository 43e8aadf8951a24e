#include "store/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "base/worker_pool.hpp"
#include "store/database_names.hpp"
#include "store/sqlite/jobs.hpp"
#include "store/sqlite/moving.hpp"
#include "store/sqlite/reading.hpp"
#include "store/sqlite/schema.hpp"

namespace thenorsound::store {

using namespace sqlite;

namespace {

constexpr std::size_t max_waiting_queries = 1'024;
constexpr std::size_t max_swept = 1'000;

// Failures of the database as results; anything else is thrown.
template <class T, class Read>
Result<T> found(const Read& read) {
  try {
    return Result<T>(read());
  } catch (const Failure& failure) {
    return unavailable(failure.text);
  }
}

}  // namespace

struct SqliteDatabase::State {
  State(const std::filesystem::path& path, const SqliteSettings& settings)
      : per_service(settings.per_service),
        name((path.parent_path() / path.stem()).string()),
        extension(path.extension().string()),
        cache(settings.cache_bytes),
        workers(settings.query_threads, max_waiting_queries) {
    file(name);
  }

  // Opens or creates it, where that was not done before. Throws Failure.
  File& file(const std::string& database) {
    std::lock_guard guard(mutex);
    std::unique_ptr<File>& slot = files[database];
    if (!slot && closed) throw Failure(SQLITE_MISUSE, "the database is closed");
    if (!slot) slot = std::make_unique<File>(database + extension);
    return *slot;
  }
  File& file_of(const std::string& service, const std::string& collection) {
    return file(database_of(name, per_service, service, collection));
  }
  std::shared_ptr<Collections> service(const std::string& wanted) {
    std::lock_guard guard(mutex);
    auto& slot = services[wanted];
    if (!slot) slot = std::make_shared<Collections>(wanted);
    return slot;
  }
  std::uint32_t number_of(const std::string& collection) {
    std::lock_guard guard(mutex);
    return numbers.try_emplace(collection, static_cast<std::uint32_t>(numbers.size()))
        .first->second;
  }
  void close() {
    std::lock_guard guard(mutex);
    closed = true;
    for (auto& [database, file] : files)
      if (file) file->close();
  }

  const bool per_service;
  const std::string name;  // of the database without services: a path
  const std::string extension;
  DocumentCache cache;
  std::mutex mutex;
  bool closed = false;
  std::map<std::string, std::unique_ptr<File>> files;  // by database; none is closed alone
  std::map<std::string, std::shared_ptr<Collections>> services;
  std::map<std::string, std::uint32_t> numbers;
  WorkerPool workers;  // last: its threads use the others
};

namespace {

class SqliteStore : public MovableStore {
 public:
  SqliteStore(std::shared_ptr<SqliteDatabase::State> state, std::shared_ptr<Collections> service)
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
  Task<Result<void>> erase_traces() override;
  Task<Result<std::vector<Kept>>> scan(std::string collection, std::string after,
                                       std::size_t limit) override;
  Task<Result<void>> restore(std::string collection, std::vector<Kept> documents) override;

 private:
  // Runs `read` on a query thread.
  template <class T>
  Task<Result<T>> query(std::function<T()> read) {
    std::function<Result<T>()> work = [read = std::move(read)] { return found<T>(read); };
    return state_->workers.template call<T>(std::move(work));
  }
  // Posts a job of the file's writer and waits for its result.
  template <class T, class MakeJob>
  Task<T> write(File& file, MakeJob make_job) {
    auto start = [&file, make_job = std::move(make_job)](Resume<T> resume) mutable {
      std::unique_ptr<WriteJob> job = make_job(std::move(resume));
      if (!file.writer.post(job)) job->finish(Ending::nothing);
    };
    co_return co_await suspend<T>(std::move(start));
  }

  using Definitions = std::vector<DefinitionPtr>;
  std::map<File*, Definitions> by_file(const Definitions& definitions) const;
  Task<Result<void>> declare_in(File& file, Definitions definitions);
  Task<std::vector<CommitResult>> commit_in(File& file, std::vector<PreparedWrite> writes);
  std::vector<PendingMessage> read_outboxes(std::size_t limit);

  std::shared_ptr<SqliteDatabase::State> state_;
  std::shared_ptr<Collections> service_;
};

std::map<File*, SqliteStore::Definitions> SqliteStore::by_file(
    const Definitions& definitions) const {
  std::map<File*, Definitions> out;
  for (const DefinitionPtr& definition : definitions) out[definition->file].push_back(definition);
  return out;
}

Task<Result<void>> SqliteStore::declare(std::vector<CollectionSchema> schemas) {
  Definitions definitions;
  for (const CollectionSchema& schema : schemas) {
    auto definition = std::make_shared<Definition>(
        make_definition(service_->service(), schema, state_->number_of(schema.name)));
    const Result<File*> file =
        found<File*>([&] { return &state_->file_of(service_->service(), schema.name); });
    if (!file) co_return file.error();
    definition->file = *file;
    definitions.push_back(std::move(definition));
  }
  // Names are told apart over all files.
  File& registry = state_->file(state_->name);
  auto make_claim = [definitions](Resume<Result<void>> resume) {
    return std::make_unique<ClaimJob>(definitions, std::move(resume));
  };
  const Result<void> claimed = co_await write<Result<void>>(registry, std::move(make_claim));
  if (!claimed) co_return claimed;
  for (auto& [file, part] : by_file(definitions)) {
    const Result<void> declared = co_await declare_in(*file, part);
    if (!declared) co_return declared;
  }
  co_return Result<void>();
}

Task<Result<void>> SqliteStore::declare_in(File& file, Definitions definitions) {
  auto make_job = [service = service_,
                   definitions = std::move(definitions)](Resume<Result<void>> resume) mutable {
    return std::make_unique<DeclareJob>(std::move(service), std::move(definitions),
                                        std::move(resume));
  };
  return write<Result<void>>(file, std::move(make_job));
}

Task<Result<DocumentPtr>> SqliteStore::get(std::string collection, std::string id) {
  const DefinitionPtr definition = service_->find(collection);
  if (DocumentPtr held = state_->cache.find(definition->number, id)) co_return held;
  co_return found<DocumentPtr>([&] { return read_document(state_->cache, *definition, id); });
}

Task<Result<std::vector<DocumentPtr>>> SqliteStore::find(std::string collection, Query query) {
  std::function<std::vector<DocumentPtr>()> read = [this, definition = service_->find(collection),
                                                    query = std::move(query)] {
    return read_documents(state_->cache, *definition, query);
  };
  return this->query<std::vector<DocumentPtr>>(std::move(read));
}

Task<Result<std::int64_t>> SqliteStore::count(std::string collection, Query query) {
  std::function<std::int64_t()> read = [definition = service_->find(collection),
                                        query = std::move(query)] {
    return read_count(*definition, query);
  };
  return this->query<std::int64_t>(std::move(read));
}

Task<std::vector<CommitResult>> SqliteStore::commit(std::vector<Write> writes) {
  std::vector<CommitResult> results;
  std::vector<PreparedWrite> prepared;
  for (Write& write : writes) {
    DefinitionPtr definition = service_->find(write.collection);
    prepared.push_back(prepare(std::move(definition), std::move(write)));
  }
  // Neighbours of one file go together: nearly always all of them.
  for (auto at = prepared.begin(); at != prepared.end();) {
    File* const file = at->definition->file;
    const auto end = std::find_if(
        at, prepared.end(), [&](const PreparedWrite& w) { return w.definition->file != file; });
    std::vector<PreparedWrite> part(std::make_move_iterator(at), std::make_move_iterator(end));
    std::vector<CommitResult> done = co_await commit_in(*file, std::move(part));
    std::move(done.begin(), done.end(), std::back_inserter(results));
    at = end;
  }
  co_return results;
}

Task<std::vector<CommitResult>> SqliteStore::commit_in(File& file,
                                                       std::vector<PreparedWrite> writes) {
  auto make_job = [this,
                   writes = std::move(writes)](Resume<std::vector<CommitResult>> resume) mutable {
    return std::make_unique<CommitJob>(state_->cache, service_, std::move(writes),
                                       std::move(resume));
  };
  return write<std::vector<CommitResult>>(file, std::move(make_job));
}

Task<Result<std::vector<PendingMessage>>> SqliteStore::pending_messages(std::size_t limit) {
  if (service_->all().empty()) co_return unavailable("nothing is declared yet");
  std::function<std::vector<PendingMessage>()> read = [this, limit] {
    return read_outboxes(limit);
  };
  co_return co_await query<std::vector<PendingMessage>>(std::move(read));
}

Task<Result<void>> SqliteStore::clear_messages(std::vector<PendingMessage> published) {
  std::map<std::string, std::vector<std::int64_t>> keys;  // by collection
  for (const PendingMessage& message : published) {
    std::int64_t key = 0;
    std::from_chars(message.key.data(), message.key.data() + message.key.size(), key);
    keys[message.collection].push_back(key);
  }
  for (auto& [collection, cleared] : keys) {
    File& file = state_->file_of(service_->service(), collection);
    auto make_job = [this, cleared = std::move(cleared)](Resume<Result<void>> resume) mutable {
      return std::make_unique<ClearJob>(outbox_table(service_->service()), std::move(cleared),
                                        std::move(resume));
    };
    const Result<void> done = co_await write<Result<void>>(file, std::move(make_job));
    if (!done) co_return done;
  }
  co_return Result<void>();
}

Task<Result<std::size_t>> SqliteStore::sweep(Time now) {
  std::size_t swept = 0;
  for (auto& [file, definitions] : by_file(service_->all())) {
    const std::size_t left = max_swept - swept;
    auto make_job = [this, now, left, &definitions](Resume<Result<std::size_t>> resume) {
      return std::make_unique<SweepJob>(state_->cache, definitions, now, left, std::move(resume));
    };
    const auto done = co_await write<Result<std::size_t>>(*file, std::move(make_job));
    if (!done) co_return done;
    swept += *done;
  }
  co_return swept;
}

Task<Result<void>> SqliteStore::erase_traces() {
  for (const auto& [file, definitions] : by_file(service_->all())) {
    auto make_job = [](Resume<Result<void>> resume) {
      return std::make_unique<CompactJob>(std::move(resume));
    };
    const Result<void> done = co_await write<Result<void>>(*file, std::move(make_job));
    if (!done) co_return done;
  }
  co_return Result<void>();
}

Task<Result<std::vector<Kept>>> SqliteStore::scan(std::string collection, std::string after,
                                                  std::size_t limit) {
  std::function<std::vector<Kept>()> read = [definition = service_->find(collection),
                                             after = std::move(after), limit] {
    Readers::Lease reader = definition->file->readers.lend();
    return sqlite::scan(*reader, *definition, after, limit);
  };
  return query<std::vector<Kept>>(std::move(read));
}

Task<Result<void>> SqliteStore::restore(std::string collection, std::vector<Kept> documents) {
  DefinitionPtr definition = service_->find(collection);
  File& file = *definition->file;
  auto make_job = [this, definition = std::move(definition),
                   documents = std::move(documents)](Resume<Result<void>> resume) mutable {
    return std::make_unique<RestoreJob>(state_->cache, std::move(definition), std::move(documents),
                                        std::move(resume));
  };
  return write<Result<void>>(file, std::move(make_job));
}

// Turn by turn from each file, so that none waits for another.
std::vector<PendingMessage> SqliteStore::read_outboxes(std::size_t limit) {
  std::vector<std::vector<PendingMessage>> parts;
  for (const auto& [file, definitions] : by_file(service_->all()))
    parts.push_back(read_outbox(*file, service_->service(), limit));
  if (parts.size() == 1) return std::move(parts.front());
  std::vector<PendingMessage> pending;
  bool more = true;
  for (std::size_t i = 0; more && pending.size() < limit; ++i) {
    more = false;
    for (std::vector<PendingMessage>& part : parts)
      if (i < part.size() && pending.size() < limit) {
        pending.push_back(std::move(part[i]));
        more = true;
      }
  }
  return pending;
}

}  // namespace

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string& path,
                                                             SqliteSettings settings) {
  try {
    return std::unique_ptr<SqliteDatabase>(
        new SqliteDatabase(std::make_shared<State>(path, settings)));
  } catch (const Failure& failure) {
    return unavailable("database: " + failure.text);
  }
}

void SqliteDatabase::remove(const std::string& path) {
  const std::filesystem::path main(path);
  const std::string name = (main.parent_path() / main.stem()).string();
  std::vector<std::string> databases = databases_per_service(name);
  // The first one last: it tells what the others are.
  std::reverse(databases.begin(), databases.end());
  for (const std::string& database : databases) remove_file(database + main.extension().string());
}

SqliteDatabase::SqliteDatabase(std::shared_ptr<State> state) : state_(std::move(state)) {}

SqliteDatabase::~SqliteDatabase() { state_->close(); }

std::unique_ptr<MovableStore> SqliteDatabase::store(const std::string& service) {
  return std::make_unique<SqliteStore>(state_, state_->service(service));
}

}  // namespace thenorsound::store
