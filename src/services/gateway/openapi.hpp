// The description of the API (OpenAPI 3.1), made from the tables of openapi_tables.hpp.
#pragma once
#include <string>

namespace thenorsound::gateway {

// The text of /openapi.json.
std::string openapi_text();

}  // namespace thenorsound::gateway
