// Queries in MongoDB's language. Values are always values, never operators.
#pragma once
#include "store/mongo/bson.hpp"
#include "store/mongo/definition.hpp"

namespace thenorsound::store::mongo {

// They throw UnexpectedFailure for an undeclared field or a value that fits no operator.
json::object filter_of(const Definition& definition, const std::vector<Condition>& conditions);
// Names every field of the index that answers the query, so that the index is walked in order
// (Cosmos DB sorts by an index or not at all).
json::array sort_of(const Definition& definition, const Query& query);  // [field, 1 or -1, …]

}  // namespace thenorsound::store::mongo
