// thenorsound export, thenorsound import.
#include <filesystem>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "bus/embedded/embedded_bus.hpp"
#include "bus/embedded/embedded_state.hpp"
#include "encryption.hpp"
#include "parts.hpp"

namespace thenorsound::app {
namespace {

constexpr std::size_t export_id_bytes = 16;
constexpr std::size_t handed_at_once = 200;
constexpr std::int64_t longest_wait_ms = 60'000;
constexpr std::chrono::milliseconds look_every{100};
constexpr const char* handed_mark = "moved:";  // of what is between the store and the broker

Error refused(std::string what) { return make_error(Code::validation_error, std::move(what)); }

store::ExportHeader header_of(const Installation& installation, Time now) {
  store::ExportHeader header;
  header.id = to_hex(random_bytes(export_id_bytes));
  header.made_at = now;
  header.about["demo"] = installation.demo;
  header.about["createdAt"] = installation.created_at.ms;
  return header;
}

Result<Installation> installation_of(const store::ExportHeader& header, const std::string& layout) {
  const json::value* demo = header.about.if_contains("demo");
  const json::value* created = header.about.if_contains("createdAt");
  if (demo == nullptr || !demo->is_bool() || created == nullptr || !created->is_int64())
    return refused("the file does not say what it is of");
  Installation out;
  out.demo = demo->get_bool();
  out.created_at = Time{created->get_int64()};
  out.layout = layout;
  out.importing = header.id;
  return out;
}

std::string counted(const std::vector<store::CollectionSum>& sums) {
  std::int64_t documents = 0;
  for (const store::CollectionSum& sum : sums) documents += sum.documents;
  return std::to_string(documents) + " documents in " + std::to_string(sums.size()) +
         " collections";
}

// A message that waits in a queue of the embedded bus.
std::optional<bus::DeadLetter> waiting_in_queue(const store::Kept& kept, Time now) {
  const auto message = bus::message_of(*kept.body);
  const json::value* queue = kept.body->if_contains("queue");
  if (!message || queue == nullptr || !queue->is_string()) return {};
  bus::DeadLetter letter;
  letter.id = handed_mark + kept.id;
  letter.queue = std::string_view(queue->get_string());
  letter.message = *message;
  letter.reason = "moved";
  letter.since = now;
  return letter;
}

Task<Result<void>> erase(store::DocumentStore& from, std::string collection, std::string id) {
  const auto document = co_await from.get(collection, id);
  if (!document) co_return document.error();
  if (!*document) co_return Result<void>();
  store::Write gone;
  gone.collection = std::move(collection);
  gone.id = std::move(id);
  gone.expected = (*document)->revision;
  gone.erase = true;
  const store::CommitResult erased = co_await from.commit(std::move(gone));
  if (erased.outcome != store::Outcome::committed) co_return unavailable("not written");
  co_return Result<void>();
}

}  // namespace

std::vector<store::CollectionSchema> Program::Parts::schemas_below(const std::string& service) {
  if (service == "bus") return bus::EmbeddedBus::schemas();
  for (const auto& [name, made] : services)
    if (name == service) return store::SealedStore::schemas_below(name, made->schemas());
  return {};
}

store::MovedServices Program::Parts::open_to_move() {
  std::vector<std::string> names;
  for (const auto& [name, service] : services) names.push_back(name);
  names.emplace_back("bus");
  store::MovedServices moved;
  for (const std::string& name : names) {
    store(name);
    store::MovedService service;
    service.name = name;
    service.store = stores[name].get();
    for (const store::CollectionSchema& schema : schemas_below(name))
      service.collections.push_back(schema.name);
    moved.push_back(std::move(service));
  }
  return moved;
}

Task<Result<void>> Program::Parts::declare_to_move(const store::MovedServices& moved) {
  for (const store::MovedService& service : moved) {
    const Result<void> declared = co_await service.store->declare(schemas_below(service.name));
    if (!declared) co_return declared;
  }
  co_return Result<void>();
}

Task<Result<void>> Program::Parts::reach_broker() {
  const Result<void> declared = co_await declare_queues();
  if (!declared) co_return declared;
  const Time until = clock.now() + longest_wait_ms;
  while (!bus->ready() && clock.now() < until) co_await sleep_for(look_every);
  if (!bus->ready()) co_return unavailable("the message broker can't be reached");
  co_return Result<void>();
}

// What waits at the broker would stay behind.
Task<Result<void>> Program::Parts::check_nothing_waits() {
  if (configuration.bus_engine == "embedded") co_return Result<void>();
  const Result<void> reached = co_await reach_broker();
  if (!reached) co_return reached;
  const auto waiting = co_await bus->backlog();
  if (!waiting) co_return waiting.error();
  if (*waiting > 0)
    co_return refused(
        std::to_string(*waiting) +
        " messages wait at the broker: stop the gateway first, the others once nothing "
        "waits (thenorsound_bus_waiting)");
  co_return Result<void>();
}

// What waited in the embedded bus, straight into its queues, as dead letters are put back. One that
// is handed over twice does nothing twice.
Task<Result<void>> Program::Parts::hand_to_broker(const store::MovedServices& moved) {
  if (configuration.bus_engine == "embedded") co_return Result<void>();
  const Result<void> reached = co_await reach_broker();
  if (!reached) co_return reached;
  const std::string collection(bus::message_collection);
  store::MovableStore& from = *moved.back().store;
  for (std::string after;;) {
    const auto page = co_await from.scan(collection, after, handed_at_once);
    if (!page) co_return page.error();
    if (page->empty()) co_return Result<void>();
    for (const store::Kept& kept : *page) {
      if (!kept.body) continue;
      const auto letter = waiting_in_queue(kept, clock.now());
      if (!letter) co_return refused("a waiting message can't be read: " + kept.id);
      (void)co_await from.commit(bus::DeadLetterBox::put(*letter));
      const Result<void> handed = co_await bus->replay(letter->id);
      if (!handed) co_return handed;
      const Result<void> gone = co_await erase(from, collection, kept.id);
      if (!gone) co_return gone;
    }
    after = page->back().id;
  }
}

// An import that was cut off while it handed messages over will hand them all over again.
Task<Result<void>> Program::Parts::forget_half_handed(const store::MovedServices& moved) {
  const std::string collection(bus::DeadLetterBox::schema().name);
  store::MovableStore& from = *moved.back().store;
  for (;;) {
    const auto page = co_await from.scan(collection, handed_mark, handed_at_once);
    if (!page) co_return page.error();
    if (page->empty() || !page->front().id.starts_with(handed_mark)) co_return Result<void>();
    const Result<void> gone = co_await erase(from, collection, page->front().id);
    if (!gone) co_return gone;
  }
}

Task<Result<std::string>> Program::Parts::export_data(std::string path) {
  const Result<void> declared = co_await declared_installation();
  if (!declared) co_return declared.error();
  const auto found = co_await read_installation(store("app"));
  if (!found) co_return found.error();
  if (!*found || !(*found)->complete)
    co_return refused("this store was never prepared: it is empty");
  installation = **found;
  Result<void> sound = check_layout();
  if (sound) sound = co_await check_nothing_waits();
  // Seals what an older program may have left plain.
  if (sound) sound = co_await try_keys();
  if (!sound) co_return sound.error();
  const store::MovedServices moved = open_to_move();
  sound = co_await declare_to_move(moved);
  if (!sound) co_return sound.error();
  auto writer = store::ExportWriter::create(path, header_of(installation, clock.now()));
  if (!writer) co_return writer.error();
  const Result<void> written = co_await store::write_all(moved, **writer);
  if (!written) co_return written.error();
  const auto sums = (*writer)->finish();
  if (!sums) co_return sums.error();
  log_info("exported", {{"collections", sums->size()}});
  co_return "Exported " + counted(*sums) +
      ". The keys are not in the file: bring DATA/secrets, or what is configured, along.\n";
}

Task<Result<void>> Program::Parts::begin_import(const store::ExportContent& content,
                                                const store::MovedServices& moved) {
  Result<void> declared = co_await declared_installation();
  if (declared) declared = co_await declare_to_move(moved);
  if (!declared) co_return declared;
  const auto found = co_await read_installation(store("app"));
  if (!found) co_return found.error();
  if (*found && (*found)->complete)
    co_return refused("this store has data of its own: import into an empty one");
  if (*found && (*found)->importing.empty())
    co_return refused("a first start was cut off on this store: import into an empty one");
  if (*found && (*found)->importing != content.header.id)
    co_return refused(
        "the import of another file was cut off on this store: go on with that one, or "
        "import into an empty store");
  auto marked = installation_of(content.header, configuration.store_layout);
  if (!marked) co_return marked.error();
  installation = *marked;
  if (*found) co_return Result<void>();
  const auto empty = co_await store::is_empty(moved);
  if (!empty) co_return empty.error();
  if (!*empty) co_return refused("this store is not empty: import into an empty one");
  co_return co_await write_installation(store("app"), installation);
}

Task<Result<std::string>> Program::Parts::import_data(std::string path,
                                                      store::ExportContent content) {
  const store::MovedServices moved = open_to_move();
  Result<void> done = store::check_collections(content, moved);
  if (done) done = co_await begin_import(content, moved);
  if (done) done = co_await forget_half_handed(moved);
  if (done) done = co_await store::restore_all(moved, std::move(path));
  if (done) done = co_await store::compare_all(moved, content.collections);
  if (done) done = co_await hand_to_broker(moved);
  if (!done) co_return done.error();
  installation.complete = true;
  installation.importing.clear();
  done = co_await write_installation(store("app"), installation);
  if (!done) co_return done.error();
  log_info("imported", {{"collections", content.collections.size()}});
  co_return "Imported " + counted(content.collections) + "; counts and hashes agree.\n";
}

Result<std::string> Program::export_to(const std::string& path) {
  Parts& parts = *parts_;
  if (parts.configuration.store_engine == "sqlite" &&
      !std::filesystem::exists(parts.configuration.data_dir + database_file))
    return refused("there is no data in " + parts.configuration.data_dir);
  for (auto step : {&Parts::prepare_folder, &Parts::open_store, &Parts::make_keys, &Parts::wire}) {
    const Result<void> done = (parts.*step)();
    if (!done) return done.error();
  }
  parts.loops.start();
  Result<std::string> done = std::string();
  const auto run = [](Parts& all, std::string to, Result<std::string>& into) -> Task<void> {
    into = co_await all.export_data(std::move(to));
  };
  parts.loops.run_and_wait(run(parts, path, done));
  stop();
  return done;
}

Result<std::string> Program::import_from(const std::string& path) {
  Parts& parts = *parts_;
  Result<store::ExportContent> content = store::read_through(path);
  if (!content) return content.error();
  Result<void> done = parts.prepare_folder();
  if (!done) return done.error();
  {
    auto secrets = Secrets::open(parts.configuration.data_dir);
    if (!secrets) return secrets.error();
    const auto keys = existing_keyring(parts.configuration, *secrets);
    if (!keys) return keys.error();
    done = store::check_keys(*content, *keys ? &**keys : nullptr);
    if (!done) return done.error();
  }
  for (auto step : {&Parts::open_store, &Parts::make_keys, &Parts::wire}) {
    done = (parts.*step)();
    if (!done) return done.error();
  }
  parts.loops.start();
  Result<std::string> moved = std::string();
  const auto run = [](Parts& all, std::string from, store::ExportContent what,
                      Result<std::string>& into) -> Task<void> {
    into = co_await all.import_data(std::move(from), std::move(what));
  };
  parts.loops.run_and_wait(run(parts, path, std::move(*content), moved));
  stop();
  return moved;
}

}  // namespace thenorsound::app
