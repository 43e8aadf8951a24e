// Percent-encoding and query strings (RFC 3986).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace thenorsound::http {

// The decoded path of a request target. Errors 400: bad escapes, encoded slashes or NUL, dot
// segments (plain or encoded), "//", invalid UTF-8.
Result<std::string> decode_path(std::string_view raw);
// Would decode_path give back just this? (No escapes, nothing wrong.)
bool is_plain_path(std::string_view raw);
// Pairs in order; '+' is a space. Error 400: bad escapes, invalid UTF-8.
Result<std::vector<std::pair<std::string, std::string>>> decode_query(std::string_view raw);
std::string encode_component(std::string_view text);
bool is_valid_utf8(std::string_view text);

}  // namespace thenorsound::http
