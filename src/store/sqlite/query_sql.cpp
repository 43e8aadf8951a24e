#include "store/sqlite/query_sql.hpp"

#include <algorithm>

namespace thenorsound::store::sqlite {
namespace {

constexpr std::size_t max_limit = 10'000;
constexpr std::size_t max_in_values = 10'000;

class Conditions {
 public:
  explicit Conditions(const Definition& definition) : definition_(definition) {}

  void add(const Condition& condition) {
    text_ += text_.empty() ? " WHERE " : " AND ";
    const ArrayField* array = definition_.array(condition.field);
    if (array == nullptr) {
      if (condition.field != "id" && !definition_.has_field(condition.field))
        throw UnexpectedFailure("collection " + definition_.name + " has no field " +
                                condition.field);
      return compare("c." + column_of(condition.field), condition);
    }
    if (condition.op == Op::ne) {  // no range: it can only be checked per document
      text_ += "EXISTS(SELECT 1 FROM " + array->table + " AS a WHERE a.id=c.id AND ";
    } else {
      text_ += "c.id IN (SELECT a.id FROM " + array->table + " AS a WHERE ";
    }
    compare("a.value", condition);
    text_ += ')';
  }

  const std::string& text() const { return text_; }
  std::string bind(Value value) {
    values_.push_back(std::move(value));
    return "?" + std::to_string(values_.size());
  }
  std::vector<Value> values() { return std::move(values_); }

 private:
  void compare(const std::string& column, const Condition& condition) {
    if (condition.op == Op::in) return in(column, condition);
    Value value = to_value(condition.value, condition.field);
    if (std::holds_alternative<std::monostate>(value))
      throw UnexpectedFailure("condition on " + condition.field + " compares with null");
    const bool is_text = std::holds_alternative<std::string>(value);
    switch (condition.op) {
      case Op::eq:
        text_ += column + "=" + bind(std::move(value));
        break;
      case Op::ne:
        text_ += column + "<>" + bind(std::move(value));
        break;
      // A comparison holds between values of one type only; SQLite sorts numbers before texts.
      case Op::lt:
        at_most(column, "<", is_text, std::move(value));
        break;
      case Op::le:
        at_most(column, "<=", is_text, std::move(value));
        break;
      case Op::gt:
        at_least(column, ">", is_text, std::move(value));
        break;
      case Op::ge:
        at_least(column, ">=", is_text, std::move(value));
        break;
      case Op::prefix:
        prefix(column, condition, std::move(value));
        break;
      case Op::in:
        break;
    }
  }
  void at_most(const std::string& column, const char* sign, bool is_text, Value value) {
    text_ += column + sign + bind(std::move(value));
    if (is_text) text_ += " AND " + column + ">=''";
  }
  void at_least(const std::string& column, const char* sign, bool is_text, Value value) {
    text_ += column + sign + bind(std::move(value));
    if (!is_text) text_ += " AND " + column + "<''";
  }
  void prefix(const std::string& column, const Condition& condition, Value value) {
    const auto* start = std::get_if<std::string>(&value);
    if (start == nullptr)
      throw UnexpectedFailure("condition on " + condition.field + " needs a text as prefix");
    std::string end = *start;
    text_ += column + ">=" + bind(std::move(value));
    if (end.empty()) return;
    end.back() = static_cast<char>(end.back() + 1);  // UTF-8 has no byte 0xFF
    text_ += " AND " + column + "<" + bind(std::move(end));
  }
  void in(const std::string& column, const Condition& condition) {
    const json::array* values = condition.value.if_array();
    if (values == nullptr || values->size() > max_in_values)
      throw UnexpectedFailure("condition on " + condition.field + " needs an array of values");
    for (const json::value& value : *values) to_value(value, condition.field);
    const std::string list = bind(write_json(condition.value));
    text_ += column + " IN (SELECT value FROM json_each(" + list + "))";
  }

  const Definition& definition_;
  std::string text_;
  std::vector<Value> values_;
};

std::string order(const Definition& definition, const Query& query, std::string_view plus) {
  const std::string direction = query.descending ? " DESC" : "";
  std::string text = " ORDER BY ";
  if (!query.order_by.empty() && query.order_by != "id") {
    if (!definition.has_field(query.order_by))
      throw UnexpectedFailure("collection " + definition.name + " has no field " + query.order_by);
    text += std::string(plus) + "c." + column_of(query.order_by) + direction + ",";
  }
  return text + std::string(plus) + "c.id" + direction;
}

// SCAN means that every row is looked at.
bool scans(Connection& connection, const std::string& sql, bool filtered) {
  Run plan(connection.prepared("EXPLAIN QUERY PLAN " + sql));
  while (plan.step()) {
    const std::string_view step = plan.text(3);
    if (!step.starts_with("SCAN ") || step.find(" VIRTUAL TABLE ") != step.npos) continue;
    if (filtered || step.find(" USING ") == step.npos) return true;
  }
  return false;
}

}  // namespace

QuerySql find_sql(const Definition& definition, const Query& query) {
  Conditions conditions(definition);
  for (const Condition& condition : query.where) conditions.add(condition);
  const std::string start = "SELECT c.id,c.revision,c.sequence,c.rowid FROM " + definition.table +
                            " AS c" + conditions.text();
  const std::string limit =
      conditions.bind(static_cast<std::int64_t>(std::min(query.limit, max_limit)));
  const std::string skip = conditions.bind(static_cast<std::int64_t>(query.skip));
  const std::string page = " LIMIT " + limit + " OFFSET " + skip;
  QuerySql out;
  out.filtered = !query.where.empty();
  out.sql = start + order(definition, query, "") + page;
  out.unordered_sql = start + order(definition, query, "+") + page;
  out.values = conditions.values();
  return out;
}

QuerySql count_sql(const Definition& definition, const Query& query) {
  Conditions conditions(definition);
  for (const Condition& condition : query.where) conditions.add(condition);
  QuerySql out;
  out.filtered = !query.where.empty();
  out.sql = "SELECT COUNT(*) FROM " + definition.table + " AS c" + conditions.text();
  out.values = conditions.values();
  return out;
}

std::string Plans::choose(Connection& connection, const QuerySql& query) {
  const bool is_count = query.unordered_sql.empty();
  if (is_count && !query.filtered) return query.sql;
  {
    std::lock_guard lock(mutex_);
    const auto found = chosen_.find(query.sql);
    if (found != chosen_.end()) return found->second;
  }
  std::string chosen = query.sql;
  if (scans(connection, chosen, query.filtered)) {
    chosen = query.unordered_sql;
    // Walking an index in order and checking every row is a scan too; searching another index and
    // sorting what it yields is not.
    if (is_count || !query.filtered || scans(connection, chosen, true))
      throw UnexpectedFailure("no index answers: " + query.sql);
  }
  std::lock_guard lock(mutex_);
  chosen_.emplace(query.sql, chosen);
  return chosen;
}

}  // namespace thenorsound::store::sqlite
