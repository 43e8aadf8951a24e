#include "store/mongo/query.hpp"

#include <algorithm>
#include <cctype>

namespace thenorsound::store::mongo {
namespace {

constexpr std::size_t max_in_values = 10'000;

bool is_scalar(const json::value& value) { return !value.is_object() && !value.is_array(); }

void check_value(const Condition& condition, const json::value& value) {
  if (!is_scalar(value) || value.is_null())
    throw UnexpectedFailure("condition on " + condition.field + " has no scalar to compare with");
}

json::object prefix(const Condition& condition) {
  const json::string* start = condition.value.if_string();
  if (start == nullptr)
    throw UnexpectedFailure("condition on " + condition.field + " needs a text as prefix");
  json::object out;
  if (start->empty()) {
    out["$gte"] = "";
    return out;
  }
  std::string pattern = "^";
  for (const char c : *start) {
    if (static_cast<unsigned char>(c) < 0x80 && std::isalnum(static_cast<unsigned char>(c)) == 0)
      pattern += '\\';
    pattern += c;
  }
  out["$regex"] = pattern;
  return out;
}

json::object in(const Condition& condition) {
  const json::array* values = condition.value.if_array();
  if (values == nullptr || values->size() > max_in_values)
    throw UnexpectedFailure("condition on " + condition.field + " needs an array of values");
  for (const json::value& value : *values) check_value(condition, value);
  json::object out;
  out["$in"] = *values;
  return out;
}

json::object comparison(const Condition& condition) {
  if (condition.op == Op::in) return in(condition);
  check_value(condition, condition.value);
  if (condition.op == Op::prefix) return prefix(condition);
  json::object out;
  switch (condition.op) {
    case Op::eq:
      out["$eq"] = condition.value;
      break;
    case Op::ne: {  // What is missing is different from nothing.
      out["$nin"] = json::array{condition.value, nullptr};
      break;
    }
    case Op::lt:
      out["$lt"] = condition.value;
      break;
    case Op::le:
      out["$lte"] = condition.value;
      break;
    case Op::gt:
      out["$gt"] = condition.value;
      break;
    default:
      out["$gte"] = condition.value;
  }
  return out;
}

// The index whose leading fields are all fixed by equality and whose next is the order; null where
// there is none.
const Index* walked_index(const Definition& definition, const Query& query) {
  const auto fixed = [&](const std::string& field) {
    return std::any_of(query.where.begin(), query.where.end(), [&](const Condition& condition) {
      return condition.op == Op::eq && condition.field == field;
    });
  };
  const Index* best = nullptr;
  for (const Index& index : definition.indexes) {
    std::size_t at = 0;
    while (at < index.fields.size() && fixed(index.fields[at])) ++at;
    const bool by_id = query.order_by.empty() || query.order_by == "id";
    const bool fits = by_id ? at == index.fields.size()
                            : at + 1 == index.fields.size() && index.fields[at] == query.order_by;
    if (fits && (best == nullptr || best->fields.size() < index.fields.size())) best = &index;
  }
  return best;
}

}  // namespace

json::object filter_of(const Definition& definition, const std::vector<Condition>& conditions) {
  json::array all;
  bool by_body = false;
  for (const Condition& condition : conditions) {
    const bool is_array = definition.has_array(condition.field);
    if (!is_array && condition.field != "id" && !definition.has_field(condition.field))
      throw UnexpectedFailure("collection " + definition.name + " has no field " + condition.field);
    json::object one = comparison(condition);
    json::object named;
    if (is_array && condition.op == Op::ne)
      named[path_of(condition.field)] = json::object{{"$elemMatch", std::move(one)}};
    else
      named[path_of(condition.field)] = std::move(one);
    all.push_back(std::move(named));
    by_body = by_body || condition.field != "id";
  }
  // Erased ones have no body, and a negative revision.
  if (!by_body) all.push_back(json::object{{"revision", json::object{{"$gt", 0}}}});
  if (all.size() == 1) return std::move(all.front().as_object());
  json::object out;
  out["$and"] = std::move(all);
  return out;
}

json::array sort_of(const Definition& definition, const Query& query) {
  if (!query.order_by.empty() && query.order_by != "id" && !definition.has_field(query.order_by))
    throw UnexpectedFailure("collection " + definition.name + " has no field " + query.order_by);
  const int direction = query.descending ? -1 : 1;
  json::array sort;
  const auto add = [&](const std::string& field) {
    sort.emplace_back(json::string(path_of(field)));
    sort.emplace_back(direction);
  };
  if (const Index* index = walked_index(definition, query)) {
    for (const std::string& field : index->fields) add(field);
  } else if (!query.order_by.empty() && query.order_by != "id") {
    add(query.order_by);
  }
  add("id");
  return sort;
}

}  // namespace thenorsound::store::mongo
