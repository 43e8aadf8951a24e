#include "store_contract.hpp"

namespace thenorsound::store {

namespace {

class Writes : public StoreContract {};

using Ids = std::vector<std::string>;

TEST_P(Writes, WhatIsInsertedIsThere) {
  const CommitResult done =
      insert("a", object(R"({"name":"Åsa \"x\" \u0001","deep":{"n":[1,2.5,null,true]}})"));
  ASSERT_EQ(done.outcome, Outcome::committed);
  EXPECT_GT(done.revision, 0);
  const DocumentPtr document = get("a");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->id, "a");
  EXPECT_EQ(document->revision, done.revision);
  EXPECT_EQ(document->sequence, 0);
  EXPECT_EQ(document->body,
            object(R"({"name":"Åsa \"x\" \u0001","deep":{"n":[1,2.5,null,true]}})"));
}

TEST_P(Writes, NothingIsThereThatWasNotInserted) {
  EXPECT_FALSE(get("absent"));
  EXPECT_EQ(count({}), 0);
  EXPECT_EQ(ids({}), Ids{});
}

TEST_P(Writes, InsertWhereTheIdIsTakenConflicts) {
  insert("a", object(R"({"n":1})"));
  EXPECT_EQ(insert("a", object(R"({"n":2})")).outcome, Outcome::conflict);
  EXPECT_EQ(get("a")->body.at("n"), 1);
}

TEST_P(Writes, InsertOfATakenIdWithATakenUniqueValueConflicts) {
  insert("a", object(R"({"email":"x"})"));
  EXPECT_EQ(insert("a", object(R"({"email":"x"})")).outcome, Outcome::conflict);
}

TEST_P(Writes, UpdateAtTheRevisionReadReplacesTheBody) {
  const Revision first = insert("a", object(R"({"n":1,"old":true})")).revision;
  const CommitResult done = update("a", first, object(R"({"n":2})"));
  ASSERT_EQ(done.outcome, Outcome::committed);
  EXPECT_GT(done.revision, first);
  EXPECT_EQ(get("a")->body, object(R"({"n":2})"));
  EXPECT_EQ(get("a")->revision, done.revision);
}

TEST_P(Writes, UpdateAtAnotherRevisionConflictsAndChangesNothing) {
  const Revision first = insert("a", object(R"({"n":1})")).revision;
  const Revision second = update("a", first, object(R"({"n":2})")).revision;
  EXPECT_EQ(update("a", first, object(R"({"n":3})")).outcome, Outcome::conflict);
  EXPECT_EQ(update("a", second + 1, object(R"({"n":3})")).outcome, Outcome::conflict);
  EXPECT_EQ(update("b", 1, object(R"({"n":3})")).outcome, Outcome::conflict);
  EXPECT_EQ(get("a")->body.at("n"), 2);
  EXPECT_FALSE(get("b"));
}

TEST_P(Writes, EraseAtTheRevisionReadRemoves) {
  const Revision first = insert("a", object(R"({"email":"x","tags":["t"]})")).revision;
  EXPECT_EQ(erase("a", first + 1).outcome, Outcome::conflict);
  ASSERT_TRUE(get("a"));
  EXPECT_EQ(erase("a", first).outcome, Outcome::committed);
  EXPECT_FALSE(get("a"));
  EXPECT_EQ(erase("a", first).outcome, Outcome::conflict);
  EXPECT_EQ(ids(where({{"tags", Op::eq, "t"}})), Ids{});
  EXPECT_EQ(insert("b", object(R"({"email":"x"})")).outcome, Outcome::committed);
}

TEST_P(Writes, AnIdInsertedAgainNeverHasARevisionItHadBefore) {
  const Revision first = insert("a", object(R"({"n":1})")).revision;
  const Revision second = update("a", first, object(R"({"n":2})")).revision;
  erase("a", second);
  const Revision again = insert("a", object(R"({"n":3})")).revision;
  EXPECT_NE(again, first);
  EXPECT_NE(again, second);
  EXPECT_EQ(update("a", second, object(R"({"n":4})")).outcome, Outcome::conflict);
}

TEST_P(Writes, UniqueIndexRefusesOnInsert) {
  insert("a", object(R"({"email":"x"})"));
  const CommitResult refused = insert("b", object(R"({"email":"x"})"));
  EXPECT_EQ(refused.outcome, Outcome::duplicate);
  EXPECT_EQ(refused.violated_field, "email");
  EXPECT_FALSE(get("b"));
}

TEST_P(Writes, UniqueIndexRefusesOnUpdate) {
  insert("a", object(R"({"email":"x"})"));
  const Revision b = insert("b", object(R"({"email":"y","tags":["t"]})")).revision;
  const CommitResult refused = update("b", b, object(R"({"email":"x","tags":["u"]})"));
  EXPECT_EQ(refused.outcome, Outcome::duplicate);
  EXPECT_EQ(refused.violated_field, "email");
  EXPECT_EQ(get("b")->body.at("email"), "y");
  EXPECT_EQ(ids(where({{"tags", Op::eq, "t"}})), Ids{"b"});
  EXPECT_EQ(update("b", b, object(R"({"email":"y"})")).outcome, Outcome::committed);
}

TEST_P(Writes, UniqueIndexOverSeveralFieldsNamesItsFirst) {
  insert("a", object(R"({"team":"red","shirt":7})"));
  EXPECT_EQ(insert("b", object(R"({"team":"red","shirt":8})")).outcome, Outcome::committed);
  EXPECT_EQ(insert("c", object(R"({"team":"blue","shirt":7})")).outcome, Outcome::committed);
  const CommitResult refused = insert("d", object(R"({"team":"red","shirt":7})"));
  EXPECT_EQ(refused.outcome, Outcome::duplicate);
  EXPECT_EQ(refused.violated_field, "team");
}

TEST_P(Writes, UniqueIndexIsOverDocumentsThatHaveAllItsFields) {
  for (const char* id : {"a", "b"})
    EXPECT_EQ(insert(id, object(R"({"team":"red"})")).outcome, Outcome::committed);
  EXPECT_EQ(insert("c", object(R"({"team":"red","shirt":null,"email":null})")).outcome,
            Outcome::committed);
  EXPECT_EQ(count({}), 3);
}

TEST_P(Writes, AUniqueValueIsFreeAgainAfterAChange) {
  const Revision a = insert("a", object(R"({"email":"x"})")).revision;
  update("a", a, object(R"({"email":"y"})"));
  EXPECT_EQ(insert("b", object(R"({"email":"x"})")).outcome, Outcome::committed);
}

TEST_P(Writes, WritesGivenTogetherStandForThemselves) {
  const Revision a = insert("a", object(R"({"email":"x"})")).revision;
  std::vector<Write> writes(5);
  for (Write& write : writes) write.collection = "things";
  writes[0].id = "b", writes[0].body = object(R"({"email":"y"})");
  writes[1].id = "a", writes[1].expected = a + 5, writes[1].body = object(R"({"n":2})");
  writes[2].id = "c", writes[2].body = object(R"({"email":"x"})");
  writes[2].messages = {message("thing.made", "c")};
  writes[3].id = "d", writes[3].body = object(R"({"email":"z"})");
  writes[3].messages = {message("thing.made", "d")};
  writes[4].id = "a", writes[4].expected = a, writes[4].erase = true;
  const auto results = wait_for(loops_, store().commit(std::move(writes)));
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(results[0].outcome, Outcome::committed);
  EXPECT_EQ(results[1].outcome, Outcome::conflict);
  EXPECT_EQ(results[2].outcome, Outcome::duplicate);
  EXPECT_EQ(results[3].outcome, Outcome::committed);
  EXPECT_EQ(results[4].outcome, Outcome::committed);
  EXPECT_EQ(ids({}), (Ids{"b", "d"}));
  ASSERT_EQ(pending().size(), 1U);
  EXPECT_EQ(pending()[0].document_id, "d");
}

TEST_P(Writes, NoWritesAreCommittedAtOnce) {
  EXPECT_TRUE(wait_for(loops_, store().commit(std::vector<Write>{})).empty());
}

TEST_P(Writes, WhatIsCommittedOutlivesARestart) {
  const Revision a = insert("a", object(R"({"email":"x","tags":["t"],"rank":3})")).revision;
  const Revision a2 = update("a", a, object(R"({"email":"y","tags":["u"],"rank":4})")).revision;
  erase("b", insert("b", object("{}")).revision);
  restart();
  ASSERT_TRUE(get("a"));
  EXPECT_EQ(get("a")->revision, a2);
  EXPECT_EQ(get("a")->body, object(R"({"email":"y","tags":["u"],"rank":4})"));
  EXPECT_FALSE(get("b"));
  EXPECT_EQ(ids(where({{"tags", Op::eq, "u"}})), Ids{"a"});
  EXPECT_EQ(insert("c", object(R"({"email":"y"})")).outcome, Outcome::duplicate);
  EXPECT_EQ(update("a", a2, object("{}")).outcome, Outcome::committed);
}

TEST_P(Writes, AWriteThatMakesNoSenseIsAProgrammingError) {
  EXPECT_THROW(insert("", object("{}")), UnexpectedFailure);
  EXPECT_THROW(erase("a", 0), UnexpectedFailure);
  EXPECT_THROW(insert("a", object(R"({"rank":{"no":"scalar"}})")), UnexpectedFailure);
  EXPECT_THROW(insert("a", object(R"({"tags":[1]})")), UnexpectedFailure);
  EXPECT_THROW(wait_for(loops_, store().get("undeclared", "a")), UnexpectedFailure);
}

INSTANTIATE_TEST_SUITE_P(Stores, Writes, testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace thenorsound::store
