// The request fields Accept and Content-Type (RFC 9110, 12.5.1 and 8.3).
#pragma once
#include <string_view>

namespace thenorsound::http {

// Is the media type acceptable? The most specific range decides; q=0 excludes. An empty
// Accept accepts all.
bool accepts(std::string_view accept, std::string_view media_type);

// application/json, with no charset or utf-8.
bool is_json_content_type(std::string_view content_type);

}  // namespace thenorsound::http
