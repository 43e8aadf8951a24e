// Queries in SQL, with bound values only; and the check that an index answers them.
#pragma once
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/sqlite/definition.hpp"

namespace thenorsound::store::sqlite {

struct QuerySql {
  std::string sql;
  std::string unordered_sql;  // the same, but no index is walked in order; empty for a count
  std::vector<Value> values;
  bool filtered = false;
};

// They throw UnexpectedFailure for an undeclared field or a value that fits no operator.
// A find yields id, revision, sequence, rowid: sorting carries no bodies, and those in memory
// aren't read.
QuerySql find_sql(const Definition& definition, const Query& query);
QuerySql count_sql(const Definition& definition, const Query& query);

// Remembers which statements an index answers. Thread-safe.
class Plans {
 public:
  // The statement to run. Throws UnexpectedFailure where no index answers the query.
  std::string choose(Connection& connection, const QuerySql& query);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> chosen_;
};

}  // namespace thenorsound::store::sqlite
