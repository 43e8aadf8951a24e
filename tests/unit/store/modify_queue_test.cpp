#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>

#include "gated_store.hpp"
#include "store/collection.hpp"
#include "support/until.hpp"

namespace thenorsound::store {
namespace {

struct Account {
  std::string id;
  std::string email;
  std::int64_t amount = 0;
  std::vector<std::string> log;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Account, (), (id, email, amount, log))

using Done = std::optional<Result<Account>>;

Result<Change> add_one(Account& account, Outgoing& out) {
  ++account.amount;
  out.add("account.raised", {{"to", account.amount}});
  return Change::yes;
}

class Modify : public testing::Test {
 protected:
  void SetUp() override {
    loops_.start();
    CollectionSchema schema;
    schema.name = "accounts";
    schema.fields = {"email"};
    schema.indexes = {{{"email"}, true}};
    std::vector<CollectionSchema> schemas{schema};
    wait_for(loops_, store_.declare(std::move(schemas))).value();
    for (const char* id : {"a", "b"}) {
      Account account;
      account.id = id;
      account.email = std::string(id) + "@example.test";
      wait_for(loops_, accounts_.insert(new_trace(), account)).value();
    }
    store_.commits = 0;
  }
  void TearDown() override { loops_.stop(); }

  template <class F>
  Result<Account> modify(const std::string& id, F change) {
    return wait_for(loops_, accounts_.modify(new_trace(), id, change));
  }
  // Starts a change that will wait; it is in the queue once this returns.
  template <class F>
  void start(Done& done, const std::string& id, F change, Trace trace = new_trace()) {
    auto queued = [](Collection<Account>& accounts, Trace with, std::string to, F how,
                     Done& into) -> Task<void> {
      into.emplace(co_await accounts.modify(std::move(with), std::move(to), how));
    };
    loops_.spawn("change", loops_.at(0), queued(accounts_, std::move(trace), id, change, done));
    // The loop takes work in order: when it has done this, the change waits.
    ended(done);
  }
  // Asked on the loop that writes `done`.
  bool ended(const Done& done) {
    std::promise<bool> is;
    boost::asio::post(loops_.at(0), [&] { is.set_value(done.has_value()); });
    return is.get_future().get();
  }
  void close_and_start_first() {
    store_.close();
    start(first_, "a", add_one);
    ASSERT_TRUE(until([&] { return store_.held() == 1; }));
  }
  void open_and_wait(const std::vector<Done>& all) {
    store_.open();
    ASSERT_TRUE(until([&] {
      return ended(first_) &&
             std::all_of(all.begin(), all.end(), [this](const Done& done) { return ended(done); });
    }));
  }
  Account account(const std::string& id) { return *wait_for(loops_, accounts_.get(id)).value(); }
  // As another process would: amount becomes 7.
  void slip_in() {
    Write write;
    write.collection = "accounts";
    write.id = "a";
    auto change = [](DocumentStore& store, Write with) -> Task<void> {
      const auto before = co_await store.get("accounts", "a");
      with.expected = before.value()->revision;
      with.body = before.value()->body;
      with.body["amount"] = 7;
      co_await store.commit(std::move(with));
    };
    Loops other(1);
    other.start();
    other.run_and_wait(change(store_, std::move(write)));
  }
  std::vector<PendingMessage> pending() {
    return wait_for(loops_, store_.pending_messages(10'000)).value();
  }

  SettableClock clock_{Time{1'700'000'000'000}};
  GatedStore store_;
  Loops loops_{2};
  Collection<Account> accounts_{store_, clock_, "accounts", "bank"};
  Done first_;
};

TEST_F(Modify, AppliesAndCommitsOnce) {
  const Result<Account> done = modify("a", add_one);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->amount, 1);
  EXPECT_EQ(account("a").amount, 1);
  EXPECT_EQ(store_.commits, 1);
}

TEST_F(Modify, MessagesAreCompleted) {
  const Trace trace = new_trace();
  const auto change = [](Account& changed, Outgoing& out) -> Result<Change> {
    changed.amount = 5;
    out.add("account.raised", {{"to", 5}});
    out.items.push_back({"user.told", {}, "user"});
    return Change::yes;
  };
  ASSERT_TRUE(wait_for(loops_, accounts_.modify(trace, "a", change)));
  const auto sent = pending();
  ASSERT_EQ(sent.size(), 2U);
  const Message& message = sent[0].message;
  EXPECT_TRUE(message.id.starts_with("msg-"));
  EXPECT_NE(message.id, sent[1].message.id);
  EXPECT_EQ(message.source, "bank");
  EXPECT_EQ(sent[1].message.source, "user");
  EXPECT_EQ(message.type, "account.raised");
  EXPECT_EQ(message.subject, "a");
  EXPECT_EQ(message.time, clock_.now());
  EXPECT_EQ(message.traceparent, trace.traceparent);
  EXPECT_EQ(message.data.at("to"), 5);
  EXPECT_EQ(message.sequence, 1);
  EXPECT_EQ(sent[1].message.sequence, 2);
}

TEST_F(Modify, AChangeOfNothingWritesAndSaysNothing) {
  const auto look = [](Account&, Outgoing& out) -> Result<Change> {
    out.add("never", {});
    return Change::no;
  };
  const Result<Account> done = modify("a", look);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->email, "a@example.test");
  EXPECT_EQ(store_.commits, 0);
  EXPECT_TRUE(pending().empty());
}

TEST_F(Modify, WhatIsAbsentIsNotFound) {
  const Result<Account> done = modify("zz", add_one);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::not_found);
  EXPECT_EQ(done.error().reason, "absent");
}

TEST_F(Modify, ARefusalReachesItsCallerAndChangesNothing) {
  const auto refuse = [](Account& changed, Outgoing&) -> Result<Change> {
    changed.amount = 99;
    return make_error(Code::conflict, "No.", "because");
  };
  const Result<Account> done = modify("a", refuse);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "because");
  EXPECT_EQ(account("a").amount, 0);
  EXPECT_EQ(store_.commits, 0);
}

TEST_F(Modify, WhatWaitsForOneDocumentIsCommittedTogether) {
  close_and_start_first();
  std::vector<Done> done(100);
  for (Done& each : done) start(each, "a", add_one);
  open_and_wait(done);
  EXPECT_EQ(store_.commits, 2);
  EXPECT_EQ((*first_)->amount, 1);
  for (std::size_t i = 0; i < done.size(); ++i)
    EXPECT_EQ((*done[i])->amount, static_cast<std::int64_t>(i) + 2);
  EXPECT_EQ(account("a").amount, 101);
  std::int64_t sequence = 0;
  for (const PendingMessage& message : pending()) {
    EXPECT_EQ(message.message.sequence, ++sequence);
    EXPECT_EQ(message.message.data.at("to"), sequence);
  }
  EXPECT_EQ(sequence, 101);
}

TEST_F(Modify, MoreThanFitTogetherAreSplitInOrder) {
  close_and_start_first();
  std::vector<Done> done(ModifyQueue::max_together + 10);
  for (Done& each : done) start(each, "a", add_one);
  open_and_wait(done);
  EXPECT_EQ(store_.commits, 3);
  EXPECT_EQ((*done.back())->amount, static_cast<std::int64_t>(done.size()) + 1);
}

TEST_F(Modify, OtherDocumentsDontWait) {
  close_and_start_first();
  Done other;
  start(other, "b", add_one);
  EXPECT_TRUE(until([&] { return store_.held() == 2; }));
  open_and_wait({});
  EXPECT_TRUE(until([&] { return ended(other); }));
}

TEST_F(Modify, ARefusalAmongOthersIsOnlyItsOwn) {
  close_and_start_first();
  const auto take_last = [](Account& changed, Outgoing&) -> Result<Change> {
    if (changed.amount >= 2) return make_error(Code::conflict, "Full.", "full");
    ++changed.amount;
    return Change::yes;
  };
  std::vector<Done> done(4);
  for (Done& each : done) start(each, "a", take_last);
  open_and_wait(done);
  EXPECT_EQ((*done[0])->amount, 2);
  for (std::size_t i = 1; i < done.size(); ++i) EXPECT_EQ(done[i]->error().reason, "full");
  EXPECT_EQ(account("a").amount, 2);
}

TEST_F(Modify, EachMessageHasItsOwnTrace) {
  close_and_start_first();
  const Trace one = new_trace(), two = new_trace();
  std::vector<Done> done(2);
  start(done[0], "a", add_one, one);
  start(done[1], "a", add_one, two);
  open_and_wait(done);
  const auto sent = pending();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[1].message.traceparent, one.traceparent);
  EXPECT_EQ(sent[2].message.traceparent, two.traceparent);
}

TEST_F(Modify, AConflictReadsAgainAndAppliesAllAgain) {
  close_and_start_first();
  const auto refuse_odd = [](Account& changed, Outgoing&) -> Result<Change> {
    if (changed.amount % 2 == 1) return make_error(Code::conflict, "Odd.", "odd");
    changed.log.push_back("even");
    return Change::yes;
  };
  std::vector<Done> done(2);
  start(done[0], "a", refuse_odd);  // sees 1 at first
  start(done[1], "a", add_one);
  std::atomic<int> asked{0};
  store_.fault = [&](const Write&) {
    return ++asked == 2 ? MemoryStore::Fault::conflict : MemoryStore::Fault::none;
  };
  open_and_wait(done);
  EXPECT_EQ(store_.commits, 3);
  EXPECT_EQ(done[0]->error().reason, "odd");
  EXPECT_EQ((*done[1])->amount, 2);
  EXPECT_EQ(pending().size(), 2U);
}

TEST_F(Modify, TheStateAfterAConflictIsTheLatest) {
  // Another process gets in between, once.
  std::atomic<bool> slipped{false};
  const auto change = [this, &slipped](Account& changed, Outgoing&) -> Result<Change> {
    if (!slipped.exchange(true)) slip_in();
    changed.amount *= 10;
    return Change::yes;
  };
  const Result<Account> done = modify("a", change);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->amount, 70);
}

TEST_F(Modify, ConflictsWithoutEndAreUnavailable) {
  store_.ends_as = Outcome::conflict;
  int applied = 0;
  const auto change = [&applied](Account& changed, Outgoing&) -> Result<Change> {
    ++applied;
    ++changed.amount;
    return Change::yes;
  };
  const Result<Account> done = modify("a", change);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::service_unavailable);
  EXPECT_EQ(applied, ModifyQueue::max_attempts);
}

TEST_F(Modify, WhatIsInDoubtIsNeverRepeated) {
  for (const auto fault : {MemoryStore::Fault::in_doubt_done, MemoryStore::Fault::in_doubt_lost}) {
    store_.commits = 0;
    store_.fault = [fault](const Write&) { return fault; };
    const Result<Account> done = modify("b", add_one);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::service_unavailable);
    EXPECT_EQ(done.error().reason, "in-doubt");
    EXPECT_EQ(store_.commits, 1);
  }
  EXPECT_EQ(account("b").amount, 1);
}

TEST_F(Modify, InDoubtTogetherAllAreInDoubt) {
  close_and_start_first();
  const auto refuse = [](Account& changed, Outgoing&) -> Result<Change> {
    if (changed.amount < 2) return Change::no;
    return make_error(Code::conflict, "Full.", "full");
  };
  std::vector<Done> done(2);
  start(done[0], "a", add_one);
  start(done[1], "a", refuse);
  std::atomic<int> asked{0};
  store_.fault = [&](const Write&) {
    return ++asked == 2 ? MemoryStore::Fault::in_doubt_lost : MemoryStore::Fault::none;
  };
  open_and_wait(done);
  EXPECT_TRUE(*first_);
  EXPECT_EQ(done[0]->error().reason, "in-doubt");
  EXPECT_EQ(done[1]->error().reason, "in-doubt");
}

TEST_F(Modify, ARefusingStoreIsUnavailable) {
  store_.ends_as = Outcome::refused;
  const Result<Account> done = modify("a", add_one);
  EXPECT_EQ(done.error().code, Code::service_unavailable);
  EXPECT_EQ(done.error().reason, "refused");
}

TEST_F(Modify, AStoreThatCantReadIsUnavailable) {
  store_.down = true;
  EXPECT_EQ(modify("a", add_one).error().code, Code::service_unavailable);
  store_.down = false;
  EXPECT_TRUE(modify("a", add_one));
}

TEST_F(Modify, ADuplicateNamesItsField) {
  const auto rename = [](Account& changed, Outgoing&) -> Result<Change> {
    changed.email = "b@example.test";
    return Change::yes;
  };
  const Result<Account> done = modify("a", rename);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::conflict);
  EXPECT_EQ(done.error().reason, "duplicate:email");
}

TEST_F(Modify, OfSeveralOnlyTheDuplicateIsRefused) {
  close_and_start_first();
  const auto rename = [](Account& changed, Outgoing&) -> Result<Change> {
    changed.email = "b@example.test";
    return Change::yes;
  };
  const auto depend = [](Account& changed, Outgoing&) -> Result<Change> {
    if (changed.email == "b@example.test") return make_error(Code::conflict, "No.", "renamed");
    changed.log.push_back("kept");
    return Change::yes;
  };
  std::vector<Done> done(4);
  start(done[0], "a", add_one);
  start(done[1], "a", rename);
  start(done[2], "a", depend);
  start(done[3], "a", add_one);
  open_and_wait(done);
  EXPECT_EQ((*done[0])->amount, 2);
  EXPECT_EQ(done[1]->error().reason, "duplicate:email");
  ASSERT_TRUE(*done[2]);  // judged without the change that was refused
  EXPECT_EQ((*done[3])->amount, 3);
  EXPECT_EQ(account("a").email, "a@example.test");
  EXPECT_EQ(account("a").log, std::vector<std::string>{"kept"});
  EXPECT_EQ(pending().size(), 3U);
}

TEST_F(Modify, TooManyWaitingAreTurnedAway) {
  close_and_start_first();
  std::vector<Done> done(ModifyQueue::max_waiting_per_document);
  for (Done& each : done) start(each, "a", add_one);
  Done refused;
  start(refused, "a", add_one);
  ASSERT_TRUE(until([&] { return ended(refused); }));
  EXPECT_EQ(refused->error().code, Code::service_unavailable);
  open_and_wait(done);
  EXPECT_EQ(account("a").amount, static_cast<std::int64_t>(done.size()) + 1);
}

TEST_F(Modify, ABugInAChangeIsThrownToItsCallerOnly) {
  close_and_start_first();
  std::vector<Done> done(1);
  std::atomic<bool> thrown{false};
  auto faulty = [](Collection<Account>& accounts, std::atomic<bool>& caught) -> Task<void> {
    const auto change = [](Account&, Outgoing&) -> Result<Change> {
      throw UnexpectedFailure("bug");
    };
    try {
      co_await accounts.modify(new_trace(), "a", change);
    } catch (const UnexpectedFailure&) {
      caught = true;
    }
  };
  loops_.spawn("faulty", loops_.at(0), faulty(accounts_, thrown));
  start(done[0], "a", add_one);
  open_and_wait(done);
  EXPECT_TRUE(until([&] { return thrown.load(); }));
  EXPECT_EQ((*done[0])->amount, 2);
}

TEST_F(Modify, AStoreThatThrowsHoldsUpNobody) {
  store_.throws = true;
  EXPECT_THROW(modify("a", add_one), UnexpectedFailure);
  store_.throws = false;
  EXPECT_EQ(modify("a", add_one)->amount, 1);
}

TEST_F(Modify, InsertTellsWhyNot) {
  Account account;
  account.id = "a";
  account.email = "new@example.test";
  auto done = wait_for(loops_, accounts_.insert(new_trace(), account));
  EXPECT_EQ(done.error().code, Code::conflict);
  EXPECT_EQ(done.error().reason, "exists");
  account.id = "c";
  account.email = "a@example.test";
  done = wait_for(loops_, accounts_.insert(new_trace(), account));
  EXPECT_EQ(done.error().reason, "duplicate:email");
  store_.ends_as = Outcome::in_doubt;
  EXPECT_EQ(wait_for(loops_, accounts_.insert(new_trace(), account)).error().reason, "in-doubt");
  store_.ends_as = Outcome::refused;
  EXPECT_EQ(wait_for(loops_, accounts_.insert(new_trace(), account)).error().reason, "refused");
}

TEST_F(Modify, InsertSendsItsMessages) {
  Account account;
  account.id = "c";
  account.email = "c@example.test";
  Outgoing out;
  out.add("account.opened", {});
  ASSERT_TRUE(wait_for(loops_, accounts_.insert(new_trace(), account, out)));
  ASSERT_EQ(pending().size(), 1U);
  EXPECT_EQ(pending()[0].message.subject, "c");
}

TEST_F(Modify, EraseIsNoErrorWhereThereIsNothingAndRepeatsOnConflict) {
  EXPECT_TRUE(wait_for(loops_, accounts_.erase("zz")));
  std::atomic<int> asked{0};
  store_.fault = [&](const Write&) {
    return ++asked <= 2 ? MemoryStore::Fault::conflict : MemoryStore::Fault::none;
  };
  EXPECT_TRUE(wait_for(loops_, accounts_.erase("a")));
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(store_.size("accounts"), 1U);
  store_.ends_as = Outcome::in_doubt;
  EXPECT_EQ(wait_for(loops_, accounts_.erase("b")).error().reason, "in-doubt");
}

TEST_F(Modify, WhatWaitsWhenEverythingStopsIsLetGo) {
  {
    Collection<Account> accounts(store_, clock_, "accounts", "bank");
    store_.close();
    auto change = [](Collection<Account>& on, std::atomic<int>& started) -> Task<void> {
      ++started;
      co_await on.modify(new_trace(), "a", add_one);
    };
    std::atomic<int> started{0};
    for (int i = 0; i < 5; ++i) loops_.spawn("change", change(accounts, started));
    ASSERT_TRUE(until([&] { return started == 5 && store_.held() == 1; }));
    loops_.stop();
  }
  store_.drop_held();
}

}  // namespace
}  // namespace thenorsound::store
