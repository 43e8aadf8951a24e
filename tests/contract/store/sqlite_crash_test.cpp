// Whatever was acknowledged is there after a kill -9 at any instant.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <random>
#include <set>
#include <sstream>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "store_contract.hpp"
#include "temporary_folder.hpp"

namespace thenorsound::store {
namespace {

struct Acknowledged {
  std::set<std::string> inserted;
  std::map<std::string, std::int64_t> counted;
};

// Runs the committing program, kills it `ms` after its start or its first word, and returns what
// it said.
std::string run_and_kill(const std::string& file, const std::string& run, int ms,
                         bool while_starting) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execl(COMMITS_UNTIL_KILLED, COMMITS_UNTIL_KILLED, file.c_str(), run.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::atomic<bool> speaks{while_starting};
  std::thread killer([&] {
    until([&] { return speaks.load(); }, std::chrono::seconds{30});
    std::this_thread::sleep_for(std::chrono::milliseconds{ms});
    ::kill(child, SIGKILL);
  });
  std::string said;
  std::array<char, 65'536> part{};
  for (ssize_t size; (size = ::read(ends[0], part.data(), part.size())) > 0;) {
    said.append(part.data(), static_cast<std::size_t>(size));
    speaks = true;
  }
  speaks = true;
  ::close(ends[0]);
  killer.join();
  ::waitpid(child, nullptr, 0);
  return said;
}

void note(Acknowledged& acknowledged, const std::string& said) {
  std::istringstream lines(said.substr(0, said.rfind('\n') + 1));
  std::string kind, id;
  while (lines >> kind >> id) {
    std::int64_t count = 0;
    if (kind == "count" && lines >> count)
      acknowledged.counted[id] = std::max(acknowledged.counted[id], count);
    if (kind == "insert") acknowledged.inserted.insert(id);
  }
}

Task<void> check(DocumentStore& store, const Acknowledged& acknowledged) {
  CollectionSchema schema;
  schema.name = "things";
  schema.fields = {"email", "count"};
  schema.arrays = {"tags"};
  schema.indexes = {{{"email"}, true}, {{"count"}, false}};
  std::vector<CollectionSchema> schemas{schema};
  (co_await store.declare(std::move(schemas))).value();
  for (const std::string& id : acknowledged.inserted) {
    const auto document = co_await store.get("things", id);
    EXPECT_TRUE(document.value()) << id;
    if (!document.value()) continue;
    Query query = where({{"tags", Op::eq, json::string(id)}});
    const auto found = co_await store.find("things", std::move(query));
    EXPECT_EQ(found.value().size(), 1U) << id;
  }
  for (const auto& [id, count] : acknowledged.counted) {
    const auto document = (co_await store.get("things", id)).value();
    EXPECT_GE(document->body.at("count").as_int64(), count) << id;
    // A document and the messages that tell of it are one.
    EXPECT_EQ(document->sequence, document->body.at("count").as_int64()) << id;
  }
  std::map<std::string, std::int64_t> last;
  const auto pending = co_await store.pending_messages(1'000'000);
  for (const PendingMessage& message : pending.value()) {
    EXPECT_EQ(message.message.sequence, ++last[message.document_id]);
  }
  for (const auto& [id, sequence] : last) {
    const auto document = co_await store.get("things", id);
    EXPECT_EQ(document.value()->sequence, sequence) << id;
  }
}

TEST(SqliteCrash, NothingAcknowledgedIsLostByKilling) {
  const TemporaryFolder folder;
  const std::string file = folder.file("crash.db");
  std::mt19937 random{std::random_device{}()};
  Acknowledged acknowledged;
  for (int round = 0; round < 28; ++round) {
    const int ms = std::uniform_int_distribution<int>(0, 150)(random);
    const bool while_starting = round % 6 == 4;
    note(acknowledged, run_and_kill(file, "run" + std::to_string(round), ms, while_starting));
    // Every other time the next child starts on the log as it was left.
    if (round % 2 == 0) continue;
    {
      sqlite::Connection connection(file, sqlite::Connection::Use::write);
      sqlite::Run integrity(connection.prepared("PRAGMA integrity_check"));
      ASSERT_TRUE(integrity.step());
      ASSERT_EQ(integrity.text(0), "ok");
    }
    Loops loops(1);
    loops.start();
    const auto database = SqliteDatabase::open(file).value();
    const auto store = database->store("shop");
    loops.run_and_wait(check(*store, acknowledged));
    loops.stop();
    if (testing::Test::HasFailure()) return;
  }
  std::cout << acknowledged.inserted.size() << " inserts acknowledged\n";
  EXPECT_GT(acknowledged.inserted.size(), 200U);
}

}  // namespace
}  // namespace thenorsound::store
