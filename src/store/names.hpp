// Names of collections and fields, and the members they name: the same for every adapter.
#pragma once
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace thenorsound::store {

// Letters, digits, '_' and what `also` holds; 1 to 100 characters.
bool is_name(std::string_view name, std::string_view also);
// The member at `path` ("billing.day"); null where there is none.
const json::value* member_at(const json::object& body, std::string_view path);
// Throws UnexpectedFailure, a programming error in a schema.
void require(bool holds, const std::string& collection, std::string_view what);

}  // namespace thenorsound::store
