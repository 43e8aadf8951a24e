#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/id.hpp"
#include "bus_world.hpp"

namespace thenorsound::bus {

RetrySettings quick_retries() {
  RetrySettings retry;
  retry.delays_ms = {20, 20, 20, 20, 20};
  retry.early_delay_ms = 10;
  return retry;
}

namespace {

using std::chrono::milliseconds;

Message message(std::string type, std::string subject, std::int64_t sequence = 1) {
  Message made;
  made.id = subject + "/" + type + "/" + std::to_string(sequence);
  made.source = "test";
  made.type = std::move(type);
  made.subject = std::move(subject);
  made.sequence = sequence;
  made.time = Time{1'800'000'000'000};
  made.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  made.data["amount"] = 12.5;
  return made;
}

// A consumer that notes what it gets; `answer` decides what becomes of it.
class Listener {
 public:
  std::function<Result<Delivery>(const Message&, int time)> answer = [](const Message&, int) {
    return Result<Delivery>(Delivery::done);
  };
  std::atomic<int> pause_ms{0};
  std::atomic<int> inside{0};
  std::atomic<int> most_inside{0};
  std::atomic<bool> two_of_one_subject{false};

  Consumer consumer() {
    return [this](const Message& given) { return handle(given); };
  }
  Task<Result<Delivery>> handle(const Message& given) {
    int time = 0;
    {
      const std::lock_guard lock(mutex_);
      time = ++times_[given.id];
      if (!subjects_.insert(given.subject).second) two_of_one_subject = true;
    }
    const int now_inside = ++inside;
    int most = most_inside;
    while (now_inside > most && !most_inside.compare_exchange_weak(most, now_inside)) {
    }
    if (pause_ms > 0) co_await sleep_for(milliseconds{pause_ms});
    --inside;
    {
      const std::lock_guard lock(mutex_);
      subjects_.erase(given.subject);
    }
    Result<Delivery> result = answer(given, time);
    const std::lock_guard lock(mutex_);
    if (result && *result == Delivery::done) done_.push_back(given);
    co_return result;
  }
  std::vector<Message> done() {
    const std::lock_guard lock(mutex_);
    return done_;
  }
  std::size_t count() { return done().size(); }
  int times(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return times_[id];
  }

 private:
  std::mutex mutex_;
  std::vector<Message> done_;
  std::map<std::string, int> times_;
  std::set<std::string> subjects_;
};

struct MessageBusContract : testing::Test {
  Listener listener, other;  // outlive the bus
  std::unique_ptr<BusWorld> world = make_bus_world();

  MessageBus& bus() { return world->bus(); }
  void declare(const std::string& name, std::vector<std::string> patterns, bool transient = false) {
    QueueSpec spec;
    spec.name = name;
    spec.patterns = std::move(patterns);
    spec.transient = transient;
    std::vector<QueueSpec> specs;
    specs.push_back(std::move(spec));
    ASSERT_TRUE(wait_for(world->loops(), bus().declare(std::move(specs))).has_value());
  }
  void publish(std::vector<Message> messages) {
    for (const bool taken : wait_for(world->loops(), bus().publish(std::move(messages))))
      EXPECT_TRUE(taken);
  }
  void listen() { bus().consume("q", listener.consumer()); }
  std::int64_t backlog() { return *wait_for(world->loops(), bus().backlog()); }
  std::vector<DeadLetter> dead() { return *wait_for(world->loops(), bus().dead_letters(100, 0)); }
  void stop() { wait_for(world->loops(), bus().stop()); }
  void fail_always() {
    listener.answer = [](const Message&, int) -> Result<Delivery> {
      return unavailable("mail-server-away");
    };
  }
};

TEST_F(MessageBusContract, IsReadyOnceDeclared) {
  declare("q", {"#"});
  EXPECT_TRUE(bus().ready());
}

TEST_F(MessageBusContract, DeliversAMessageWhole) {
  declare("q", {"booking.*"});
  listen();
  const Message sent = message("booking.created", "book-1", 7);
  publish({sent});
  ASSERT_TRUE(until([&] { return listener.count() == 1; }));
  const Message got = listener.done()[0];
  EXPECT_EQ(to_cloud_event(got), to_cloud_event(sent));
  EXPECT_TRUE(until([&] { return backlog() == 0; }));
}

TEST_F(MessageBusContract, DeliversToEachQueueWhosePatternMatches) {
  declare("q", {"booking.*", "invoice.paid"});
  declare("other", {"*.created"});
  listen();
  bus().consume("other", other.consumer());
  publish({message("booking.created", "a"), message("invoice.paid", "b"),
           message("user.created", "c"), message("session.revoked", "d")});
  ASSERT_TRUE(until([&] { return listener.count() == 2 && other.count() == 2; }));
  std::this_thread::sleep_for(milliseconds{30});
  EXPECT_EQ(listener.count(), 2U);
  EXPECT_EQ(other.count(), 2U);
}

TEST_F(MessageBusContract, TakesAMessageThatNobodyWants) {
  declare("q", {"booking.*"});
  publish({message("session.revoked", "s")});
  EXPECT_EQ(backlog(), 0);
}

TEST_F(MessageBusContract, DeliversOnceWhereTwoPatternsMatch) {
  declare("q", {"booking.*", "*.created", "#"});
  listen();
  publish({message("booking.created", "a")});
  ASSERT_TRUE(until([&] { return listener.count() == 1 && backlog() == 0; }));
  EXPECT_EQ(listener.times("a/booking.created/1"), 1);
}

TEST_F(MessageBusContract, HandlesASubjectsMessagesInOrderAndOneAtATime) {
  declare("q", {"#"});
  listener.pause_ms = 1;
  std::vector<Message> messages;
  for (int sequence = 1; sequence <= 30; ++sequence)
    for (const char* subject : {"a", "b", "c"})
      messages.push_back(message("x.y", subject, sequence));
  publish(messages);
  listen();
  ASSERT_TRUE(until([&] { return listener.count() == 90; }));
  EXPECT_FALSE(listener.two_of_one_subject);
  EXPECT_GT(listener.most_inside, 1);  // different subjects side by side
  std::map<std::string, std::int64_t> last;
  for (const Message& got : listener.done()) EXPECT_EQ(got.sequence, ++last[got.subject]);
}

TEST_F(MessageBusContract, PutsOffAnEarlyMessageUntilTheMissingOneIsDone) {
  declare("q", {"#"});
  std::atomic<int> applied{0};
  listener.answer = [&](const Message& given, int) -> Result<Delivery> {
    if (given.sequence > applied + 1) return Delivery::early;
    ++applied;
    return Delivery::done;
  };
  listen();
  publish({message("x.y", "a", 2), message("x.y", "a", 3)});
  // Far more often than a failing one would be tried.
  ASSERT_TRUE(until([&] { return listener.times("a/x.y/2") > 8; }));
  EXPECT_TRUE(dead().empty());
  EXPECT_GE(backlog(), 2);
  publish({message("x.y", "a", 1)});
  ASSERT_TRUE(until([&] { return listener.count() == 3; }));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(listener.done()[i].sequence, static_cast<std::int64_t>(i) + 1);
}

TEST_F(MessageBusContract, TriesAFailedMessageAgain) {
  declare("q", {"#"});
  listener.answer = [](const Message&, int time) -> Result<Delivery> {
    if (time < 4) return unavailable("not-yet");
    return Delivery::done;
  };
  listen();
  publish({message("x.y", "a")});
  ASSERT_TRUE(until([&] { return listener.count() == 1; }));
  EXPECT_EQ(listener.times("a/x.y/1"), 4);
  EXPECT_TRUE(until([&] { return backlog() == 0; }));
  EXPECT_TRUE(dead().empty());
}

TEST_F(MessageBusContract, AnExceptionIsAFailedAttempt) {
  declare("q", {"#"});
  listener.answer = [](const Message&, int time) -> Result<Delivery> {
    if (time < 2) throw std::runtime_error("bug");
    return Delivery::done;
  };
  listen();
  publish({message("x.y", "a")});
  EXPECT_TRUE(until([&] { return listener.count() == 1; }));
}

TEST_F(MessageBusContract, AMessageThatKeepsFailingGoesToTheDeadLettersWithItsReason) {
  declare("q", {"#"});
  fail_always();
  listen();
  publish({message("x.y", "a", 3)});
  ASSERT_TRUE(until([&] { return dead().size() == 1; }));
  const DeadLetter letter = dead()[0];
  EXPECT_EQ(letter.queue, "q");
  EXPECT_EQ(letter.message.subject, "a");
  EXPECT_EQ(letter.message.sequence, 3);
  EXPECT_NE(letter.reason.find("mail-server-away"), std::string::npos);
  EXPECT_EQ(letter.attempts, 6);  // one, and five more
  EXPECT_EQ(letter.id.find_first_of("/?# "), std::string::npos);
  EXPECT_EQ(*wait_for(world->loops(), bus().dead_letter_count()), 1);
  EXPECT_TRUE(until([&] { return backlog() == 0; }));
  EXPECT_EQ(listener.times("a/x.y/3"), 6);
}

TEST_F(MessageBusContract, OtherMessagesAreNotHeldUpByAFailingOne) {
  declare("q", {"#"});
  listener.answer = [](const Message& given, int) -> Result<Delivery> {
    if (given.subject == "bad") return unavailable("never");
    return Delivery::done;
  };
  listen();
  publish({message("x.y", "bad"), message("x.y", "good")});
  EXPECT_TRUE(until([&] { return listener.count() == 1; }));
}

TEST_F(MessageBusContract, ADeadLetterCanBeReplayed) {
  declare("q", {"#"});
  fail_always();
  listen();
  publish({message("x.y", "a")});
  ASSERT_TRUE(until([&] { return dead().size() == 1 && backlog() == 0; }));
  listener.answer = [](const Message&, int) { return Result<Delivery>(Delivery::done); };
  ASSERT_TRUE(wait_for(world->loops(), bus().replay(dead()[0].id)).has_value());
  EXPECT_TRUE(until([&] { return listener.count() == 1; }));
  EXPECT_TRUE(dead().empty());
}

TEST_F(MessageBusContract, ReplayOfWhatIsNotThereIsNotFound) {
  declare("q", {"#"});
  const auto outcome = wait_for(world->loops(), bus().replay("dead-none"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::not_found);
}

TEST_F(MessageBusContract, DeadLettersAreListedInPagesNewestFirst) {
  declare("q", {"#"});
  fail_always();
  listen();
  for (const char* subject : {"a", "b", "c"}) {
    const std::size_t before = dead().size();
    publish({message("x.y", subject)});
    ASSERT_TRUE(until([&] { return dead().size() == before + 1; }));
  }
  const auto page = wait_for(world->loops(), bus().dead_letters(1, 1));
  ASSERT_EQ(page->size(), 1U);
  EXPECT_EQ(page->front().message.subject, "b");
}

TEST_F(MessageBusContract, MessagesWaitForTheirConsumerOverARestart) {
  declare("q", {"booking.*"});
  publish({message("booking.created", "a"), message("booking.created", "b")});
  world->kill_and_restart();
  // The queue is known before its consumer declares it again.
  declare("unrelated", {"user.*"});
  publish({message("booking.created", "c")});
  declare("q", {"booking.*"});
  EXPECT_EQ(backlog(), 3);
  listen();
  EXPECT_TRUE(until([&] { return listener.count() == 3; }));
}

TEST_F(MessageBusContract, WhatWasDoneIsNotHandledAgainAfterARestart) {
  declare("q", {"#"});
  listen();
  for (int i = 0; i < 50; ++i) publish({message("x.y", std::to_string(i))});
  ASSERT_TRUE(until([&] { return listener.count() == 50; }));
  stop();
  world->kill_and_restart();
  declare("q", {"#"});
  EXPECT_EQ(backlog(), 0);
  listen();
  std::this_thread::sleep_for(milliseconds{50});
  EXPECT_EQ(listener.count(), 50U);
}

TEST_F(MessageBusContract, WhatWasBeingHandledAtACrashIsHandledAgain) {
  declare("q", {"#"});
  listener.pause_ms = 60'000;
  listen();
  publish({message("x.y", "a")});
  ASSERT_TRUE(until([&] { return listener.inside == 1; }));
  world->kill_and_restart();
  listener.pause_ms = 0;
  declare("q", {"#"});
  bus().consume("q", other.consumer());
  EXPECT_TRUE(until([&] { return other.count() == 1; }));
}

TEST_F(MessageBusContract, FailedAttemptsAreCountedOverARestart) {
  declare("q", {"#"});
  fail_always();
  listen();
  publish({message("x.y", "a")});
  ASSERT_TRUE(until([&] { return listener.times("a/x.y/1") >= 2; }));
  world->kill_and_restart();
  declare("q", {"#"});
  listen();
  ASSERT_TRUE(until([&] { return dead().size() == 1; }));
  EXPECT_LE(listener.times("a/x.y/1"), 8);
}

TEST_F(MessageBusContract, AMessagePublishedTwiceIsHandledOnce) {
  declare("q", {"#"});
  publish({message("x.y", "a")});
  publish({message("x.y", "a")});
  EXPECT_GE(backlog(), 1);
  world->kill_and_restart();
  declare("q", {"#"});
  publish({message("x.y", "a")});
  listen();
  ASSERT_TRUE(until([&] { return listener.count() == 1 && backlog() == 0; }));
  EXPECT_EQ(listener.times("a/x.y/1"), 1);
}

TEST_F(MessageBusContract, ATransientQueueGoesWithTheProcess) {
  declare("q", {"session.revoked"}, true);
  listen();
  publish({message("session.revoked", "a")});
  ASSERT_TRUE(until([&] { return listener.count() == 1; }));
  world->kill_and_restart();
  declare("unrelated", {"user.*"});
  publish({message("session.revoked", "b")});
  declare("q", {"session.revoked"}, true);
  listen();
  publish({message("session.revoked", "c")});
  ASSERT_TRUE(until([&] { return listener.count() == 2; }));
  EXPECT_EQ(listener.done()[1].subject, "c");
}

TEST_F(MessageBusContract, StopWaitsForWhatIsBeingHandled) {
  declare("q", {"#"});
  listener.pause_ms = 150;
  listen();
  publish({message("x.y", "a"), message("x.y", "a", 2)});
  ASSERT_TRUE(until([&] { return listener.inside == 1; }));
  stop();
  EXPECT_EQ(listener.inside, 0);
  EXPECT_EQ(listener.count(), 1U);
  std::this_thread::sleep_for(milliseconds{200});
  EXPECT_EQ(listener.count(), 1U);  // nothing new was begun
  EXPECT_FALSE(bus().ready());
}

TEST_F(MessageBusContract, HandlesMoreThanFitsInMemoryEachOnce) {
  declare("q", {"#"});
  constexpr int total = 6'000;
  for (int first = 0; first < total; first += 500) {
    std::vector<Message> batch;
    for (int i = first; i < first + 500; ++i)
      batch.push_back(message("x.y", "s" + std::to_string(i % 700), i / 700 + 1));
    publish(std::move(batch));
    if (first == total / 2) listen();  // half waits before, half comes while it is consumed
  }
  ASSERT_TRUE(until([&] { return listener.count() == total; }, std::chrono::seconds{60}));
  std::set<std::string> ids;
  for (const Message& got : listener.done()) ids.insert(got.id);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(total));
  EXPECT_FALSE(listener.two_of_one_subject);
  EXPECT_TRUE(until([&] { return backlog() == 0; }));
}

TEST_F(MessageBusContract, ManyGapsDoNotBlockTheMessagesThatFillThem) {
  declare("q", {"#"});
  constexpr int subjects = 2'500;
  std::mutex mutex;
  std::map<std::string, std::int64_t> applied;
  listener.answer = [&](const Message& given, int) -> Result<Delivery> {
    const std::lock_guard lock(mutex);
    if (given.sequence > applied[given.subject] + 1) return Delivery::early;
    applied[given.subject] = given.sequence;
    return Delivery::done;
  };
  listen();
  for (int sequence = 2; sequence >= 1; --sequence) {
    std::vector<Message> batch;
    for (int i = 0; i < subjects; ++i)
      batch.push_back(message("x.y", "s" + std::to_string(i), sequence));
    publish(std::move(batch));
  }
  EXPECT_TRUE(until([&] { return listener.count() == 2 * subjects; }, std::chrono::seconds{60}))
      << listener.count() << " handled, " << backlog() << " wait";
}

}  // namespace
}  // namespace thenorsound::bus
