// Commits without end in the file named, and writes a line to standard output for each
// acknowledgement: "insert <id>" or "count <id> <n>". The crash test kills it.
#include <unistd.h>

#include <iostream>

#include "base/loops.hpp"
#include "store/collection.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace thenorsound::store {
namespace {

struct Counted {
  std::string id;
  std::string email;
  std::int64_t count = 0;
  std::vector<std::string> tags;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Counted, (), (id, email, count, tags))

void say(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(1);
}

Task<void> commit_for_ever(Collection<Counted>& things, std::string run, int worker) {
  const auto change = [](Counted& counted, Outgoing& out) -> Result<Change> {
    ++counted.count;
    counted.tags = {"n" + std::to_string(counted.count)};
    out.add("counted", {});
    return Change::yes;
  };
  const std::string counter = "counter" + std::to_string(worker % 3);
  for (int i = 0;; ++i) {
    Counted thing;
    thing.id = run + "-" + std::to_string(worker) + "-" + std::to_string(i);
    thing.email = thing.id + "@example.test";
    thing.tags = {thing.id};
    Outgoing out;
    out.add("made", {});
    const std::string id = thing.id;
    const auto made = co_await things.insert(new_trace(), std::move(thing), std::move(out));
    if (made) say("insert " + id + "\n");
    const auto counted = co_await things.modify(new_trace(), counter, change);
    if (counted) say("count " + counter + " " + std::to_string(counted->count) + "\n");
  }
}

Task<void> prepare(DocumentStore& store, Collection<Counted>& things) {
  CollectionSchema schema;
  schema.name = "things";
  schema.fields = {"email", "count"};
  schema.arrays = {"tags"};
  schema.indexes = {{{"email"}, true}, {{"count"}, false}};
  std::vector<CollectionSchema> schemas{schema};
  (co_await store.declare(std::move(schemas))).value();
  for (int i = 0; i < 3; ++i) {
    Counted counter;
    counter.id = "counter" + std::to_string(i);
    counter.email = counter.id;
    co_await things.insert(new_trace(), std::move(counter));
  }
}

}  // namespace
}  // namespace thenorsound::store

int main(int, char** arguments) {
  using namespace thenorsound;
  const SystemClock clock;
  Loops loops(2);
  loops.start();
  const auto database = store::SqliteDatabase::open(arguments[1]).value();
  const auto documents = database->store("shop");
  store::Collection<store::Counted> things(*documents, clock, "things", "shop");
  loops.run_and_wait(store::prepare(*documents, things));
  for (int i = 0; i < 8; ++i) loops.spawn("commits", commit_for_ever(things, arguments[2], i));
  ::pause();
}
