// The request as a service gets it: without what only we may say, with what we know.
#pragma once
#include "http/message.hpp"
#include "services/gateway/token_cache.hpp"

namespace thenorsound::gateway {

// Everything here outlives the forwarded request, which only points to it.
struct Forwarded {
  std::string_view credential;
  std::string_view traceparent;
  bool continues_trace =
      false;  // the incoming one was valid, so its tracestate still belongs to it
  std::string_view request_id;
  std::string_view address;
  const Claims* claims = nullptr;  // null: nobody logged in
  std::string_view authorization;  // in place of the client's, where not empty
  std::string_view cookie;         // handed on where not empty
};

// Drops X-User-*, X-Internal-*, X-Forwarded-*, Forwarded, Accept-Encoding, cookies, hop-by-hop and
// framing fields, also where written with underscores. A HEAD becomes a GET.
http::Request forwarded_request(const http::Request& request, const Forwarded& with);

}  // namespace thenorsound::gateway
