#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

class Outbox : public StoreContract {
 protected:
  void clear(std::vector<PendingMessage> messages) {
    ASSERT_TRUE(wait_for(loops_, store().clear_messages(std::move(messages))));
  }
  // "type subject sequence" of each.
  static std::vector<std::string> told(const std::vector<PendingMessage>& messages) {
    std::vector<std::string> out;
    for (const PendingMessage& pending : messages)
      out.push_back(pending.message.type + " " + pending.document_id + " " +
                    std::to_string(pending.message.sequence));
    return out;
  }
};

TEST_P(Outbox, MessagesAreNumberedPerDocumentInOrder) {
  const Revision a = insert("a", object("{}"), {message("made", "a")}).revision;
  insert("b", object("{}"), {message("made", "b"), message("named", "b")});
  update("a", a, object("{}"), {message("named", "a"), message("sold", "a")});
  EXPECT_EQ(told(pending()), (std::vector<std::string>{"made a 1", "made b 1", "named b 2",
                                                       "named a 2", "sold a 3"}));
  EXPECT_EQ(get("a")->sequence, 3);
  EXPECT_EQ(get("b")->sequence, 2);
}

TEST_P(Outbox, AMessageComesBackAsItWasGiven) {
  const Message given = message("thing.made", "a");
  insert("a", object("{}"), {given});
  const auto waiting = pending();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].collection, "things");
  EXPECT_EQ(waiting[0].message.id, given.id);
  EXPECT_EQ(waiting[0].message.source, given.source);
  EXPECT_EQ(waiting[0].message.type, given.type);
  EXPECT_EQ(waiting[0].message.subject, given.subject);
  EXPECT_EQ(waiting[0].message.time, given.time);
  EXPECT_EQ(waiting[0].message.traceparent, given.traceparent);
  EXPECT_EQ(waiting[0].message.data, given.data);
}

TEST_P(Outbox, AWriteThatFailsSaysNothing) {
  const Revision a = insert("a", object(R"({"email":"x"})")).revision;
  EXPECT_EQ(update("a", a + 1, object("{}"), {message("no", "a")}).outcome, Outcome::conflict);
  EXPECT_EQ(insert("b", object(R"({"email":"x"})"), {message("no", "b")}).outcome,
            Outcome::duplicate);
  EXPECT_TRUE(pending().empty());
  EXPECT_EQ(get("a")->sequence, 0);
  update("a", a, object("{}"), {message("yes", "a")});
  EXPECT_EQ(told(pending()), std::vector<std::string>{"yes a 1"});
}

TEST_P(Outbox, ClearedMessagesAreGoneOthersStay) {
  insert("a", object("{}"), {message("one", "a"), message("two", "a"), message("three", "a")});
  auto waiting = pending();
  clear({waiting[1]});
  EXPECT_EQ(told(pending()), (std::vector<std::string>{"one a 1", "three a 3"}));
  clear({waiting[1], waiting[0], waiting[2]});
  EXPECT_TRUE(pending().empty());
  clear({});
}

TEST_P(Outbox, TheLimitTakesTheOldest) {
  insert("a", object("{}"), {message("one", "a"), message("two", "a"), message("three", "a")});
  EXPECT_EQ(told(wait_for(loops_, store().pending_messages(2)).value()),
            (std::vector<std::string>{"one a 1", "two a 2"}));
}

TEST_P(Outbox, MessagesOutliveARestartAndTheirDocument) {
  const Revision a = insert("a", object("{}"), {message("made", "a")}).revision;
  erase("a", a);
  restart();
  EXPECT_EQ(told(pending()), std::vector<std::string>{"made a 1"});
}

TEST_P(Outbox, AnIdInsertedAgainGoesOnCounting) {
  const Revision a =
      insert("a", object("{}"), {message("made", "a"), message("sold", "a")}).revision;
  erase("a", a);
  restart();
  insert("a", object("{}"), {message("made", "a")});
  EXPECT_EQ(told(pending()).back(), "made a 3");
  EXPECT_EQ(get("a")->sequence, 3);
}

TEST_P(Outbox, KeysAreNotUsedTwice) {
  const Revision a = insert("a", object("{}"), {message("one", "a")}).revision;
  const auto first = pending();
  clear(first);
  update("a", a, object("{}"), {message("two", "a")});
  ASSERT_EQ(pending().size(), 1U);
  EXPECT_NE(pending()[0].key, first[0].key);
}

TEST_P(Outbox, EachServiceHasItsOwn) {
  const auto other = tested_->another("stock");
  CollectionSchema schema;
  schema.name = "shelves";
  declare(*other, {schema});
  insert("a", object("{}"), {message("made", "a")});
  EXPECT_TRUE(wait_for(loops_, other->pending_messages(10)).value().empty());
  EXPECT_EQ(pending().size(), 1U);
}

TEST_P(Outbox, CommitsWithMessagesNotify) {
  std::atomic<int> notified{0};
  store().on_messages([&notified] { ++notified; });
  insert("a", object("{}"));
  EXPECT_EQ(notified, 0);
  insert("b", object("{}"), {message("made", "b")});
  EXPECT_TRUE(until([&] { return notified == 1; }));
  store().on_messages({});
  insert("c", object("{}"), {message("made", "c")});
  EXPECT_EQ(notified, 1);
}

INSTANTIATE_TEST_SUITE_P(Stores, Outbox, testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace thenorsound::store
