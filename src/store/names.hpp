// Schemas, the names in them, and the members they name: the same for every adapter.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "store/document_store.hpp"

namespace thenorsound::store {

// The member at `path` ("billing.day"); null where there is none.
const json::value* member_at(const json::object& body, std::string_view path);
// As adapters take it: no "id" among the fields, each of them once, the field of expiry among them
// and with an index. Throws UnexpectedFailure for a schema that makes no sense, which is a
// programming error. Names that begin like one of `reserved` are the adapter's own.
CollectionSchema checked(const CollectionSchema& schema,
                         std::initializer_list<std::string_view> reserved);

}  // namespace thenorsound::store
