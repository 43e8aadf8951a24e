// What only the RabbitMQ adapter promises, on a broker that stays up; cuts come from a proxy.
#include <algorithm>
#include <random>

#include "base/metrics.hpp"
#include "bus/rabbitmq/publisher.hpp"
#include "rabbit_address.hpp"
#include "rabbit_scene.hpp"
#include "support/cutting_proxy.hpp"
#include "support/memory_store.hpp"

namespace thenorsound::bus {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string metric(const std::string& name) {
  const std::string text = metrics_text();
  const auto at = text.find("\n" + name + " ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

// The settings of a broker behind `proxy`.
RabbitSettings behind(const CuttingProxy& proxy, RabbitSettings settings) {
  const auto begin = settings.url.rfind(':') + 1;
  settings.url.replace(begin, settings.url.rfind('/') - begin, std::to_string(proxy.port()));
  settings.heartbeat = seconds{1};
  settings.confirm_timeout = milliseconds{300};
  settings.first_pause = milliseconds{10};
  settings.longest_pause = milliseconds{100};
  return settings;
}

struct OnRabbit : testing::Test {
  const RabbitSettings settings = fresh_rabbit();
  const int broker_port = rabbit_address(settings.url)->port;
};

TEST_F(OnRabbit, AMessageThatNoQueueWantsIsNotTakenAndRaisesAnAlarm) {
  RabbitProcess process(settings);
  ASSERT_TRUE(process.declare("q", {"booking.*"}));
  const std::string series = "thenorsound_bus_unroutable_total{type=\"nobodys.type\"}";
  EXPECT_EQ(
      process.publish({rabbit_message("booking.created", "a"), rabbit_message("nobodys.type", "b"),
                       rabbit_message("session.revoked", "c")}),
      (std::vector<bool>{true, false, true}));
  EXPECT_EQ(metric(series), "1");
  EXPECT_EQ(process.publish({rabbit_message("nobodys.type", "b")}), std::vector<bool>{false});
  EXPECT_EQ(metric(series), "2");
  // Once its queue is there, it gets through.
  ASSERT_TRUE(process.declare("r", {"nobodys.*"}));
  EXPECT_EQ(process.publish({rabbit_message("nobodys.type", "b")}), std::vector<bool>{true});
}

TEST_F(OnRabbit, ThreeProcessesShareAQueueInWhateverOrderItsMessagesCome) {
  Effects effects;
  std::array<std::atomic<int>, 3> handled_by{};
  std::array<std::unique_ptr<RabbitProcess>, 3> processes;
  for (std::size_t i = 0; i < processes.size(); ++i) {
    processes[i] = std::make_unique<RabbitProcess>(settings);
    ASSERT_TRUE(processes[i]->declare("q", {"#"}));
    processes[i]->bus.consume("q", [&effects, &count = handled_by[i]](const Message& given) {
      ++count;
      return effects.handle(given);
    });
  }
  std::vector<Message> messages;
  for (int i = 0; i < 2'000; ++i)
    messages.push_back(rabbit_message("x.y", "s" + std::to_string(i % 400), i / 400 + 1));
  std::shuffle(messages.begin(), messages.end(), std::minstd_rand(7));
  ASSERT_TRUE(processes[0]->publish_until_taken(messages));
  EXPECT_TRUE(until([&] { return effects.total() == messages.size(); }, seconds{60}))
      << effects.total();
  for (const auto& count : handled_by) EXPECT_GT(count, 100);
  for (const auto& process : processes)
    EXPECT_TRUE(until([&] { return process->backlog() == 0; }, seconds{30}));
  EXPECT_EQ(effects.repeats(), 0U);
}

TEST_F(OnRabbit, OneProcessKeepsTheDeadLettersOfAll) {
  store::MemoryStore store;
  RabbitProcess worker(settings), keeper(settings, &store);
  ASSERT_TRUE(worker.declare("q", {"#"}));
  ASSERT_TRUE(keeper.declare("q", {"#"}));
  worker.bus.consume("q", [](const Message&) -> Task<Result<Delivery>> {
    co_return unavailable("mail-server-away");
  });
  ASSERT_TRUE(worker.publish_until_taken({rabbit_message("x.y", "a")}));
  const auto letters = [&] { return *wait_for(keeper.loops, keeper.bus.dead_letters(10, 0)); };
  ASSERT_TRUE(until([&] { return letters().size() == 1; }));
  EXPECT_EQ(letters()[0].queue, "q");
  EXPECT_NE(letters()[0].reason.find("mail-server-away"), std::string::npos);
  const auto elsewhere = wait_for(worker.loops, worker.bus.dead_letters(10, 0));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().code, Code::service_unavailable);
  EXPECT_FALSE(wait_for(worker.loops, worker.bus.replay(letters()[0].id)));
}

TEST_F(OnRabbit, DeadLettersWaitWhileTheirStoreFails) {
  store::MemoryStore store;
  RabbitProcess process(settings, &store);
  ASSERT_TRUE(process.declare("q", {"#"}));
  process.bus.consume(
      "q", [](const Message&) -> Task<Result<Delivery>> { co_return unavailable("failing"); });
  store.fault = [](const store::Write&) { return store::MemoryStore::Fault::in_doubt_done; };
  ASSERT_TRUE(process.publish_until_taken({rabbit_message("x.y", "a")}));
  ASSERT_TRUE(until([&] { return store.size("bus_dead_letters") == 1; }));
  store.fault = nullptr;  // It is written again, and found to be there.
  EXPECT_TRUE(
      until([&] { return *wait_for(process.loops, process.bus.dead_letter_count()) == 1; }));
}

TEST_F(OnRabbit, WhatIsNoMessageOfOursGoesToTheDeadLetters) {
  Effects effects;
  store::MemoryStore store;
  RabbitProcess process(settings, &store);
  ASSERT_TRUE(process.declare("q", {"#"}));
  process.bus.consume("q", effects.consumer());
  Publisher stranger(*rabbit_address(settings.url), settings, [] {});
  stranger.start();
  ASSERT_TRUE(until([&] { return stranger.up(); }));
  std::vector<Outgoing> strange(1);
  strange.front().routing_key = "q";
  strange.front().body = "{\"specversion\":\"1.0\"}";
  const auto outcomes = wait_for(process.loops, stranger.publish(std::move(strange)));
  ASSERT_EQ(outcomes.front(), Publisher::Outcome::confirmed);
  ASSERT_TRUE(process.publish_until_taken({rabbit_message("x.y", "a")}));
  EXPECT_TRUE(until([&] { return effects.total() == 1; }));
  ASSERT_TRUE(until([&] { return store.size("bus_dead_letters") == 1; }));
  const auto letters = *wait_for(process.loops, process.bus.dead_letters(10, 0));
  EXPECT_EQ(letters.front().reason, "unreadable");
  EXPECT_FALSE(wait_for(process.loops, process.bus.replay(letters.front().id)));
  EXPECT_TRUE(until([&] { return process.backlog() == 0; }));
}

TEST_F(OnRabbit, ABrokerThatIsAwayHoldsNobodyUp) {
  Effects effects;
  CuttingProxy proxy(broker_port);
  proxy.refusing = true;
  RabbitProcess process(behind(proxy, settings));
  ASSERT_TRUE(process.declare("q", {"#"}));
  process.bus.consume("q", effects.consumer());
  EXPECT_FALSE(process.bus.ready());
  EXPECT_EQ(process.publish({rabbit_message("x.y", "a")}), std::vector<bool>{false});
  EXPECT_EQ(process.backlog(), -1);
  proxy.refusing = false;
  ASSERT_TRUE(until([&] { return process.bus.ready(); }));
  EXPECT_TRUE(
      until([] { return metric("thenorsound_bus_connected{connection=\"publishing\"}") == "1"; }));
  EXPECT_EQ(process.publish({rabbit_message("x.y", "a")}), std::vector<bool>{true});
  EXPECT_TRUE(until([&] { return effects.total() == 1; }));
  proxy.refusing = true;
  proxy.cut();
  EXPECT_TRUE(until([&] {
    return !process.bus.ready() &&
           metric("thenorsound_bus_connected{connection=\"publishing\"}") == "0" &&
           metric("thenorsound_bus_connected{connection=\"consuming\"}") == "0";
  }));
  wait_for(process.loops, process.bus.stop());  // does not wait for it either
}

TEST_F(OnRabbit, LosesAndDoublesNothingWhileConnectionsAreCut) {
  Effects effects;
  CuttingProxy proxy(broker_port);
  RabbitProcess process(behind(proxy, settings));
  ASSERT_TRUE(process.declare("q", {"#"}));
  process.bus.consume("q", effects.consumer());
  std::atomic<bool> publishing{true};
  std::thread cutter([&] {
    while (publishing) {
      std::this_thread::sleep_for(milliseconds{80});
      proxy.cut();
    }
  });
  constexpr int subjects = 100, rounds = 10;
  for (int sequence = 1; sequence <= rounds; ++sequence) {
    std::vector<Message> batch;
    for (int i = 0; i < subjects; ++i)
      batch.push_back(rabbit_message("x.y", "s" + std::to_string(i), sequence));
    EXPECT_TRUE(process.publish_until_taken(batch));
    std::this_thread::sleep_for(milliseconds{20});
  }
  publishing = false;
  cutter.join();
  ASSERT_TRUE(until([&] { return effects.total() == subjects * rounds; }, seconds{60}))
      << effects.total();
  EXPECT_TRUE(until([&] { return process.backlog() == 0; }));
}

TEST_F(OnRabbit, AFrozenBrokerIsNoticedAndGivenUp) {
  Effects effects;
  CuttingProxy proxy(broker_port);
  RabbitProcess process(behind(proxy, settings));
  ASSERT_TRUE(process.declare("q", {"#"}));
  process.bus.consume("q", effects.consumer());
  ASSERT_TRUE(until([&] { return process.bus.ready(); }));
  // An idle connection stays: heartbeats go both ways.
  std::this_thread::sleep_for(milliseconds{2'500});
  EXPECT_TRUE(process.bus.ready());
  EXPECT_NE(process.backlog(), -1);
  proxy.frozen_to_client = proxy.frozen_to_server = true;
  EXPECT_EQ(process.publish({rabbit_message("x.y", "a")}), std::vector<bool>{false});
  EXPECT_TRUE(until([&] { return !process.bus.ready(); }, seconds{20}));
  proxy.frozen_to_client = proxy.frozen_to_server = false;
  ASSERT_TRUE(until([&] { return process.bus.ready(); }, seconds{20}));
  EXPECT_TRUE(process.publish_until_taken({rabbit_message("x.y", "a")}));
  EXPECT_TRUE(until([&] { return effects.total() == 1; }));
}

TEST_F(OnRabbit, AConfirmThatDoesNotComeIsAFalseInTimeAndTheRepeatHasNoEffect) {
  Effects effects;
  CuttingProxy proxy(broker_port);
  RabbitProcess publisher(behind(proxy, settings)), consumer(settings);
  ASSERT_TRUE(publisher.declare("q", {"#"}));
  ASSERT_TRUE(consumer.declare("q", {"#"}));
  consumer.bus.consume("q", effects.consumer());
  proxy.frozen_to_client = true;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(publisher.publish({rabbit_message("x.y", "a")}), std::vector<bool>{false});
  const auto waited = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(waited, milliseconds{250});
  EXPECT_TRUE(until([&] { return effects.total() == 1; }));  // it did get there
  proxy.frozen_to_client = false;
  EXPECT_TRUE(publisher.publish_until_taken({rabbit_message("x.y", "a")}));
  EXPECT_TRUE(until([&] { return consumer.backlog() == 0; }));
  EXPECT_EQ(effects.total(), 1U);
  EXPECT_EQ(effects.repeats(), 0U);  // the bus itself knew that it was done
}

TEST_F(OnRabbit, ATransientQueueIsThereAgainAfterACut) {
  std::atomic<int> heard{0}, heard_by_other{0};
  CuttingProxy proxy(broker_port);
  RabbitProcess gateway(behind(proxy, settings)), other(behind(proxy, settings)), service(settings);
  const auto listen = [](std::atomic<int>& count) {
    return [&count](const Message&) -> Task<Result<Delivery>> {
      ++count;
      co_return Delivery::done;
    };
  };
  // One name, and yet a queue for each.
  ASSERT_TRUE(gateway.declare("sessions", {"session.revoked"}, true));
  ASSERT_TRUE(other.declare("sessions", {"session.revoked"}, true));
  gateway.bus.consume("sessions", listen(heard));
  other.bus.consume("sessions", listen(heard_by_other));
  ASSERT_TRUE(until([&] { return service.bus.ready(); }));
  const auto reaches_both = [&] {
    return until([&] {
      const int before = heard, before_other = heard_by_other;
      static int number = 0;
      EXPECT_TRUE(service.publish_until_taken(
          {rabbit_message("session.revoked", std::to_string(++number))}));
      return until([&] { return heard > before && heard_by_other > before_other; },
                   milliseconds{500});
    });
  };
  EXPECT_TRUE(reaches_both());
  proxy.cut();
  EXPECT_TRUE(reaches_both());
}

TEST_F(OnRabbit, ARefusedLoginIsNoCrash) {
  RabbitSettings wrong = settings;
  wrong.url.replace(wrong.url.find("guest:guest"), 11, "guest:wrong");
  RabbitProcess process(wrong);
  EXPECT_TRUE(process.declare("q", {"#"}));
  EXPECT_FALSE(process.bus.ready());
}

TEST_F(OnRabbit, NamesThatCantBeAreRefused) {
  RabbitProcess process(settings);
  for (const std::string& name :
       {std::string(), std::string(300, 'x'), std::string("amq.q"), dead_queue})
    EXPECT_EQ(process.declare(name, {"#"}).error().code, Code::validation_error) << name;
  EXPECT_EQ(process.declare("q", {""}).error().code, Code::validation_error);
}

}  // namespace
}  // namespace thenorsound::bus
