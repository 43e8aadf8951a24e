#include <gtest/gtest.h>

#include <filesystem>

#include "store/collection.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::store {
namespace {

struct Counter {
  std::string id;
  std::int64_t count = 0;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Counter, (), (id, count))

constexpr int workers = 40, times = 25;

Task<void> count_up(Collection<Counter>& counters, std::string id, std::atomic<int>& running) {
  for (int i = 0; i < times; ++i) {
    const auto change = [](Counter& counter, Outgoing& out) -> Result<Change> {
      ++counter.count;
      out.add("counted", {{"to", counter.count}});
      return Change::yes;
    };
    const Result<Counter> done = co_await counters.modify(new_trace(), id, change);
    EXPECT_TRUE(done) << (done ? "" : done.error().reason);
  }
  --running;
}

// Half of the workers on each of two queues, as if two processes had the store.
void race(Loops& loops, DocumentStore& store) {
  std::vector<CollectionSchema> schemas(1);
  schemas[0].name = "counters";
  wait_for(loops, store.declare(std::move(schemas))).value();
  const SystemClock clock;
  Collection<Counter> one(store, clock, "counters", "test"), two(store, clock, "counters", "test");
  for (const char* id : {"x", "y"})
    wait_for(loops, one.insert(new_trace(), Counter{id, 0})).value();
  std::atomic<int> running{2 * workers};
  for (int i = 0; i < workers; ++i) {
    loops.spawn("race", count_up(i % 2 == 0 ? one : two, "x", running));
    loops.spawn("race", count_up(one, "y", running));
  }
  ASSERT_TRUE(until([&] { return running == 0; }, std::chrono::minutes{2}));
  for (const char* id : {"x", "y"})
    EXPECT_EQ((*wait_for(loops, one.get(id)).value()).count, workers * times);
  std::map<std::string, std::int64_t> last;
  for (const auto& pending : wait_for(loops, store.pending_messages(100'000)).value()) {
    EXPECT_EQ(pending.message.sequence, ++last[pending.document_id]);
    EXPECT_EQ(pending.message.data.at("to"), pending.message.sequence);
  }
  EXPECT_EQ(last["x"], workers * times);
  EXPECT_EQ(last["y"], workers * times);
}

TEST(ModifyRace, EveryIncrementCountsOnceInMemory) {
  MemoryStore store;
  std::atomic<unsigned> asked{0};
  store.fault = [&](const Write& write) {
    return write.expected != 0 && ++asked % 3 == 0 ? MemoryStore::Fault::conflict
                                                   : MemoryStore::Fault::none;
  };
  Loops loops(4);
  loops.start();
  race(loops, store);
  loops.stop();
}

TEST(ModifyRace, EveryIncrementCountsOnceOnSqlite) {
  std::string name = (std::filesystem::temp_directory_path() / "thenor-race-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  Loops loops(4);
  {
    const auto database = SqliteDatabase::open((folder / "race.db").string()).value();
    const auto store = database->store("test");
    loops.start();
    race(loops, *store);
    loops.stop();
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace thenorsound::store
