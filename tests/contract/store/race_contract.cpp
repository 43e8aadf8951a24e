#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

class Races : public StoreContract {
 protected:
  static Write write_of(std::string id, Revision expected, std::int64_t n) {
    Write write;
    write.collection = "things";
    write.id = std::move(id);
    write.expected = expected;
    write.body["n"] = n;
    write.body["rank"] = n;
    return write;
  }

  Task<void> write_once(Write write, std::atomic<int>& won, std::atomic<int>& lost) {
    const CommitResult done = co_await store().commit(std::move(write));
    if (done.outcome == Outcome::committed) ++won;
    if (done.outcome == Outcome::conflict || done.outcome == Outcome::duplicate) ++lost;
  }

  // Adds one `times` times, each on the state it read; after each, reads what it wrote or newer.
  Task<void> increment(std::string id, int times) {
    while (times > 0) {
      const Result<DocumentPtr> read = co_await store().get("things", id);
      const DocumentPtr document = read.value();
      Write write = write_of(id, document->revision, document->body.at("n").as_int64() + 1);
      write.messages = {message("counted", id)};
      const CommitResult done = co_await store().commit(std::move(write));
      if (done.outcome != Outcome::committed) continue;
      --times;
      const Result<DocumentPtr> after = co_await store().get("things", id);
      EXPECT_GE(after.value()->revision, done.revision);
    }
  }

  Task<void> read_until(std::string id, std::int64_t last) {
    std::int64_t seen = 0;
    while (seen < last) {
      const Result<DocumentPtr> read = co_await store().get("things", id);
      const std::int64_t n = read.value()->body.at("n").as_int64();
      EXPECT_GE(n, seen);
      EXPECT_EQ(read.value()->body.at("rank").as_int64(), n);
      seen = n;
      co_await sleep_for(std::chrono::milliseconds{0});
    }
  }

  Task<void> swap(std::string id, std::string from, std::string to, std::atomic<int>& won) {
    const Result<DocumentPtr> read = co_await store().get("things", id);
    if (read.value()->body.at("email").as_string() != from) co_return;
    Write write = write_of(id, read.value()->revision, 0);
    write.body["email"] = to;
    const CommitResult done = co_await store().commit(std::move(write));
    if (done.outcome == Outcome::committed) ++won;
  }
};

TEST_P(Races, OfManyWritersOfOneRevisionExactlyOneWins) {
  Revision revision = insert("a", object(R"({"n":0})")).revision;
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> won{0}, lost{0};
    std::vector<Task<void>> writers;
    for (int i = 0; i < 32; ++i)
      writers.push_back(write_once(write_of("a", revision, i), won, lost));
    run_together(std::move(writers));
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, 31);
    revision = get("a")->revision;
  }
}

TEST_P(Races, OfManyInsertersOfOneIdExactlyOneWins) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> won{0}, lost{0};
    std::vector<Task<void>> writers;
    for (int i = 0; i < 32; ++i)
      writers.push_back(write_once(write_of("id" + std::to_string(round), 0, i), won, lost));
    run_together(std::move(writers));
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, 31);
  }
}

TEST_P(Races, AUniqueValueIsHadByExactlyOne) {
  std::atomic<int> won{0}, lost{0};
  std::vector<Task<void>> writers;
  for (int i = 0; i < 200; ++i) {
    Write write = write_of("id" + std::to_string(i), 0, i);
    write.body["email"] = "same-" + std::to_string(i % 10);
    writers.push_back(write_once(std::move(write), won, lost));
  }
  run_together(std::move(writers));
  EXPECT_EQ(won, 10);
  EXPECT_EQ(lost, 190);
  EXPECT_EQ(count({}), 10);
}

TEST_P(Races, ConditionalIncrementsAddUp) {
  constexpr int writers = 8, documents = 2;
  const int times = GetParam().small ? 5 : 15;
  std::vector<Task<void>> tasks;
  for (int d = 0; d < documents; ++d) {
    const std::string id = "d" + std::to_string(d);
    insert(id, object(R"({"n":0,"rank":0})"));
    for (int i = 0; i < writers; ++i) tasks.push_back(increment(id, times));
    tasks.push_back(read_until(id, writers * times));
    tasks.push_back(read_until(id, writers * times));
  }
  run_together(std::move(tasks));
  std::map<std::string, std::int64_t> last;
  for (const PendingMessage& pending : pending())
    EXPECT_EQ(pending.message.sequence, ++last[pending.document_id]);
  for (int d = 0; d < documents; ++d) {
    const std::string id = "d" + std::to_string(d);
    EXPECT_EQ(get(id)->body.at("n"), writers * times);
    EXPECT_EQ(get(id)->sequence, writers * times);
    EXPECT_EQ(last[id], writers * times);
  }
}

TEST_P(Races, AUniqueValueChangesHandsOnce) {
  insert("free", object(R"({"email":"free","n":0})"));
  for (int i = 0; i < 16; ++i)
    insert("id" + std::to_string(i),
           object(R"({"n":0,"email":"mine-)" + std::to_string(i) + R"("})"));
  std::atomic<int> won{0};
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 16; ++i)
    tasks.push_back(swap("id" + std::to_string(i), "mine-" + std::to_string(i), "wanted", won));
  run_together(std::move(tasks));
  EXPECT_EQ(won, 1);
  EXPECT_EQ(count({{"email", Op::eq, "wanted"}}), 1);
}

INSTANTIATE_TEST_SUITE_P(Stores, Races, testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace thenorsound::store
