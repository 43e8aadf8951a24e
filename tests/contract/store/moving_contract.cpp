#include <map>

#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

using Texts = std::vector<std::string>;

class Moving : public StoreContract {
 protected:
  static std::string text_of(const Kept& kept) {
    std::string text = kept.id + " " + std::to_string(kept.sequence) + " " +
                       (kept.body ? write_json(*kept.body) : "erased");
    for (const Message& message : kept.messages) text += " " + write_json(to_cloud_event(message));
    return text;
  }
  std::vector<Kept> page(MovableStore& from, const std::string& after, std::size_t limit) {
    return wait_for(loops_, from.scan("things", after, limit)).value();
  }
  Texts contents(MovableStore& from) {
    Texts out;
    for (const Kept& kept : page(from, "", 1'000)) out.push_back(text_of(kept));
    return out;
  }
  Result<void> restore(std::vector<Kept> documents) {
    return wait_for(loops_, store().restore("things", std::move(documents)));
  }
  static Kept kept(const std::string& id, std::string_view body) {
    Kept out;
    out.id = id;
    out.body = object(body);
    return out;
  }
  // Documents, one without messages, one that was erased and had sent some, one inserted anew after
  // that; some messages published.
  void fill() {
    insert("a", object(R"({"email":"x","rank":3,"price":2.5,"tags":["t"],"z":1,"b":{"y":[null]}})"),
           {message("made", "a"), message("named", "a"), message("sold", "a")});
    insert("quiet", object(R"({"rank":7,"home":{"city":"Åre"}})"));
    erase("gone", insert("gone", object("{}"), {message("made", "gone")}).revision);
    erase("again", insert("again", object("{}"), {message("made", "again")}).revision);
    insert("again", object(R"({"expiresAt":5})"), {message("made", "again")});
    std::vector<PendingMessage> published = pending();
    std::erase_if(published, [](const PendingMessage& p) { return p.message.type != "named"; });
    ASSERT_TRUE(wait_for(loops_, store().clear_messages(std::move(published))));
  }
  // Another store of the same kind, empty, with all of this one in it.
  std::unique_ptr<TestedStore> moved() {
    auto other = GetParam().make();
    declare(other->store(), {things_schema()});
    EXPECT_TRUE(wait_for(loops_, other->store().restore("things", page(store(), "", 1'000))));
    return other;
  }
};

TEST_P(Moving, EverythingIsThereInTheOtherStore) {
  fill();
  const Texts all = contents(store());
  ASSERT_EQ(all.size(), 4U);
  EXPECT_NE(all[2].find("gone 1 erased"), std::string::npos);
  const auto other = moved();
  EXPECT_EQ(contents(other->store()), all);
  other->restart();
  declare(other->store(), {things_schema()});
  EXPECT_EQ(contents(other->store()), all);
}

TEST_P(Moving, TheOtherStoreGoesOnWhereThisOneStopped) {
  fill();
  tested_ = moved();
  EXPECT_EQ(get("a")->sequence, 3);
  EXPECT_FALSE(get("gone"));
  EXPECT_EQ(ids(where({{"rank", Op::gt, 5}})), Texts{"quiet"});
  EXPECT_EQ(ids(where({{"tags", Op::eq, "t"}})), Texts{"a"});
  EXPECT_EQ(insert("b", object(R"({"email":"x"})")).outcome, Outcome::duplicate);
  EXPECT_EQ(insert("a", object("{}")).outcome, Outcome::conflict);
  insert("gone", object("{}"), {message("made", "gone")});
  EXPECT_EQ(get("gone")->sequence, 2);
  std::map<std::string, std::vector<std::int64_t>> told;
  for (const PendingMessage& waiting : pending())
    told[waiting.document_id].push_back(waiting.message.sequence);
  EXPECT_EQ(told["a"], (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(told["gone"], (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(told["again"], (std::vector<std::int64_t>{1, 2}));
  std::vector<PendingMessage> all = pending();
  ASSERT_TRUE(wait_for(loops_, store().clear_messages(std::move(all))));
  EXPECT_TRUE(pending().empty());
  EXPECT_EQ(wait_for(loops_, store().sweep(Time{10})).value(), 1U);
  EXPECT_FALSE(get("again"));
}

TEST_P(Moving, PagesAreInOrderOfTheIdsBytes) {
  const Texts ordered{"B", "_", "a", "a-1", "a.1", "b", "å"};
  for (const char* id : {"å", "a.1", "b", "_", "a", "B", "a-1"}) insert(id, object("{}"));
  Texts seen;
  for (std::string after;;) {
    const std::vector<Kept> part = page(store(), after, 2);
    for (const Kept& kept : part) seen.push_back(kept.id);
    if (part.empty()) break;
    after = part.back().id;
  }
  EXPECT_EQ(seen, ordered);
}

TEST_P(Moving, RestoringAgainReplacesWhatIsThere) {
  fill();
  const std::vector<Kept> all = page(store(), "", 1'000);
  const Texts expected = contents(store());
  const Revision before = get("a")->revision;
  update("a", before, object(R"({"email":"other","tags":["new"]})"), {message("more", "a")});
  erase("quiet", get("quiet")->revision);
  insert("gone", object("{}"), {message("made", "gone")});
  for (int time = 0; time < 2; ++time) {
    ASSERT_TRUE(restore(all));
    EXPECT_EQ(contents(store()), expected);
    EXPECT_EQ(get("a")->body.at("email"), "x");
    EXPECT_FALSE(get("gone"));
    EXPECT_EQ(ids(where({{"tags", Op::eq, "new"}})), Texts{});
    EXPECT_EQ(ids(where({{"tags", Op::eq, "t"}})), Texts{"a"});
  }
  EXPECT_GT(get("a")->revision, before);
  EXPECT_EQ(update("a", before, object("{}")).outcome, Outcome::conflict);
}

TEST_P(Moving, WhatAUniqueIndexRefusesIsAConflict) {
  insert("a", object(R"({"email":"x"})"));
  std::vector<Kept> documents;
  documents.push_back(kept("b", R"({"email":"x"})"));
  const Result<void> refused = restore(std::move(documents));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_FALSE(get("b"));
}

TEST_P(Moving, NothingIsNoError) {
  EXPECT_TRUE(restore({}));
  EXPECT_TRUE(page(store(), "", 10).empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, Moving, testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace thenorsound::store
