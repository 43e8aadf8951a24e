#include "store/sqlite/sqlite_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <map>

#include "base/worker_pool.hpp"
#include "store/sqlite/jobs.hpp"
#include "store/sqlite/query_sql.hpp"
#include "store/sqlite/readers.hpp"
#include "store/sqlite/schema.hpp"

namespace thenorsound::store {

using namespace sqlite;

namespace {

constexpr std::size_t max_waiting_queries = 1'024;

// Locks "<path>.lock"; the lock ends with the process, however it ends.
class FileLock {
 public:
  explicit FileLock(const std::string& path)
      : file_(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_ < 0)
      throw Failure(SQLITE_CANTOPEN, "no lock file at " + path + ": " + std::strerror(errno));
    if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(file_);
    throw Failure(SQLITE_BUSY, path + " is in use by another process");
  }
  ~FileLock() { ::close(file_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_;
};

std::unique_ptr<Connection> open_for_writing(const std::string& path) {
  // Personal data: for this user only. SQLite gives its other files the same mode.
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw Failure(SQLITE_CANTOPEN, path + ": " + std::strerror(errno));
  ::close(file);
  auto connection = std::make_unique<Connection>(path, Connection::Use::write);
  // A failed fsync must not be papered over by the checkpoint of a clean close.
  sqlite3_db_config(connection->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  connection->execute(
      "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA wal_autocheckpoint=0;"
      "PRAGMA journal_size_limit=67108864;PRAGMA secure_delete=FAST;PRAGMA cache_size=-32768");
  create_common_tables(*connection);
  return connection;
}

// What a query thread found: a result, or a programming error to throw on the caller's side.
template <class T>
struct Answer {
  Answer(Result<T> found, std::exception_ptr problem)
      : result(std::move(found)), bug(std::move(problem)) {}
  Result<T> result;
  std::exception_ptr bug;
};

template <class T, class Read>
Answer<T> answer(const Read& read) {
  try {
    return {Result<T>(read()), nullptr};
  } catch (const Failure& failure) {
    return {Result<T>(unavailable(failure.text)), nullptr};
  } catch (...) {
    return {Result<T>(unavailable("bug")), std::current_exception()};
  }
}

}  // namespace

struct SqliteDatabase::State {
  State(const std::string& path, const SqliteSettings& settings)
      : lock(path),
        cache(settings.cache_bytes),
        writer(open_for_writing(path)),
        readers(path),
        workers(settings.query_threads, max_waiting_queries) {}

  std::shared_ptr<Collections> service(const std::string& name) {
    std::lock_guard guard(mutex);
    auto& found = services[name];
    if (!found) found = std::make_shared<Collections>(name);
    return found;
  }
  std::uint32_t number_of(const std::string& collection) {
    std::lock_guard guard(mutex);
    return numbers.try_emplace(collection, static_cast<std::uint32_t>(numbers.size()))
        .first->second;
  }
  void close() {
    readers.close();
    writer.stop();
  }

  FileLock lock;
  DocumentCache cache;
  Plans plans;
  Writer writer;
  Readers readers;
  WorkerPool workers;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Collections>> services;
  std::map<std::string, std::uint32_t> numbers;
};

namespace {

class SqliteStore : public DocumentStore {
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

 private:
  // Runs `read` on a query thread.
  template <class T>
  Task<Result<T>> query(std::function<T()> read) {
    std::function<Answer<T>()> work = [read = std::move(read)] { return answer<T>(read); };
    Result<Answer<T>> got = co_await state_->workers.template run<Answer<T>>(std::move(work));
    if (!got) co_return got.error();
    if (got->bug) std::rethrow_exception(got->bug);
    co_return std::move(got->result);
  }
  // Posts a job of the writer and waits for its result.
  template <class T, class MakeJob>
  Task<T> write(MakeJob make_job) {
    auto start = [this, make_job = std::move(make_job)](Resume<T> resume) mutable {
      std::unique_ptr<WriteJob> job = make_job(std::move(resume));
      if (!state_->writer.post(job)) job->finish(Ending::nothing);
    };
    co_return co_await suspend<T>(std::move(start));
  }

  DocumentPtr read_document(const Definition& definition, const std::string& id);
  std::vector<DocumentPtr> read_documents(const Definition& definition, const Query& query);
  std::int64_t read_count(const Definition& definition, const Query& query);
  std::vector<PendingMessage> read_outbox(std::size_t limit);

  std::shared_ptr<SqliteDatabase::State> state_;
  std::shared_ptr<Collections> service_;
};

Task<Result<void>> SqliteStore::declare(std::vector<CollectionSchema> schemas) {
  std::vector<DefinitionPtr> definitions;
  for (const CollectionSchema& schema : schemas)
    definitions.push_back(std::make_shared<Definition>(
        make_definition(service_->service(), schema, state_->number_of(schema.name))));
  auto make_job = [service = service_,
                   definitions = std::move(definitions)](Resume<Result<void>> resume) mutable {
    return std::make_unique<DeclareJob>(std::move(service), std::move(definitions),
                                        std::move(resume));
  };
  co_return co_await write<Result<void>>(std::move(make_job));
}

Task<Result<DocumentPtr>> SqliteStore::get(std::string collection, std::string id) {
  const DefinitionPtr definition = service_->find(collection);
  if (DocumentPtr held = state_->cache.find(definition->number, id)) co_return held;
  Answer<DocumentPtr> found = answer<DocumentPtr>([&] { return read_document(*definition, id); });
  if (found.bug) std::rethrow_exception(found.bug);
  co_return std::move(found.result);
}

Task<Result<std::vector<DocumentPtr>>> SqliteStore::find(std::string collection, Query query) {
  std::function<std::vector<DocumentPtr>()> read = [this, definition = service_->find(collection),
                                                    query = std::move(query)] {
    return read_documents(*definition, query);
  };
  return this->query<std::vector<DocumentPtr>>(std::move(read));
}

Task<Result<std::int64_t>> SqliteStore::count(std::string collection, Query query) {
  std::function<std::int64_t()> read = [this, definition = service_->find(collection),
                                        query = std::move(query)] {
    return read_count(*definition, query);
  };
  return this->query<std::int64_t>(std::move(read));
}

Task<std::vector<CommitResult>> SqliteStore::commit(std::vector<Write> writes) {
  if (writes.empty()) co_return std::vector<CommitResult>{};
  std::vector<PreparedWrite> prepared;
  prepared.reserve(writes.size());
  for (Write& write : writes) {
    DefinitionPtr definition = service_->find(write.collection);
    prepared.push_back(prepare(std::move(definition), std::move(write)));
  }
  auto make_job =
      [this, prepared = std::move(prepared)](Resume<std::vector<CommitResult>> resume) mutable {
        return std::make_unique<CommitJob>(state_->cache, service_, std::move(prepared),
                                           std::move(resume));
      };
  co_return co_await write<std::vector<CommitResult>>(std::move(make_job));
}

Task<Result<std::vector<PendingMessage>>> SqliteStore::pending_messages(std::size_t limit) {
  if (service_->all().empty()) co_return unavailable("nothing is declared yet");
  std::function<std::vector<PendingMessage>()> read = [this, limit] { return read_outbox(limit); };
  co_return co_await query<std::vector<PendingMessage>>(std::move(read));
}

Task<Result<void>> SqliteStore::clear_messages(std::vector<PendingMessage> published) {
  std::vector<std::int64_t> keys;
  for (const PendingMessage& message : published) {
    std::int64_t key = 0;
    std::from_chars(message.key.data(), message.key.data() + message.key.size(), key);
    keys.push_back(key);
  }
  if (keys.empty()) co_return Result<void>();
  auto make_job = [this, keys = std::move(keys)](Resume<Result<void>> resume) mutable {
    return std::make_unique<ClearJob>(outbox_table(service_->service()), std::move(keys),
                                      std::move(resume));
  };
  co_return co_await write<Result<void>>(std::move(make_job));
}

Task<Result<std::size_t>> SqliteStore::sweep(Time now) {
  auto make_job = [this, now](Resume<Result<std::size_t>> resume) {
    return std::make_unique<SweepJob>(state_->cache, service_->all(), now, std::move(resume));
  };
  co_return co_await write<Result<std::size_t>>(std::move(make_job));
}

Task<Result<void>> SqliteStore::erase_traces() {
  auto make_job = [](Resume<Result<void>> resume) {
    return std::make_unique<CompactJob>(std::move(resume));
  };
  co_return co_await write<Result<void>>(std::move(make_job));
}

DocumentPtr SqliteStore::read_document(const Definition& definition, const std::string& id) {
  const DocumentCache::Moment moment = state_->cache.moment();
  auto document = std::make_shared<Document>();
  std::size_t bytes = 0;
  {
    Readers::Lease reader = state_->readers.lend();
    Run run((*reader).prepared(definition.get_sql));
    if (!run.bind(1, id).step()) return nullptr;
    document->id = id;
    document->revision = run.integer(0);
    document->sequence = run.integer(1);
    document->body = std::move(read_own_json(run.text(2)).as_object());
    bytes = run.text(2).size();
  }
  state_->cache.keep(moment, definition.number, document, bytes);
  return document;
}

std::vector<DocumentPtr> SqliteStore::read_documents(const Definition& definition,
                                                     const Query& query) {
  const QuerySql sql = find_sql(definition, query);
  const DocumentCache::Moment moment = state_->cache.moment();
  Readers::Lease reader = state_->readers.lend();
  const std::string chosen = state_->plans.choose(*reader, sql);
  Run run((*reader).prepared(chosen));
  for (std::size_t i = 0; i < sql.values.size(); ++i)
    run.bind_value(static_cast<int>(i) + 1, sql.values[i]);
  std::vector<DocumentPtr> documents;
  while (run.step()) {
    DocumentPtr held = state_->cache.find(definition.number, run.text(0));
    if (!held || held->revision != run.integer(1)) {
      auto document = std::make_shared<Document>();
      document->id = run.text(0);
      document->revision = run.integer(1);
      document->sequence = run.integer(2);
      // Sees what `run` sees: the snapshot lasts as long as it runs.
      Run row((*reader).prepared(definition.body_sql));
      if (!row.bind(1, run.integer(3)).step()) throw UnexpectedFailure("a row without a body");
      document->body = std::move(read_own_json(row.text(0)).as_object());
      state_->cache.keep(moment, definition.number, document, row.text(0).size());
      held = std::move(document);
    }
    documents.push_back(std::move(held));
  }
  return documents;
}

std::int64_t SqliteStore::read_count(const Definition& definition, const Query& query) {
  const QuerySql sql = count_sql(definition, query);
  Readers::Lease reader = state_->readers.lend();
  const std::string chosen = state_->plans.choose(*reader, sql);
  Run run((*reader).prepared(chosen));
  for (std::size_t i = 0; i < sql.values.size(); ++i)
    run.bind_value(static_cast<int>(i) + 1, sql.values[i]);
  run.step();
  return run.integer(0);
}

std::vector<PendingMessage> SqliteStore::read_outbox(std::size_t limit) {
  Readers::Lease reader = state_->readers.lend();
  Run run((*reader).prepared("SELECT key,collection,document_id,sequence,message FROM " +
                             outbox_table(service_->service()) + " ORDER BY key LIMIT ?1"));
  run.bind(1, static_cast<std::int64_t>(limit));
  std::vector<PendingMessage> pending;
  while (run.step()) {
    auto message = from_cloud_event(read_own_json(run.text(4)).as_object());
    if (!message) throw UnexpectedFailure("a message in the outbox can't be read");
    message->sequence = run.integer(3);
    pending.push_back({std::string(run.text(1)), std::string(run.text(2)),
                       std::to_string(run.integer(0)), std::move(*message)});
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

SqliteDatabase::SqliteDatabase(std::shared_ptr<State> state) : state_(std::move(state)) {}

SqliteDatabase::~SqliteDatabase() { state_->close(); }

std::unique_ptr<DocumentStore> SqliteDatabase::store(const std::string& service) {
  return std::make_unique<SqliteStore>(state_, state_->service(service));
}

}  // namespace thenorsound::store
