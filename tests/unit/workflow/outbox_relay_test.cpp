#include "workflow/outbox_relay.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::workflow {
namespace {

// Keeps what is published; can refuse all, or some once.
class RecordingBus : public bus::MessageBus {
 public:
  std::atomic<bool> down{false};
  std::set<std::string> refuse_once;  // message ids

  std::vector<Message> published() {
    const std::lock_guard lock(mutex_);
    return published_;
  }
  Task<Result<void>> declare(std::vector<bus::QueueSpec>) override { co_return Result<void>{}; }
  Task<std::vector<bool>> publish(std::vector<Message> messages) override {
    const std::lock_guard lock(mutex_);
    std::vector<bool> done;
    for (const Message& message : messages) {
      const bool taken = !down && refuse_once.erase(message.id) == 0;
      if (taken) published_.push_back(message);
      done.push_back(taken);
    }
    co_return done;
  }
  void consume(const std::string&, bus::Consumer) override {}
  Task<void> stop() override { co_return; }
  bool ready() const override { return !down; }
  Task<Result<std::vector<bus::DeadLetter>>> dead_letters(std::size_t, std::size_t) override {
    co_return std::vector<bus::DeadLetter>{};
  }
  Task<Result<void>> replay(std::string) override { co_return Result<void>{}; }
  Task<Result<std::int64_t>> backlog() override { co_return std::int64_t{0}; }

 private:
  std::mutex mutex_;
  std::vector<Message> published_;
};

// Another process commits on it too.
class SharedStore : public store::MemoryStore {
 public:
  std::set<std::string> of_others;  // message ids

  Task<Result<std::vector<store::PendingMessage>>> pending_messages(std::size_t limit) override {
    auto found = co_await store::MemoryStore::pending_messages(limit);
    if (found)
      for (auto& item : *found) item.own = !of_others.contains(item.message.id);
    co_return found;
  }
};

struct Relaying : testing::Test {
  Loops loops{2};
  SharedStore store;
  RecordingBus bus;
  OutboxRelay relay{loops, store, bus};
  std::map<std::string, store::Revision> revisions;
  void SetUp() override { loops.start(); }
  void TearDown() override { wait_for(loops, relay.stop()); }

  void change(const std::string& id, const std::string& message_id, Time at = {}) {
    store::Write write;
    write.collection = "things";
    write.id = id;
    write.expected = revisions[id];
    Message message;
    message.id = message_id;
    message.source = "test";
    message.type = "thing.changed";
    message.subject = id;
    message.time = at;
    write.messages.push_back(message);
    const auto result = wait_for(loops, store.commit(std::move(write)));
    ASSERT_EQ(result.outcome, store::Outcome::committed);
    revisions[id] = result.revision;
  }
  bool idle() { return wait_for(loops, relay.idle()); }
  std::size_t count() { return bus.published().size(); }
};

TEST_F(Relaying, PublishesWhatWasThereBeforeItStarted) {
  change("a", "m1");
  EXPECT_FALSE(idle());
  relay.start();
  EXPECT_TRUE(until([&] { return count() == 1; }));
  EXPECT_TRUE(until([&] { return idle(); }));
}

TEST_F(Relaying, PublishesEachDocumentsMessagesInOrder) {
  for (int i = 0; i < 300; ++i)
    for (const char* id : {"a", "b", "c"}) change(id, id + std::to_string(i));
  relay.start();
  ASSERT_TRUE(until([&] { return count() == 900; }));
  std::map<std::string, std::int64_t> last;
  for (const Message& message : bus.published())
    EXPECT_EQ(message.sequence, ++last[message.subject]) << message.subject;
  EXPECT_TRUE(until([&] { return idle(); }));
}

TEST_F(Relaying, IsWokenByACommit) {
  relay.start();
  ASSERT_TRUE(until([&] { return idle(); }));
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    change("a", "m" + std::to_string(i));
    ASSERT_TRUE(until([&] { return count() == static_cast<std::size_t>(i) + 1; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{5});
}

TEST_F(Relaying, KeepsWhatTheBusDoesNotTakeAndTriesAgain) {
  bus.down = true;
  relay.start();
  change("a", "m1");
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_FALSE(idle());
  bus.down = false;
  EXPECT_TRUE(until([&] { return count() == 1 && idle(); }));
}

TEST_F(Relaying, RepeatsOnlyWhatWasNotTaken) {
  bus.refuse_once = {"m2"};
  for (const char* id : {"m1", "m2", "m3"}) change("a", id);
  relay.start();
  ASSERT_TRUE(until([&] { return idle(); }));
  std::multiset<std::string> ids;
  for (const Message& message : bus.published()) ids.insert(message.id);
  EXPECT_EQ(ids, (std::multiset<std::string>{"m1", "m2", "m3"}));
}

TEST_F(Relaying, PublishesAgainWhatCouldNotBeCleared) {
  store.failing_clears = 1;
  change("a", "m1");
  relay.start();
  ASSERT_TRUE(until([&] { return idle(); }));
  EXPECT_EQ(count(), 2U);  // at least once
}

TEST_F(Relaying, SurvivesAStoreThatIsAway) {
  change("a", "m1");
  store.down = true;
  relay.start();
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_FALSE(idle());
  store.down = false;
  EXPECT_TRUE(until([&] { return count() == 1 && idle(); }));
}

TEST_F(Relaying, LeavesToAnotherProcessWhatItHasJustCommitted) {
  store.of_others = {"theirs"};
  const Time now = SystemClock().now();
  change("a", "theirs", now);
  change("b", "ours", now);
  relay.start();
  ASSERT_TRUE(until([&] { return count() > 0; }));
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  ASSERT_EQ(count(), 1U);
  EXPECT_EQ(bus.published()[0].id, "ours");
  EXPECT_FALSE(idle());
}

TEST_F(Relaying, PublishesWhatAnotherProcessLeftBehind) {
  store.of_others = {"theirs"};
  change("a", "theirs", SystemClock().now() - 2'500);
  relay.start();
  EXPECT_TRUE(until([&] { return count() == 1; }));
  EXPECT_GE(SystemClock().now().ms - bus.published()[0].time.ms, 3'000);
}

TEST_F(Relaying, PublishesADocumentsEarlierMessagesBeforeItsOwn) {
  store.of_others = {"theirs"};
  const Time now = SystemClock().now();
  change("a", "theirs", now);
  change("a", "ours", now);
  relay.start();
  ASSERT_TRUE(until([&] { return count() == 2; }));
  EXPECT_EQ(bus.published()[0].id, "theirs");
  EXPECT_EQ(bus.published()[1].id, "ours");
}

TEST_F(Relaying, PublishesNothingAfterStop) {
  relay.start();
  wait_for(loops, relay.stop());
  change("a", "m1");
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_EQ(count(), 0U);
}

}  // namespace
}  // namespace thenorsound::workflow
