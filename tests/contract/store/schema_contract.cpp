#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

using Ids = std::vector<std::string>;

class Schemas : public StoreContract {
 protected:
  Result<void> try_declare(DocumentStore& on, CollectionSchema schema) {
    std::vector<CollectionSchema> schemas{std::move(schema)};
    return wait_for(loops_, on.declare(std::move(schemas)));
  }
};

TEST_P(Schemas, DeclaringAgainChangesNothing) {
  insert("a", object(R"({"rank":1})"));
  declare(store(), {things_schema()});
  EXPECT_EQ(ids(where({{"rank", Op::eq, 1}})), Ids{"a"});
}

TEST_P(Schemas, NewFieldsAndArraysAreFilledFromWhatIsThere) {
  insert("a", object(R"({"size":{"cm":12},"crew":["k1","k2"]})"));
  insert("b", object(R"({"size":{"cm":14}})"));
  CollectionSchema schema = things_schema();
  schema.fields.push_back("size.cm");
  schema.arrays.push_back("crew");
  schema.indexes.push_back({{"size.cm"}, false});
  tested_->restart();
  declare(store(), {schema});
  EXPECT_EQ(ids(where({{"size.cm", Op::gt, 13}})), Ids{"b"});
  EXPECT_EQ(ids(where({{"crew", Op::eq, "k2"}})), Ids{"a"});
  update("a", get("a")->revision, object(R"({"size":{"cm":20}})"));
  EXPECT_EQ(ids(where({{"size.cm", Op::gt, 13}})), (Ids{"a", "b"}));
  EXPECT_EQ(ids(where({{"crew", Op::eq, "k2"}})), Ids{});
}

TEST_P(Schemas, AUniqueIndexNoLongerDeclaredNoLongerRefuses) {
  insert("a", object(R"({"email":"x"})"));
  CollectionSchema schema = things_schema();
  schema.indexes.erase(schema.indexes.begin());
  tested_->restart();
  declare(store(), {schema});
  EXPECT_EQ(insert("b", object(R"({"email":"x"})")).outcome, Outcome::committed);
}

TEST_P(Schemas, AFieldDeclaredAgainIsFilledAnew) {
  const Revision a = insert("a", object(R"({"rank":1})")).revision;
  CollectionSchema without;
  without.name = "things";
  tested_->restart();
  declare(store(), {without});
  update("a", a, object(R"({"rank":2})"));
  restart();
  EXPECT_EQ(ids(where({{"rank", Op::eq, 2}})), Ids{"a"});
  EXPECT_EQ(ids(where({{"rank", Op::eq, 1}})), Ids{});
}

TEST_P(Schemas, AUniqueIndexOverDuplicatesIsRefusedAndNothingChanges) {
  insert("a", object(R"({"rank":1})"));
  insert("b", object(R"({"rank":1})"));
  CollectionSchema schema = things_schema();
  schema.indexes.push_back({{"rank"}, true});
  EXPECT_FALSE(try_declare(store(), schema));
  EXPECT_EQ(ids(where({{"rank", Op::eq, 1}})), (Ids{"a", "b"}));
  EXPECT_EQ(insert("c", object(R"({"rank":1})")).outcome, Outcome::committed);
}

TEST_P(Schemas, ANameOfAnotherServiceIsRefused) {
  const auto other = tested_->another("stock");
  const Result<void> refused = try_declare(*other, things_schema());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "name-taken");
  EXPECT_THROW(wait_for(loops_, other->get("things", "a")), UnexpectedFailure);
}

TEST_P(Schemas, AnIndexOverAnUndeclaredFieldIsAProgrammingError) {
  CollectionSchema schema;
  schema.name = "odd";
  schema.indexes = {{{"undeclared"}, false}};
  EXPECT_THROW(try_declare(store(), schema), UnexpectedFailure);
  schema.indexes.clear();
  schema.name = "odd\";--";
  EXPECT_THROW(try_declare(store(), schema), UnexpectedFailure);
}

INSTANTIATE_TEST_SUITE_P(Stores, Schemas, testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace thenorsound::store
