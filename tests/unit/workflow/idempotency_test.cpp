#include "workflow/idempotency.hpp"

#include <gtest/gtest.h>

#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::workflow {
namespace {

using std::chrono::milliseconds;
using store::MemoryStore;
using Answer = Result<http::Response>;

struct Asked {
  std::string key = "key-1";
  std::string body = R"({"name":"a"})";
  std::string user = "usr-1";
  std::string path = "/api/events";
  std::vector<std::string> values = {};
  bool has_key = true;
  bool twice = false;
};

http::Response made(std::string id) {
  http::Response response;
  response.status = 201;
  response.body = "{\"id\":\"" + id + "\"}";
  response.set("Location", "/api/events/" + id);
  response.set("ETag", "\"1\"");
  return response;
}

struct Keys : testing::Test {
  Loops loops{2};
  MemoryStore store;
  SettableClock clock{Time{1'800'000'000'000}};
  Idempotency keys{store, clock, "event"};
  std::mutex mutex;
  std::vector<std::string> ids;  // `act` was run with
  std::function<Answer(std::string)> answer = [](std::string id) { return made(id); };
  std::atomic<int> pause_ms{0};

  void SetUp() override {
    loops.start();
    wait_for(loops, store.declare({keys.schema()}));
  }
  // The running coroutines refer to the members above.
  void TearDown() override { loops.stop(); }

  Task<Answer> act(std::string id) {
    {
      const std::lock_guard lock(mutex);
      ids.push_back(id);
    }
    if (pause_ms > 0) co_await sleep_for(milliseconds{pause_ms});
    co_return answer(std::move(id));
  }
  Task<Answer> run(Asked asked) {
    http::Request request;
    request.method = http::Method::post;
    request.path = asked.path;
    request.body = asked.body;
    if (asked.has_key) request.fields.push_back({"idempotency-key", asked.key});
    if (asked.twice) request.fields.push_back({"Idempotency-Key", "other"});
    Actor actor;
    actor.user.value = asked.user;
    actor.role = Role::CustomerAdmin;
    http::Call call{
        .request = request, .actor = actor, .trace = {}, .path = asked.values, .body = {}};
    auto work = [this](std::string id) { return act(std::move(id)); };
    co_return co_await keys.run(call, "evt", std::move(work));
  }
  Answer ask(Asked asked = {}) { return wait_for(loops, run(std::move(asked))); }
  std::size_t runs() {
    const std::lock_guard lock(mutex);
    return ids.size();
  }
  void fail_with(Code code, int retry_after_s = 0) {
    answer = [=](std::string) {
      Error error = make_error(code, "No.", "why");
      error.details = {{"slots[0]", "must be free"}};
      error.extra["quote"] = 12;
      error.retry_after_s = retry_after_s;
      return Answer(error);
    };
  }
};

TEST_F(Keys, WithoutAKeyEachRequestRunsWithANewId) {
  ASSERT_TRUE(ask({.has_key = false}));
  ASSERT_TRUE(ask({.has_key = false}));
  ASSERT_EQ(runs(), 2U);
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_TRUE(ids[0].starts_with("evt-"));
  EXPECT_EQ(store.size("event_idempotency"), 0U);
}

TEST_F(Keys, ABadKeyIs400WithoutDetails) {
  const std::vector<std::string> bad{"",        "has space", "tab\there",
                                     "del\x7f", "å",         std::string(129, 'k')};
  for (const std::string& key : bad) {
    const Answer refused = ask({.key = key});
    ASSERT_FALSE(refused) << key;
    EXPECT_EQ(refused.error().code, Code::validation_error);
    EXPECT_TRUE(refused.error().details.empty());
  }
  EXPECT_EQ(ask({.twice = true}).error().code, Code::validation_error);
  EXPECT_EQ(runs(), 0U);
}

TEST_F(Keys, AKeyOf128VisibleCharactersIsTaken) {
  EXPECT_TRUE(ask({.key = std::string(127, '~') + "!"}));
}

TEST_F(Keys, ARepeatGetsTheFirstAnswer) {
  const Answer first = ask();
  const Answer second = ask();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(runs(), 1U);
  EXPECT_EQ(second->status, 201);
  EXPECT_EQ(second->body, first->body);
  EXPECT_EQ(*second->field("Location"), *first->field("Location"));
  EXPECT_EQ(*second->field("ETag"), "\"1\"");
}

TEST_F(Keys, ARepeatAfterARestartGetsTheFirstAnswer) {
  const Answer first = ask();
  keys.~Idempotency();
  new (&keys) Idempotency(store, clock, "event");
  EXPECT_EQ(ask()->body, first->body);
  EXPECT_EQ(runs(), 1U);
}

TEST_F(Keys, RefusalsThatLastAreKeptWithAllTheySaid) {
  int key = 0;
  for (const Code code :
       {Code::conflict, Code::crew_unavailable, Code::event_slot_unavailable,
        Code::precondition_failed, Code::tariff_not_found, Code::crew_not_qualified}) {
    fail_with(code);
    const Asked asked{.key = std::to_string(++key)};
    const std::size_t before = runs();
    ask(asked);
    const Answer again = ask(asked);
    EXPECT_EQ(runs(), before + 1) << code_name(code);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, code);
    EXPECT_EQ(again.error().message, "No.");
    EXPECT_EQ(again.error().details, (std::vector<FieldError>{{"slots[0]", "must be free"}}));
    EXPECT_EQ(again.error().extra.at("quote"), 12);
  }
}

TEST_F(Keys, OtherRefusalsFreeTheKey) {
  int key = 0;
  for (const Code code : {Code::validation_error, Code::unauthorized, Code::forbidden,
                          Code::not_found, Code::rate_limited}) {
    fail_with(code);
    const std::string name = std::to_string(++key);
    EXPECT_EQ(ask({.key = name}).error().code, code);
    answer = [](std::string id) { return made(id); };
    EXPECT_TRUE(ask({.key = name, .body = "{\"other\":1}"})) << code_name(code);
  }
}

TEST_F(Keys, AfterAServerErrorARepeatRunsAgainWithTheSameId) {
  for (const Code code : {Code::service_error, Code::service_unavailable, Code::gateway_timeout}) {
    fail_with(code);
    const Asked asked{.key = std::string(code_name(code))};
    EXPECT_EQ(ask(asked).error().code, code);
    Asked other = asked;
    other.body = "{}";
    EXPECT_EQ(ask(other).error().code, Code::idempotency_key_reused);
    answer = [](std::string id) { return made(id); };
    EXPECT_TRUE(ask(asked));
    EXPECT_EQ(ids[ids.size() - 1], ids[ids.size() - 2]);
    EXPECT_TRUE(ask(asked));
  }
  EXPECT_EQ(runs(), 6U);
}

TEST_F(Keys, AConflictThatAsksToTryAgainIsNotKept) {
  fail_with(Code::conflict, 1);
  EXPECT_FALSE(ask());
  answer = [](std::string id) { return made(id); };
  EXPECT_TRUE(ask());
  EXPECT_EQ(ids[0], ids[1]);
}

TEST_F(Keys, AnIdThatIsUsedUpIsGivenUp) {
  answer = [](std::string) {
    return Answer(make_error(Code::service_unavailable, "Later.", std::string(start_afresh)));
  };
  EXPECT_FALSE(ask());
  answer = [](std::string id) { return made(id); };
  EXPECT_TRUE(ask());
  EXPECT_NE(ids[0], ids[1]);
}

TEST_F(Keys, AfterARunThatWasUndoneTheRepeatIsRunWithANewIdAtOnce) {
  answer = [this](std::string id) -> Answer {
    if (id == ids[0]) return make_error(Code::service_unavailable, "Later.", "killed");
    return made(id);
  };
  EXPECT_FALSE(ask());
  answer = [this](std::string id) -> Answer {
    if (id == ids[0])
      return make_error(Code::service_unavailable, "Later.", std::string(id_used_up));
    return made(id);
  };
  const Answer repeated = ask();
  ASSERT_TRUE(repeated);
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(repeated->body, made(ids[2]).body);
  EXPECT_EQ(ask()->body, repeated->body);
  EXPECT_EQ(runs(), 3U);
}

TEST_F(Keys, AnIdThatIsUsedUpAgainIsAnError) {
  answer = [](std::string) {
    return Answer(make_error(Code::service_unavailable, "Later.", std::string(id_used_up)));
  };
  EXPECT_FALSE(ask());
  EXPECT_EQ(runs(), 2U);
}

TEST_F(Keys, AnExceptionGoesOnAndLeavesTheIdForARepeat) {
  answer = [](std::string) -> Answer { throw std::runtime_error("bug"); };
  EXPECT_THROW(ask(), std::runtime_error);
  answer = [](std::string id) { return made(id); };
  EXPECT_TRUE(ask());
  EXPECT_EQ(ids[0], ids[1]);
}

TEST_F(Keys, AnotherBodyIsRefused) {
  ASSERT_TRUE(ask());
  const Answer refused = ask({.body = R"({"name":"b"})"});
  EXPECT_EQ(refused.error().code, Code::idempotency_key_reused);
  EXPECT_EQ(runs(), 1U);
}

TEST_F(Keys, AnotherThingOnTheSameRouteIsRefused) {
  ASSERT_TRUE(ask({.path = "/api/bookings/b1/invoice", .values = {"b1"}}));
  const Answer refused = ask({.path = "/api/bookings/b2/invoice", .values = {"b2"}});
  EXPECT_EQ(refused.error().code, Code::idempotency_key_reused);
}

TEST_F(Keys, CallersAndRoutesDoNotShareKeys) {
  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask({.body = "{}", .user = "usr-2"}));
  ASSERT_TRUE(ask({.body = "{}", .path = "/api/bookings"}));
  EXPECT_EQ(runs(), 3U);
}

TEST_F(Keys, OfManyAtTheSameTimeOneRunsAndAllGetItsAnswer) {
  pause_ms = 100;
  std::vector<std::optional<Answer>> answers(8);
  std::vector<std::thread> callers;
  for (auto& slot : answers) callers.emplace_back([&] { slot = ask(); });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(runs(), 1U);
  for (const auto& one : answers) EXPECT_EQ((*one)->body, (*answers[0])->body);
}

TEST_F(Keys, AnotherBodyIsRefusedWhileTheFirstIsBeingAnswered) {
  pause_ms = 300;
  std::thread first([&] { ask(); });
  ASSERT_TRUE(until([&] { return runs() == 1; }));
  EXPECT_EQ(ask({.body = "{}"}).error().code, Code::idempotency_key_reused);
  first.join();
}

TEST_F(Keys, ARepeatWaitsTenSecondsAndIsThenAskedToTryAgain) {
  pause_ms = 11'500;
  std::thread first([&] { ask(); });
  ASSERT_TRUE(until([&] { return runs() == 1; }));
  const auto before = std::chrono::steady_clock::now();
  const Answer busy = ask();
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::seconds{10});
  EXPECT_EQ(busy.error().code, Code::conflict);
  EXPECT_GT(busy.error().retry_after_s, 0);
  first.join();
  EXPECT_EQ(ask()->status, 201);
  EXPECT_EQ(runs(), 1U);
}

TEST_F(Keys, AfterACrashARepeatRunsAgainWithTheSameId) {
  // As a crash leaves it: claimed, and never finished.
  std::atomic<int> writes{0};
  store.fault = [&](const store::Write&) {
    return ++writes > 1 ? MemoryStore::Fault::in_doubt_lost : MemoryStore::Fault::none;
  };
  ASSERT_TRUE(ask());
  store.fault = nullptr;
  clock.advance(6'001);
  ASSERT_TRUE(ask());
  ASSERT_EQ(runs(), 2U);
  EXPECT_EQ(ids[0], ids[1]);
}

TEST_F(Keys, TheLeaseIsRenewedWhileTheAnswerIsBeingMade) {
  pause_ms = 5'000;
  std::thread first([&] { ask(); });
  ASSERT_TRUE(until([&] { return runs() == 1; }));
  clock.advance(5'000);
  std::this_thread::sleep_for(milliseconds{2'500});  // renewed every 2 s
  clock.advance(5'000);
  EXPECT_EQ(ask()->status, 201);
  EXPECT_EQ(runs(), 1U);
  first.join();
}

TEST_F(Keys, AClaimInDoubtIsReadAgain) {
  for (const auto kind : {MemoryStore::Fault::in_doubt_done, MemoryStore::Fault::in_doubt_lost}) {
    std::atomic<int> writes{0};
    store.fault = [&](const store::Write&) {
      return ++writes == 1 ? kind : MemoryStore::Fault::none;
    };
    const Asked asked{.key = kind == MemoryStore::Fault::in_doubt_done ? "done" : "lost"};
    const std::size_t before = runs();
    EXPECT_TRUE(ask(asked));
    EXPECT_TRUE(ask(asked));
    EXPECT_EQ(runs(), before + 1);
  }
}

TEST_F(Keys, AnEndInDoubtIsWrittenAgain) {
  std::atomic<int> writes{0};
  store.fault = [&](const store::Write&) {
    return ++writes == 2 ? MemoryStore::Fault::in_doubt_lost : MemoryStore::Fault::none;
  };
  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());
  EXPECT_EQ(runs(), 1U);
}

TEST_F(Keys, AfterADayTheKeyIsNewAgain) {
  ASSERT_TRUE(ask());
  clock.advance(24 * hour_ms + 1);
  ASSERT_TRUE(ask({.body = "{}"}));
  ASSERT_EQ(runs(), 2U);
  EXPECT_NE(ids[0], ids[1]);
}

TEST_F(Keys, AStoreThatIsAwayIsAnErrorAndNothingRuns) {
  store.down = true;
  EXPECT_EQ(ask().error().code, Code::service_unavailable);
  EXPECT_EQ(runs(), 0U);
}

}  // namespace
}  // namespace thenorsound::workflow
