// Queries that no index answers are refused, whatever the data.
#include "base/loops.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "store_contract.hpp"
#include "temporary_folder.hpp"

namespace thenorsound::store {
namespace {

class SqlitePlans : public testing::Test {
 protected:
  void SetUp() override {
    loops_.start();
    std::vector<CollectionSchema> schemas{things_schema()};
    ASSERT_TRUE(wait_for(loops_, store_->declare(std::move(schemas))));
  }
  void TearDown() override { loops_.stop(); }

  bool answered(std::vector<Condition> conditions, const std::string& order_by = {}) {
    Query query = where(std::move(conditions));
    query.order_by = order_by;
    try {
      return wait_for(loops_, store_->find("things", query)).has_value();
    } catch (const UnexpectedFailure&) {
      return false;
    }
  }
  bool counted(std::vector<Condition> conditions) {
    try {
      return wait_for(loops_, store_->count("things", where(std::move(conditions)))).has_value();
    } catch (const UnexpectedFailure&) {
      return false;
    }
  }

  Loops loops_{1};
  TemporaryFolder folder_;
  std::unique_ptr<SqliteDatabase> database_ =
      SqliteDatabase::open(folder_.file("plans.db")).value();
  std::unique_ptr<DocumentStore> store_ = database_->store("shop");
};

TEST_F(SqlitePlans, ConditionsWithAnIndexAreAnswered) {
  EXPECT_TRUE(answered({{"email", Op::eq, "x"}}));
  EXPECT_TRUE(answered({{"rank", Op::gt, 1}}));
  EXPECT_TRUE(answered({{"rank", Op::lt, 1}}, "price"));
  EXPECT_TRUE(answered({{"team", Op::prefix, "x"}}, "rank"));
  EXPECT_TRUE(answered({{"tags", Op::eq, "x"}}));
  EXPECT_TRUE(answered({{"tags", Op::in, json::array{"x"}}}, "rank"));
  EXPECT_TRUE(answered({{"id", Op::gt, "x"}}));
  EXPECT_TRUE(answered({{"note", Op::eq, "x"}, {"rank", Op::eq, 1}}));
  EXPECT_TRUE(answered({{"rank", Op::ne, 2}, {"active", Op::eq, true}}, "rank"));
  EXPECT_TRUE(counted({{"rank", Op::in, json::array{1}}}));
}

TEST_F(SqlitePlans, ConditionsWithoutAnIndexAreRefused) {
  EXPECT_FALSE(answered({{"note", Op::eq, "x"}}));
  EXPECT_FALSE(answered({{"note", Op::eq, "x"}}, "rank"));
  EXPECT_FALSE(answered({{"shirt", Op::eq, 1}}));
  EXPECT_FALSE(answered({{"rank", Op::ne, 1}}));
  EXPECT_FALSE(counted({{"note", Op::eq, "x"}}));
  EXPECT_FALSE(counted({{"rank", Op::ne, 1}}));
}

TEST_F(SqlitePlans, EverythingInOrderNeedsAnIndexOnTheOrder) {
  EXPECT_TRUE(answered({}));
  EXPECT_TRUE(answered({}, "rank"));
  EXPECT_TRUE(answered({}, "id"));
  EXPECT_FALSE(answered({}, "note"));
  EXPECT_FALSE(answered({}, "shirt"));
  EXPECT_TRUE(counted({}));
}

}  // namespace
}  // namespace thenorsound::store
