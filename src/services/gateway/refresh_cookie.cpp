#include "services/gateway/refresh_cookie.hpp"

namespace thenorsound::gateway {
namespace {

bool is_plain_localhost(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!http::equal_ignoring_case(url.substr(0, scheme.size()), scheme)) return false;
  std::string_view host = url.substr(scheme.size());
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.starts_with("[::1]")) return true;
  host = host.substr(0, host.find(':'));
  return host == "127.0.0.1" || http::equal_ignoring_case(host, "localhost");
}

}  // namespace

std::optional<std::string_view> refresh_cookie(const http::Request& request) {
  for (const http::Field& field : request.fields) {
    if (!http::equal_ignoring_case(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != refresh_cookie_name)
        continue;
      if (equals + 1 < pair.size()) return pair.substr(equals + 1);
    }
  }
  return {};
}

std::string cleared_refresh_cookie(std::string_view public_url) {
  std::string cookie(refresh_cookie_name);
  cookie += "=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict";
  if (!is_plain_localhost(public_url)) cookie += "; Secure";
  return cookie;
}

}  // namespace thenorsound::gateway
