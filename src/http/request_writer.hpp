// The head of a request on the wire, framed anew: nothing about length, connection or host is
// copied from the Request.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/message.hpp"

namespace thenorsound::http {

// Replaces `out`. `host` is the address asked. Error service_error: a target, method or field that
// can't be sent as it is.
Result<void> write_request_head(const Request& request, std::string_view host, std::string& out);

}  // namespace thenorsound::http
