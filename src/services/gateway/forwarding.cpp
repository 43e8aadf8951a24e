#include "services/gateway/forwarding.hpp"

#include <algorithm>
#include <array>

#include "http/response_writer.hpp"

namespace thenorsound::gateway {
namespace {

constexpr char folded(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + 32);
  return c == '_' ? '-' : c;
}

// `word` is in lower case with dashes.
bool starts_with(std::string_view name, std::string_view word) {
  if (name.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (folded(name[i]) != word[i]) return false;
  return true;
}

constexpr std::array<std::string_view, 21> dropped = {"accept-encoding",
                                                      "connection",
                                                      "content-length",
                                                      "cookie",
                                                      "expect",
                                                      "forwarded",
                                                      "host",
                                                      "keep-alive",
                                                      "proxy-authenticate",
                                                      "proxy-authorization",
                                                      "proxy-connection",
                                                      "te",
                                                      "trailer",
                                                      "traceparent",
                                                      "transfer-encoding",
                                                      "upgrade",
                                                      "x-request-id",
                                                      "x-real-ip",
                                                      "x-http-method-override",
                                                      "x-original-url",
                                                      "x-rewrite-url"};
constexpr std::array<std::string_view, 3> dropped_prefixes = {"x-user-", "x-internal-",
                                                              "x-forwarded-"};

bool is_dropped(std::string_view name) {
  if (name.empty()) return true;
  const char first = folded(name.front());
  if (first == 'x')
    for (const std::string_view prefix : dropped_prefixes)
      if (starts_with(name, prefix)) return true;
  for (const std::string_view word : dropped)
    if (first == word.front() && name.size() == word.size() && starts_with(name, word)) return true;
  return false;
}

}  // namespace

http::Request forwarded_request(const http::Request& request, const Forwarded& with) {
  http::Request forwarded;
  // Asked as a GET, so that its answer's fields are those of one; the server leaves the body out.
  const bool asks_head = request.method == http::Method::head;
  forwarded.method = asks_head ? http::Method::get : request.method;
  forwarded.method_text = asks_head ? "GET" : request.method_text;
  forwarded.target = request.target;
  forwarded.path = request.path;
  forwarded.query = request.query;
  forwarded.body = request.body;
  forwarded.remote_address = request.remote_address;

  const bool has_connection = request.count("Connection") > 0;
  const auto add = [&forwarded](std::string_view name, std::string_view value) {
    if (!value.empty()) forwarded.fields.push_back(http::Field{name, value});
  };
  // First, so that whoever looks for them finds them at once.
  add("X-Internal-Credential", with.credential);
  add("traceparent", with.traceparent);
  add("X-Request-Id", with.request_id);
  if (with.claims != nullptr) {
    add("X-User-Id", with.claims->user_id);
    add("X-User-Roles", with.claims->roles);
    add("X-User-CustomerId", with.claims->customer_id);
  }
  add("X-Forwarded-For", with.address);
  add("Authorization", with.authorization);
  add("Cookie", with.cookie);
  for (const http::Field& field : request.fields) {
    if (is_dropped(field.name)) continue;
    if (!with.authorization.empty() && http::equal_ignoring_case(field.name, "Authorization"))
      continue;
    if (!with.continues_trace && http::equal_ignoring_case(field.name, "tracestate")) continue;
    if (has_connection && http::is_named_by_connection(request.fields, field.name)) continue;
    forwarded.fields.push_back(field);
  }
  return forwarded;
}

}  // namespace thenorsound::gateway
