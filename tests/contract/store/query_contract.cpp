#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

using Ids = std::vector<std::string>;

class Queries : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    insert("a", object(R"({"rank":1,"team":"blue","active":true,"price":1.5,
                           "home":{"city":"Lund"},"tags":["x","y"],"note":"n"})"));
    insert("b", object(R"({"rank":2,"team":"blue","active":false,"price":2,
                           "home":{"city":"Luleå"},"tags":["y"],"note":"m"})"));
    insert("c", object(R"({"rank":3,"team":"red","active":true,"price":-0.5,"tags":[]})"));
    insert("d", object(R"({"rank":3,"team":"red","home":{"city":"Örebro"}})"));
    insert("e", object(R"({"team":"redder","home":{"city":""},"tags":null})"));
  }
  Ids sorted(std::vector<Condition> conditions) { return ids(where(std::move(conditions))); }
};

TEST_P(Queries, EqualityOnNumbersTextsAndBooleans) {
  EXPECT_EQ(sorted({{"rank", Op::eq, 3}}), (Ids{"c", "d"}));
  EXPECT_EQ(sorted({{"home.city", Op::eq, "Lund"}}), Ids{"a"});
  EXPECT_EQ(sorted({{"home.city", Op::eq, ""}}), Ids{"e"});
  EXPECT_EQ(sorted({{"active", Op::eq, true}}), (Ids{"a", "c"}));
  EXPECT_EQ(sorted({{"active", Op::eq, false}}), Ids{"b"});
  EXPECT_EQ(sorted({{"rank", Op::eq, 9}}), Ids{});
}

TEST_P(Queries, OrderComparisons) {
  EXPECT_EQ(sorted({{"rank", Op::lt, 2}}), Ids{"a"});
  EXPECT_EQ(sorted({{"rank", Op::le, 2}}), (Ids{"a", "b"}));
  EXPECT_EQ(sorted({{"rank", Op::gt, 2}}), (Ids{"c", "d"}));
  EXPECT_EQ(sorted({{"rank", Op::ge, 2}}), (Ids{"b", "c", "d"}));
  EXPECT_EQ(sorted({{"team", Op::gt, "blue"}}), (Ids{"c", "d", "e"}));
  EXPECT_EQ(sorted({{"team", Op::le, "red"}}), (Ids{"a", "b", "c", "d"}));
  EXPECT_EQ(sorted({{"rank", Op::ge, 2}, {"rank", Op::lt, 3}}), Ids{"b"});
}

TEST_P(Queries, WholeAndBrokenNumbersCompare) {
  EXPECT_EQ(sorted({{"price", Op::ge, 1.5}}), (Ids{"a", "b"}));
  EXPECT_EQ(sorted({{"price", Op::gt, 1}}), (Ids{"a", "b"}));
  EXPECT_EQ(sorted({{"price", Op::eq, 2.0}}), Ids{"b"});
  EXPECT_EQ(sorted({{"price", Op::lt, 0}}), Ids{"c"});
}

TEST_P(Queries, ComparisonsHoldBetweenValuesOfOneTypeOnly) {
  insert("t", object(R"({"rank":"3"})"));
  EXPECT_EQ(sorted({{"rank", Op::ge, 3}}), (Ids{"c", "d"}));
  EXPECT_EQ(sorted({{"rank", Op::le, "9"}}), Ids{"t"});
  EXPECT_EQ(sorted({{"rank", Op::lt, "9"}}), Ids{"t"});
  EXPECT_EQ(sorted({{"rank", Op::eq, "3"}}), Ids{"t"});
}

TEST_P(Queries, DifferentFromLeavesOutWhatIsMissing) {
  EXPECT_EQ(sorted({{"team", Op::eq, "blue"}, {"rank", Op::ne, 1}}), Ids{"b"});
  EXPECT_EQ(sorted({{"team", Op::ge, "a"}, {"rank", Op::ne, 1}}), (Ids{"b", "c", "d"}));
}

TEST_P(Queries, OneOfSeveral) {
  EXPECT_EQ(sorted({{"rank", Op::in, json::array{1, 3, 3, 77}}}), (Ids{"a", "c", "d"}));
  EXPECT_EQ(sorted({{"team", Op::in, json::array{"red", "redder"}}}), (Ids{"c", "d", "e"}));
  EXPECT_EQ(sorted({{"active", Op::in, json::array{true}}}), (Ids{"a", "c"}));
  EXPECT_EQ(sorted({{"rank", Op::in, json::array{}}}), Ids{});
  EXPECT_EQ(sorted({{"id", Op::in, json::array{"e", "b", "zz"}}}), (Ids{"b", "e"}));
}

TEST_P(Queries, Prefixes) {
  EXPECT_EQ(sorted({{"home.city", Op::prefix, "Lu"}}), (Ids{"a", "b"}));
  EXPECT_EQ(sorted({{"home.city", Op::prefix, "Ö"}}), Ids{"d"});
  EXPECT_EQ(sorted({{"home.city", Op::prefix, "lu"}}), Ids{});
  EXPECT_EQ(sorted({{"home.city", Op::prefix, ""}}), (Ids{"a", "b", "d", "e"}));
  EXPECT_EQ(sorted({{"team", Op::prefix, "red"}}), (Ids{"c", "d", "e"}));
  insert("w", object(R"({"home":{"city":"100%_'\"--"}})"));
  EXPECT_EQ(sorted({{"home.city", Op::prefix, "100%_'\"-"}}), Ids{"w"});
}

TEST_P(Queries, ArrayFieldsMeetAConditionWithOneItem) {
  EXPECT_EQ(sorted({{"tags", Op::eq, "y"}}), (Ids{"a", "b"}));
  EXPECT_EQ(sorted({{"tags", Op::in, json::array{"x", "z"}}}), Ids{"a"});
  EXPECT_EQ(sorted({{"tags", Op::ge, "y"}}), (Ids{"a", "b"}));
  EXPECT_EQ(sorted({{"tags", Op::prefix, "x"}}), Ids{"a"});
  EXPECT_EQ(sorted({{"tags", Op::eq, "y"}, {"rank", Op::gt, 1}}), Ids{"b"});
  EXPECT_EQ(sorted({{"tags", Op::eq, "x"}, {"tags", Op::eq, "y"}}), Ids{"a"});
  EXPECT_EQ(sorted({{"rank", Op::le, 3}, {"tags", Op::ne, "y"}}), Ids{"a"});
}

TEST_P(Queries, ArrayConditionsFollowChanges) {
  const DocumentPtr a = get("a");
  update("a", a->revision, object(R"({"tags":["y","z","z"]})"));
  EXPECT_EQ(sorted({{"tags", Op::eq, "x"}}), Ids{});
  EXPECT_EQ(sorted({{"tags", Op::eq, "z"}}), Ids{"a"});
  update("a", get("a")->revision, object("{}"));
  EXPECT_EQ(sorted({{"tags", Op::eq, "y"}}), Ids{"b"});
}

TEST_P(Queries, AllConditionsMustHold) {
  EXPECT_EQ(sorted({{"team", Op::eq, "red"}, {"active", Op::eq, true}}), Ids{"c"});
  EXPECT_EQ(sorted({{"team", Op::eq, "blue"}, {"note", Op::eq, "m"}}), Ids{"b"});
}

TEST_P(Queries, OrderIsByIdUnlessSaidOtherwise) {
  EXPECT_EQ(ids({}), (Ids{"a", "b", "c", "d", "e"}));
  Query query;
  query.descending = true;
  EXPECT_EQ(ids(query), (Ids{"e", "d", "c", "b", "a"}));
}

TEST_P(Queries, OrderByAFieldWithMissingFirstAndTiesById) {
  Query query;
  query.order_by = "rank";
  EXPECT_EQ(ids(query), (Ids{"e", "a", "b", "c", "d"}));
  query.descending = true;
  EXPECT_EQ(ids(query), (Ids{"d", "c", "b", "a", "e"}));
  query.where = {{"team", Op::eq, "blue"}};
  EXPECT_EQ(ids(query), (Ids{"b", "a"}));
  query.order_by = "price";
  query.descending = false;
  query.where = {{"rank", Op::in, json::array{1, 2, 3}}};
  EXPECT_EQ(ids(query), (Ids{"d", "c", "a", "b"}));
}

TEST_P(Queries, PagesCoverEverythingOnce) {
  for (const bool descending : {false, true}) {
    Query query;
    query.order_by = "rank";
    query.descending = descending;
    const Ids all = ids(query);
    Ids paged;
    query.limit = 2;
    for (query.skip = 0; query.skip < 6; query.skip += 2)
      for (const std::string& id : ids(query)) paged.push_back(id);
    EXPECT_EQ(paged, all);
  }
  Query beyond;
  beyond.skip = 50;
  EXPECT_EQ(ids(beyond), Ids{});
  Query none;
  none.limit = 0;
  EXPECT_EQ(ids(none), Ids{});
}

TEST_P(Queries, CountsWhateverThePage) {
  EXPECT_EQ(count({}), 5);
  EXPECT_EQ(count({{"team", Op::eq, "red"}}), 2);
  EXPECT_EQ(count({{"tags", Op::eq, "y"}}), 2);
  EXPECT_EQ(count({{"rank", Op::gt, 1}}), 3);
  Query page;
  page.limit = 1;
  page.skip = 3;
  EXPECT_EQ(wait_for(loops_, store().count("things", page)).value(), 5);
}

TEST_P(Queries, WhatIsFoundIsWhole) {
  const auto found =
      wait_for(loops_, store().find("things", where({{"home.city", Op::eq, "Lund"}}))).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]->revision, get("a")->revision);
  EXPECT_EQ(found[0]->body, get("a")->body);
}

TEST_P(Queries, AQuestionThatMakesNoSenseIsAProgrammingError) {
  EXPECT_THROW(sorted({{"undeclared", Op::eq, 1}}), UnexpectedFailure);
  EXPECT_THROW(sorted({{"rank", Op::eq, nullptr}}), UnexpectedFailure);
  EXPECT_THROW(sorted({{"rank", Op::eq, json::array{1}}}), UnexpectedFailure);
  EXPECT_THROW(sorted({{"rank", Op::in, 1}}), UnexpectedFailure);
  EXPECT_THROW(sorted({{"rank", Op::prefix, 1}}), UnexpectedFailure);
  Query query;
  query.order_by = "tags";
  EXPECT_THROW(ids(query), UnexpectedFailure);
}

TEST_P(Queries, ExpiredDocumentsAreSwept) {
  insert("x1", object(R"({"expiresAt":1000,"tags":["gone"],"email":"x"})"));
  insert("x2", object(R"({"expiresAt":2000})"));
  ASSERT_TRUE(get("x1"));
  EXPECT_EQ(wait_for(loops_, store().sweep(Time{999})).value(), 0U);
  EXPECT_EQ(wait_for(loops_, store().sweep(Time{1'999})).value(), 1U);
  EXPECT_FALSE(get("x1"));
  EXPECT_TRUE(get("x2"));
  EXPECT_TRUE(get("a"));
  EXPECT_EQ(sorted({{"tags", Op::eq, "gone"}}), Ids{});
  EXPECT_EQ(insert("x3", object(R"({"email":"x"})")).outcome, Outcome::committed);
}

TEST_P(Queries, ASweepTakesAtMostAThousand) {
  std::vector<Write> writes(1'050);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    writes[i].collection = "things";
    writes[i].id = "old-" + std::to_string(i);
    writes[i].body["expiresAt"] = 5;
  }
  wait_for(loops_, store().commit(std::move(writes)));
  EXPECT_EQ(wait_for(loops_, store().sweep(Time{5})).value(), 1'000U);
  EXPECT_EQ(wait_for(loops_, store().sweep(Time{5})).value(), 50U);
  EXPECT_EQ(count({}), 5);
}

INSTANTIATE_TEST_SUITE_P(Stores, Queries, testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace thenorsound::store
