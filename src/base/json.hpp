// JSON text in and out. Reading is strict (RFC 8259 and the API's own rules).
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace thenorsound {

namespace json = boost::json;

// Error validation_error without details for: no JSON, invalid UTF-8, lone surrogates, a BOM,
// duplicate keys, more than 32 levels, numbers outside a double's range.
Result<json::value> read_json(std::string_view text);
// Reads what we wrote ourselves; throws on a text that is none.
json::value read_own_json(std::string_view text);
// Compact text. Numbers are written plainly (499.5, never 4.995E2).
std::string write_json(const json::value& value);
std::string write_json(const json::object& value);
void append_json(std::string& out, const json::value& value);
void append_json_string(std::string& out, std::string_view text);

}  // namespace thenorsound
