// Accept-Encoding, and gzip (RFC 9110, 8.4 and 12.5.3).
#pragma once
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace thenorsound::http {

// The one of two codings that the client likes best, the first where it likes both the same, empty
// for none: it likes the plain text better, or says nothing. An empty one isn't to be had.
std::string_view best_coding(const Request& request, std::string_view first,
                             std::string_view second = {});
// False where it says that it can't take plain text.
bool accepts_identity(const Request& request);

// Does packing gain anything: JSON, text, scripts, SVG; not pictures, not text/event-stream.
bool is_compressible(std::string_view content_type);
// Empty where the library fails.
std::string gzip(std::string_view text);

}  // namespace thenorsound::http
