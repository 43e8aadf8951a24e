#include "services/gateway/origins.hpp"

#include <algorithm>

namespace thenorsound::gateway {
namespace {

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return low;
}

}  // namespace

std::string origin_of(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return lower(url);
  const std::size_t end = std::min(url.find_first_of("/?#", scheme_end + 3), url.size());
  std::string origin = lower(url.substr(0, end));
  const std::string_view default_port = origin.starts_with("https://") ? ":443" : ":80";
  if (origin.ends_with(default_port)) origin.resize(origin.size() - default_port.size());
  return origin;
}

Origins::Origins(std::string_view public_url, const std::vector<std::string>& listed)
    : ours_(origin_of(public_url)) {
  for (const std::string& origin : listed) listed_.push_back(origin_of(origin));
}

Origins::Kind Origins::kind(const http::Request& request) const {
  const auto field = request.field("Origin");
  if (!field) return Kind::absent;
  const std::string origin = origin_of(*field);
  if (origin == ours_) return Kind::ours;
  if (std::find(listed_.begin(), listed_.end(), origin) != listed_.end()) return Kind::listed;
  // Same host as was asked: a browser sends it for our own pages, whatever name we go by.
  const auto host = request.field("Host");
  if (host && (origin == origin_of("http://" + std::string(*host)) ||
               origin == origin_of("https://" + std::string(*host))))
    return Kind::ours;
  return Kind::foreign;
}

bool Origins::cookie_counts(const http::Request& request) const {
  if (kind(request) == Kind::foreign) return false;
  const auto site = request.field("Sec-Fetch-Site");
  return !site || !http::equal_ignoring_case(*site, "cross-site");
}

std::optional<http::Response> Origins::preflight(const http::Request& request) const {
  if (kind(request) == Kind::foreign) return {};
  http::Response response;
  response.status = 204;
  response.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
  response.set("Access-Control-Allow-Headers",
               "Accept, Accept-Language, Authorization, Content-Type, If-Match, If-None-Match, "
               "Idempotency-Key, traceparent, tracestate, X-Request-Id");
  response.set("Access-Control-Max-Age", "600");
  return response;
}

void Origins::add_fields(const http::Request& request, http::Response& response) const {
  if (listed_.empty()) return;
  response.add("Vary", "Origin");
  if (kind(request) != Kind::listed) return;
  response.set("Access-Control-Allow-Origin", std::string(*request.field("Origin")));
  response.set("Access-Control-Allow-Credentials", "true");
  response.set("Access-Control-Expose-Headers",
               "X-Access-Token, ETag, Location, Retry-After, RateLimit-Limit, "
               "RateLimit-Remaining, RateLimit-Reset, X-Request-Id, WWW-Authenticate");
}

}  // namespace thenorsound::gateway
