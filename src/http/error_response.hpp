// The one form of an error on the wire, and the one map from Code to HTTP status.
#pragma once
#include "base/error.hpp"
#include "http/message.hpp"

namespace thenorsound::http {

int status_of(Code code);
// {"error": {code, message, details, timestamp, traceId}}, with Retry-After where the error has
// it, WWW-Authenticate: Bearer on 401. Never sends `reason`.
Response error_response(const Error& error, const Trace& trace, Time now);
// The inverse, for a caller: an Error from a response with status >= 400.
Error error_from_response(int status, std::string_view body);

}  // namespace thenorsound::http
