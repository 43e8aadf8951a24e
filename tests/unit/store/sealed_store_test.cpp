#include "store/sealed_store.hpp"

#include <gtest/gtest.h>

#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::store {
namespace {

constexpr std::string_view number = "850709-9805";

json::object object(std::string_view text) { return read_own_json(text).as_object(); }

bool is_number(const json::value& value) { return value == json::value(number); }

CollectionSchema people() {
  CollectionSchema schema;
  schema.name = "people";
  schema.fields = {"key", "rank"};
  schema.indexes = {{{"key"}, true}, {{"rank"}, false}};
  schema.sealed = {{"account"}, {"company.number", is_number}};
  schema.hashed = {{"key", is_number}};
  return schema;
}

Keyring ring(const std::string& ids, char hash = 'h') {
  std::vector<Keyring::Key> keys;
  for (const char id : ids) keys.push_back({std::string(1, id), std::string(32, id)});
  std::string current(1, ids.back());
  return Keyring::make(std::move(keys), std::move(current), std::string(32, hash)).value();
}

// Fails commits from the one on that `commits_left` counts down to.
class FailingStore : public MemoryStore {
 public:
  using DocumentStore::commit;
  Task<std::vector<CommitResult>> commit(std::vector<Write> writes) override {
    if (comes_first) {
      std::vector<Write> first(1, *std::exchange(comes_first, std::nullopt));
      const auto done = co_await MemoryStore::commit(std::move(first));
      EXPECT_EQ(done.front().outcome, Outcome::committed);
    }
    if (commits_left == 0) {
      std::vector<CommitResult> refused(writes.size());
      for (CommitResult& result : refused) result.outcome = Outcome::refused;
      co_return refused;
    }
    --commits_left;
    co_return co_await MemoryStore::commit(std::move(writes));
  }
  Task<Result<void>> erase_traces() override {
    if (traces_stay) co_return unavailable("down");
    ++traces_erased;
    co_return Result<void>();
  }
  int commits_left = 1'000'000;
  int traces_erased = 0;
  bool traces_stay = false;
  std::optional<Write> comes_first;  // somebody else's, before the next commit
};

class Sealing : public ::testing::Test {
 protected:
  Sealing() { loops_.start(); }
  ~Sealing() override { loops_.stop(); }

  template <class T>
  T wait(Task<T> task) {
    return wait_for(loops_, std::move(task));
  }
  void use(Keyring keys) {
    keys_ = std::make_unique<Keyring>(std::move(keys));
    store_ = std::make_unique<SealedStore>(below_, *keys_, "shop");
  }
  Result<void> declare() {
    std::vector<CollectionSchema> schemas{people()};
    return wait(store_->declare(std::move(schemas)));
  }
  void open(Keyring keys) {
    use(std::move(keys));
    const Result<void> declared = declare();
    ASSERT_TRUE(declared) << declared.error().message << declared.error().reason;
  }
  static Write write_of(const std::string& id, json::object body, Revision expected) {
    Write write;
    write.collection = "people";
    write.id = id;
    write.expected = expected;
    write.body = std::move(body);
    return write;
  }
  CommitResult put(const std::string& id, json::object body, Revision expected = 0) {
    return wait(store_->commit(write_of(id, std::move(body), expected)));
  }
  json::object body(const std::string& id) {
    const auto found = wait(store_->get("people", id));
    EXPECT_TRUE(found && *found) << id;
    return found && *found ? (*found)->body : json::object();
  }
  json::object stored(const std::string& id) {
    return wait(below_.get("people", id)).value()->body;
  }
  Revision revision(const std::string& id) {
    return wait(below_.get("people", id)).value()->revision;
  }
  // Past the sealing.
  CommitResult put_below(const std::string& id, json::object body) {
    return wait(below_.commit(write_of(id, std::move(body), revision(id))));
  }
  // Every note and document, as the adapter has them.
  std::string everything() {
    std::string all;
    for (const char* collection : {"people", "shop_sealing"})
      for (const DocumentPtr& document : wait(below_.find(collection, page())).value())
        all += document->id + write_json(document->body);
    return all;
  }
  static Query page() {
    Query query;
    query.limit = 10'000;
    return query;
  }
  std::vector<std::string> noted_keys() {
    std::vector<std::string> keys;
    for (const DocumentPtr& note : wait(below_.find("shop_sealing", page())).value())
      if (note->id.starts_with("key:")) keys.push_back(note->id.substr(4));
    return keys;
  }

  Loops loops_{2};
  FailingStore below_;
  std::unique_ptr<Keyring> keys_;
  std::unique_ptr<SealedStore> store_;
};

const char* const whole =
    R"({"name":"Ada","rank":1,"account":{"no":"5555-1"},"company":{"number":"850709-9805"},
        "key":"850709-9805"})";

TEST_F(Sealing, KeepsWhatIsSealedFromTheStoreBelow) {
  open(ring("a"));
  ASSERT_EQ(put("p1", object(whole)).outcome, Outcome::committed);
  json::object expected = object(whole);
  json::object got = body("p1");
  EXPECT_EQ(got["account"], expected["account"]);
  EXPECT_EQ(got["company"], expected["company"]);
  EXPECT_EQ(got["name"], "Ada");
  const std::string below = everything();
  EXPECT_EQ(below.find("850709"), std::string::npos) << below;
  EXPECT_EQ(below.find("5555"), std::string::npos) << below;
  EXPECT_NE(below.find("Ada"), std::string::npos);
  for (const DocumentPtr& found : wait(store_->find("people", page())).value())
    EXPECT_EQ(found->body.at("account"), expected["account"]);
}

TEST_F(Sealing, LeavesAloneWhatItsConditionDoesNotMean) {
  open(ring("a"));
  put("p1", object(R"({"company":{"number":"556016-0680"},"key":"5560160680"})"));
  EXPECT_EQ(stored("p1").at("company").at("number"), "556016-0680");
  EXPECT_EQ(stored("p1").at("key"), "5560160680");
  put("p2", object(R"({"account":null,"company":7})"));
  EXPECT_TRUE(body("p2").at("account").is_null());
  EXPECT_EQ(body("p2").at("company"), 7);
}

TEST_F(Sealing, FindsAndKeepsUniqueByTheHash) {
  open(ring("a"));
  ASSERT_EQ(put("p1", object(whole)).outcome, Outcome::committed);
  const CommitResult second = put("p2", object(whole));
  EXPECT_EQ(second.outcome, Outcome::duplicate);
  EXPECT_EQ(second.violated_field, "key");
  Query query;
  query.where.push_back({"key", Op::eq, json::value(number)});
  ASSERT_EQ(wait(store_->find("people", query)).value().size(), 1U);
  EXPECT_EQ(wait(store_->count("people", query)).value(), 1);
  query.where.front().op = Op::gt;
  EXPECT_THROW(wait(store_->find("people", query)), UnexpectedFailure);
}

TEST_F(Sealing, AValueMovedToAnotherDocumentOrPathDoesNotOpen) {
  open(ring("a"));
  put("p1", object(R"({"account":"mine"})"));
  put("p2", object(R"({"account":"yours"})"));
  json::object moved = stored("p1");
  ASSERT_EQ(put_below("p2", moved).outcome, Outcome::committed);
  EXPECT_EQ(wait(store_->get("people", "p2")).error().reason, "not-opened");
  EXPECT_EQ(wait(store_->find("people", page())).error().reason, "not-opened");
  json::object swapped;
  swapped["company"].emplace_object()["number"] = moved["account"];
  ASSERT_EQ(put_below("p1", swapped).outcome, Outcome::committed);
  EXPECT_EQ(wait(store_->get("people", "p1")).error().reason, "not-opened");
}

TEST_F(Sealing, AMissingOrAnotherKeyIsAnErrorAtTheStart) {
  open(ring("a"));
  put("p1", object(whole));
  const std::string before = everything();
  use(ring("b"));
  Result<void> declared = declare();
  ASSERT_FALSE(declared);
  EXPECT_NE(declared.error().message.find("'a', which is missing"), std::string::npos)
      << declared.error().message;
  use(Keyring::make({{"a", std::string(32, 'x')}}, "a", std::string(32, 'h')).value());
  declared = declare();
  ASSERT_FALSE(declared);
  EXPECT_NE(declared.error().message.find("another key 'a'"), std::string::npos);
  use(ring("a", 'i'));
  declared = declare();
  ASSERT_FALSE(declared);
  EXPECT_NE(declared.error().message.find("hashed with another key"), std::string::npos);
  EXPECT_EQ(everything(), before) << "a failed start wrote something";
  open(ring("a"));
  EXPECT_EQ(body("p1").at("account"), object(whole)["account"]);
}

TEST_F(Sealing, AStartSealsWhatWasPlainAndErasesItsTraces) {
  std::vector<CollectionSchema> schemas{people()};
  wait(below_.declare(std::move(schemas))).value();
  for (int i = 0; i < 250; ++i) {
    json::object plain = object(whole);
    plain["key"] = "other" + std::to_string(i);
    wait(below_.commit(write_of("p" + std::to_string(i), plain, 0)));
  }
  wait(below_.commit(write_of("q", object(whole), 0)));
  open(ring("a"));
  EXPECT_EQ(everything().find("850709"), std::string::npos);
  EXPECT_EQ(body("p7").at("account"), object(whole)["account"]);
  EXPECT_EQ(below_.traces_erased, 1);
  EXPECT_EQ(put("r", object(whole)).outcome, Outcome::duplicate) << "hashed as new ones are";
  // Not again at the next start, which would read everything.
  const auto reads = below_.reads.load();
  open(ring("a"));
  EXPECT_LE(below_.reads - reads, 2);
  EXPECT_EQ(below_.traces_erased, 1);
}

TEST_F(Sealing, TracesThatCouldNotBeErasedAreByTheNextStart) {
  std::vector<CollectionSchema> schemas{people()};
  wait(below_.declare(std::move(schemas))).value();
  wait(below_.commit(write_of("p1", object(whole), 0)));
  below_.traces_stay = true;
  use(ring("a"));
  EXPECT_FALSE(declare());
  EXPECT_EQ(everything().find("850709"), std::string::npos);
  below_.traces_stay = false;
  open(ring("a"));
  EXPECT_EQ(below_.traces_erased, 1);
  open(ring("a"));
  EXPECT_EQ(below_.traces_erased, 1);
}

TEST_F(Sealing, ASealingCutOffAnywhereIsFinishedByTheNextStart) {
  for (int cut = 0; cut < 9; ++cut) {
    FailingStore fresh;
    SealedStore sealed(fresh, *(keys_ = std::make_unique<Keyring>(ring("a"))), "shop");
    std::vector<CollectionSchema> schemas{people()};
    wait(fresh.declare(schemas)).value();
    for (int i = 0; i < 300; ++i)
      wait(fresh.commit(write_of("p" + std::to_string(i), object(R"({"account":"5555-1"})"), 0)));
    fresh.commits_left = cut;
    const bool first = wait(sealed.declare(schemas)).has_value();
    fresh.commits_left = 1'000'000;
    SealedStore again(fresh, *keys_, "shop");
    ASSERT_TRUE(wait(again.declare(schemas)));
    ASSERT_EQ(first, cut >= 7) << cut;
    ASSERT_GE(fresh.traces_erased, 1) << cut;
    for (const DocumentPtr& document : wait(fresh.find("people", page())).value())
      ASSERT_EQ(write_json(document->body).find("5555"), std::string::npos) << cut;
    ASSERT_EQ(wait(again.get("people", "p299")).value()->body.at("account"), "5555-1");
  }
}

TEST_F(Sealing, RenewingBringsEverythingToTheCurrentKey) {
  open(ring("a"));
  for (int i = 0; i < 250; ++i)
    put("p" + std::to_string(i), object(R"({"account":"5555-1","rank":1})"));
  put("q", object(R"({"rank":1})"));
  open(ring("ab"));
  put("fresh", object(R"({"account":"5555-2"})"));
  const SealedStore::Renewed counts = wait(store_->renew()).value();
  EXPECT_EQ(counts.documents, 252);
  EXPECT_EQ(counts.renewed, 250);
  EXPECT_EQ(counts.sealed, 0);
  EXPECT_EQ(noted_keys(), (std::vector<std::string>{"a", "b"})) << "not before it is over";
  ASSERT_TRUE(wait(store_->forget_old_keys()));
  EXPECT_EQ(noted_keys(), std::vector<std::string>{"b"});
  open(ring("b"));
  EXPECT_EQ(body("p249").at("account"), "5555-1");
  EXPECT_EQ(body("fresh").at("account"), "5555-2");
  EXPECT_EQ(wait(store_->renew()).value().renewed, 0);
}

TEST_F(Sealing, RenewingCutOffAnywhereGoesOn) {
  open(ring("a"));
  for (int i = 0; i < 350; ++i) put("p" + std::to_string(i), object(R"({"account":"5555-1"})"));
  open(ring("ab"));
  std::int64_t renewed = 0;
  for (int cut = 0; cut < 4; ++cut) {
    below_.commits_left = 1;
    const auto counts = wait(store_->renew());
    below_.commits_left = 1'000'000;
    open(ring("ab"));  // whatever is read now opens
    EXPECT_EQ(wait(store_->find("people", page())).value().size(), 350U);
    if (counts) renewed += counts->renewed;
  }
  const auto last = wait(store_->renew());
  ASSERT_TRUE(last);
  ASSERT_TRUE(wait(store_->forget_old_keys()));
  open(ring("b"));
  for (const DocumentPtr& document : wait(store_->find("people", page())).value())
    EXPECT_EQ(document->body.at("account"), "5555-1");
}

TEST_F(Sealing, AWriterBesideTheRenewalLosesNothing) {
  open(ring("a"));
  put("p1", object(R"({"account":"old"})"));
  open(ring("ab"));
  Write write = write_of("p1", object(R"({"account":"new"})"), revision("p1"));
  SealedFields(people()).seal(ring("a"), "p1", write.body);
  below_.comes_first = std::move(write);
  const auto counts = wait(store_->renew());
  ASSERT_TRUE(counts);
  EXPECT_EQ(body("p1").at("account"), "new");
  EXPECT_EQ(stored("p1").at("account").at("sealed"), "b");
}

TEST_F(Sealing, RenewingStopsAtAValueThatDoesNotOpenAndChangesNothingOfIt) {
  open(ring("a"));
  put("p1", object(R"({"account":"mine"})"));
  json::object bent = stored("p1");
  bent["account"].at("data") = "AAAA";
  ASSERT_EQ(put_below("p1", bent).outcome, Outcome::committed);
  open(ring("ab"));
  const auto counts = wait(store_->renew());
  ASSERT_FALSE(counts);
  EXPECT_NE(counts.error().message.find("people p1"), std::string::npos);
  EXPECT_EQ(stored("p1"), bent);
}

}  // namespace
}  // namespace thenorsound::store
