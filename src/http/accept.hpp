// The request fields Accept and Content-Type, and what lists of preferences share (RFC 9110, 12.4).
#pragma once
#include <string_view>

namespace thenorsound::http {

// Is the media type acceptable? The most specific range decides; q=0 excludes. An empty
// Accept accepts all.
bool accepts(std::string_view accept, std::string_view media_type);

// application/json, with no charset or utf-8.
bool is_json_content_type(std::string_view content_type);

// The part before the separator, trimmed; `text` goes on behind it. Separators in quotes don't
// count.
std::string_view next_part(std::string_view& text, char separator);
// The weight among an item's parameters, in thousandths; 1000 without a valid one.
int quality(std::string_view parameters);

}  // namespace thenorsound::http
