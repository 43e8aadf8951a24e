// The embedded store alone: `store_bench FOLDER` (a disk, not memory) prints what commits, reads
// and queries take there. The documents are of about 1 KiB, each commit tells one message.
#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <future>

#include "base/loops.hpp"
#include "store/collection.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace thenorsound::store {
namespace {

using Clock = std::chrono::steady_clock;

struct Item {
  std::string id;
  std::string email;
  std::int64_t rank = 0;
  std::vector<std::string> tags;
  std::string text;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Item, (), (id, email, rank, tags, text))

constexpr int documents = 10'000;

Item item(int number) {
  Item out;
  out.id = new_id("item", Time{1'700'000'000'000 + number});
  out.email = "number" + std::to_string(number) + "@example.test";
  out.rank = number;
  out.tags = {"tag" + std::to_string(number % 100)};
  out.text.assign(850, 'x');
  return out;
}

Outgoing said() {
  Outgoing out;
  out.add("item.changed", {{"n", 1}});
  return out;
}

struct Spent {
  double us;
  double cpu_us;
};

double cpu_us() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

void report(const char* what, Spent spent, double times) {
  std::printf("%-44s %10.2f us %10.2f us CPU %10.0f /s\n", what, spent.us / times,
              spent.cpu_us / times, 1e6 * times / spent.us);
}

// Runs `count` coroutines made by `make(index)` over all loops.
template <class Make>
Spent together(Loops& loops, int count, Make make) {
  std::atomic<int> running{count};
  std::promise<void> all;
  const auto counted = [](Task<void> task, std::atomic<int>& left,
                          std::promise<void>& done) -> Task<void> {
    co_await std::move(task);
    if (--left == 0) done.set_value();
  };
  const double cpu_before = cpu_us();
  const auto begin = Clock::now();
  for (int i = 0; i < count; ++i) loops.spawn("bench", counted(make(i), running, all));
  all.get_future().get();
  const std::chrono::duration<double, std::micro> time = Clock::now() - begin;
  return {time.count(), cpu_us() - cpu_before};
}

Task<void> insert(Collection<Item>& items, std::vector<std::string>& ids, int from, int to) {
  for (int i = from; i < to; ++i) {
    Item made = item(i);
    ids[static_cast<std::size_t>(i)] = made.id;
    (co_await items.insert(new_trace(), std::move(made), said())).value();
  }
}

Task<void> raise(Collection<Item>& items, std::string id, int times) {
  const auto change = [](Item& changed, Outgoing& out) -> Result<Change> {
    ++changed.rank;
    out.add("item.changed", {{"n", 1}});
    return Change::yes;
  };
  for (int i = 0; i < times; ++i) (co_await items.modify(new_trace(), id, change)).value();
}

Task<void> get(DocumentStore& store, const std::vector<std::string>& ids, int times) {
  for (int i = 0; i < times; ++i) {
    std::string id = ids[static_cast<std::size_t>(i * 7919 % documents)];
    if (!(co_await store.get("items", std::move(id))).value()) std::abort();
  }
}

Task<void> find(DocumentStore& store, int times) {
  for (int i = 0; i < times; ++i) {
    Query query;
    query.where = {{"tags", Op::eq, json::string("tag" + std::to_string(i % 100))}};
    query.order_by = "rank";
    query.limit = 20;
    if ((co_await store.find("items", std::move(query))).value().size() != 20) std::abort();
  }
}

Task<void> declare(DocumentStore& store) {
  CollectionSchema schema;
  schema.name = "items";
  schema.fields = {"email", "rank"};
  schema.arrays = {"tags"};
  schema.indexes = {{{"email"}, true}, {{"rank"}, false}};
  std::vector<CollectionSchema> schemas{schema};
  (co_await store.declare(std::move(schemas))).value();
}

void measure(Loops& loops, const std::string& file, std::size_t cache_bytes) {
  const auto database = SqliteDatabase::open(file, {cache_bytes, 2}).value();
  const auto store = database->store("bench");
  const SystemClock clock;
  Collection<Item> items(*store, clock, "items", "bench");
  loops.run_and_wait(declare(*store));
  std::vector<std::string> ids(documents);

  constexpr int alone = 1'000, each = (documents - alone) / 64 + 1;
  auto time = together(loops, 1, [&](int) { return insert(items, ids, 0, alone); });
  report("insert, one at a time", time, alone);
  time = together(loops, 64, [&](int i) {
    return insert(items, ids, alone + i * each, std::min(documents, alone + (i + 1) * each));
  });
  report("insert, 64 at a time", time, documents - alone);
  time = together(loops, 64,
                  [&](int i) { return raise(items, ids[static_cast<std::size_t>(i)], 100); });
  report("modify, 64 documents at a time", time, 6'400);
  time = together(loops, 64, [&](int) { return raise(items, ids[0], 100); });
  report("modify, 64 at a time on one document", time, 6'400);
  time = together(loops, 1, [&](int) { return get(*store, ids, 100'000); });
  report("get", time, 100'000);
  time = together(loops, 1, [&](int) { return find(*store, 2'000); });
  report("find 20 by an array field, one at a time", time, 2'000);
  time = together(loops, 16, [&](int) { return find(*store, 500); });
  report("find 20 by an array field, 16 at a time", time, 8'000);
}

}  // namespace
}  // namespace thenorsound::store

int main(int count, char** arguments) {
  using namespace thenorsound;
  const std::filesystem::path folder = count > 1 ? arguments[1] : ".";
  for (const std::size_t cache_bytes : {std::size_t{64} << 20, std::size_t{0}}) {
    Loops loops(2);
    loops.start();
    std::printf("documents kept in memory: %zu MiB\n", cache_bytes >> 20);
    const std::filesystem::path file = folder / "store_bench.db";
    store::measure(loops, file.string(), cache_bytes);
    loops.stop();
    for (const char* suffix : {"", "-wal", "-shm", ".lock"})
      std::filesystem::remove(file.string() + suffix);
  }
}
