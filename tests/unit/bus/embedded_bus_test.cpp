// What the embedded bus does when its store fails; what every bus does is in tests/contract/bus.
#include "bus/embedded/embedded_bus.hpp"

#include <gtest/gtest.h>

#include "base/metrics.hpp"
#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::bus {
namespace {

using std::chrono::milliseconds;
using store::MemoryStore;

Message message(std::string subject, std::int64_t sequence = 1) {
  Message made;
  made.id = subject + "-" + std::to_string(sequence);
  made.source = "test";
  made.type = "x.y";
  made.subject = std::move(subject);
  made.sequence = sequence;
  return made;
}

RetrySettings retries() {
  RetrySettings retry;
  retry.delays_ms = {10, 10};
  retry.early_delay_ms = 10;
  retry.early_alarm_ms = 50;
  return retry;
}

struct OnAFailingStore : testing::Test {
  Loops loops{2};
  SystemClock clock;
  MemoryStore store;
  std::atomic<int> handled{0};
  std::atomic<bool> early{false};
  std::atomic<bool> failing{false};
  EmbeddedBus bus{loops, store, clock, retries()};

  void SetUp() override { loops.start(); }
  void TearDown() override {
    store.fault = nullptr;
    store.down = false;
    wait_for(loops, bus.stop());
    loops.stop();
  }
  Result<void> declare() {
    std::vector<QueueSpec> specs;
    specs.push_back(QueueSpec{"q", {"#"}});
    return wait_for(loops, bus.declare(std::move(specs)));
  }
  Task<Result<Delivery>> handle() {
    if (failing) co_return unavailable("failing");
    if (early) co_return Delivery::early;
    ++handled;
    co_return Delivery::done;
  }
  void listen() {
    bus.consume("q", [this](const Message&) { return handle(); });
  }
  std::vector<bool> publish(std::vector<Message> messages) {
    return wait_for(loops, bus.publish(std::move(messages)));
  }
};

TEST_F(OnAFailingStore, TakesNothingBeforeItIsDeclared) {
  EXPECT_FALSE(bus.ready());
  EXPECT_EQ(publish({message("a")}), std::vector<bool>{false});
}

TEST_F(OnAFailingStore, DeclareFailsWhileTheStoreIsAwayAndCanBeRepeated) {
  store.down = true;
  EXPECT_FALSE(declare());
  EXPECT_FALSE(bus.ready());
  store.down = false;
  EXPECT_TRUE(declare());
  EXPECT_TRUE(bus.ready());
}

TEST_F(OnAFailingStore, SaysWhichMessagesItHasNot) {
  ASSERT_TRUE(declare());
  store.fault = [](const store::Write& write) {
    return write.id == "q:b-1" ? MemoryStore::Fault::in_doubt_lost : MemoryStore::Fault::none;
  };
  EXPECT_EQ(publish({message("a"), message("b"), message("c")}),
            (std::vector<bool>{true, false, true}));
  store.fault = nullptr;
  listen();
  EXPECT_TRUE(until([&] { return handled == 2; }));
  EXPECT_EQ(publish({message("b")}), std::vector<bool>{true});
  EXPECT_TRUE(until([&] { return handled == 3; }));
}

TEST_F(OnAFailingStore, AMessageStoredInDoubtIsFoundInTheStore) {
  ASSERT_TRUE(declare());
  listen();
  std::atomic<int> writes{0};
  store.fault = [&](const store::Write& write) {
    return !write.erase && ++writes == 1 ? MemoryStore::Fault::in_doubt_done
                                         : MemoryStore::Fault::none;
  };
  EXPECT_EQ(publish({message("a")}), std::vector<bool>{false});
  EXPECT_TRUE(until([&] { return handled == 1 && store.size("bus_messages") == 0; }));
}

TEST_F(OnAFailingStore, AnAcknowledgementIsWrittenAgainUntilItIsThere) {
  ASSERT_TRUE(declare());
  listen();
  std::atomic<int> refusals{3};
  store.fault = [&](const store::Write& write) {
    return write.erase && refusals-- > 0 ? MemoryStore::Fault::in_doubt_lost
                                         : MemoryStore::Fault::none;
  };
  publish({message("a")});
  EXPECT_TRUE(until([&] { return handled == 1 && store.size("bus_messages") == 0; }));
  EXPECT_EQ(handled, 1);
}

TEST_F(OnAFailingStore, NoMessageIsLostOnItsWayToTheDeadLetters) {
  ASSERT_TRUE(declare());
  failing = true;
  listen();
  std::atomic<int> refusals{2};
  std::atomic<bool> lost{false};
  store.fault = [&](const store::Write& write) {
    if (write.collection == "bus_dead_letters" && refusals-- > 0)
      return MemoryStore::Fault::in_doubt_lost;
    if (write.collection == "bus_messages" && write.erase && refusals > 0) lost = true;
    return MemoryStore::Fault::none;
  };
  publish({message("a")});
  EXPECT_TRUE(until(
      [&] { return store.size("bus_dead_letters") == 1 && store.size("bus_messages") == 0; }));
  EXPECT_FALSE(lost);
}

TEST_F(OnAFailingStore, ReadsOnWhenTheStoreIsBack) {
  ASSERT_TRUE(declare());
  publish({message("a")});
  store.down = true;
  listen();
  std::this_thread::sleep_for(milliseconds{30});
  EXPECT_EQ(handled, 0);
  store.down = false;
  EXPECT_TRUE(until([&] { return handled == 1; }));
}

TEST_F(OnAFailingStore, AMessagePublishedTwiceLiesThereOnce) {
  ASSERT_TRUE(declare());
  publish({message("a")});
  publish({message("a")});
  EXPECT_EQ(store.size("bus_messages"), 1U);
}

TEST_F(OnAFailingStore, WritesInGroups) {
  ASSERT_TRUE(declare());
  std::vector<Message> batch;
  for (int i = 0; i < 500; ++i) batch.push_back(message("s" + std::to_string(i)));
  const std::int64_t before = store.commits;
  publish(std::move(batch));
  EXPECT_EQ(store.commits, before + 1);
  listen();
  ASSERT_TRUE(until([&] { return store.size("bus_messages") == 0; }));
  EXPECT_LT(store.commits, before + 300);
}

TEST_F(OnAFailingStore, AnOldGapRaisesAnAlarm) {
  ASSERT_TRUE(declare());
  early = true;
  listen();
  publish({message("a", 2)});
  const auto alarms = [] {
    const std::string text = metrics_text();
    const auto at = text.find("thenorsound_bus_gap_alarms_total{queue=\"q\"} ");
    return at == std::string::npos ? std::string() : text.substr(at + 44, 1);
  };
  EXPECT_TRUE(until([&] { return alarms() == "1"; })) << alarms();
  std::this_thread::sleep_for(milliseconds{100});
  EXPECT_EQ(alarms(), "1");  // once a message
}

}  // namespace
}  // namespace thenorsound::bus
