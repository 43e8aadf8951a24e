#include "services/gateway/retry.hpp"

#include "http/upstream.hpp"
#include "services/gateway/route_table.hpp"

namespace thenorsound::gateway {

using http::Method;

Repeat repeat_of(const http::Request& request) {
  const bool reads = request.method == Method::get || request.method == Method::head ||
                     request.method == Method::options;
  if (reads) return Repeat::yes;
  const bool idempotent = request.method == Method::put || request.method == Method::delete_ ||
                          (request.method == Method::post && request.field("Idempotency-Key") &&
                           !is_under(request.path, "/api/auth"));
  if (!idempotent) return Repeat::never;
  return request.field("If-Match") ? Repeat::where_nothing_was_sent : Repeat::yes;
}

bool is_worth_repeating(Repeat repeat, const Result<http::Response>& answer) {
  if (repeat == Repeat::never) return false;
  if (answer.has_error()) {
    if (answer.error().reason == http::breaker_open) return false;
    return repeat == Repeat::yes || answer.error().reason == "not-sent";
  }
  if (repeat == Repeat::where_nothing_was_sent) return false;
  const int status = answer->status;
  return status == 408 || status == 429 || status >= 500;
}

}  // namespace thenorsound::gateway
