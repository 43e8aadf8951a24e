#include "services/auth/cookie.hpp"

#include <algorithm>

namespace thenorsound::auth {
namespace {

std::string cookie(std::string_view token, std::string_view max_age, bool secure) {
  std::string text(cookie_name);
  text += "=";
  text += token;
  text += "; Path=/api; Max-Age=";
  text += max_age;
  text += "; HttpOnly; SameSite=Strict";
  if (secure) text += "; Secure";
  return text;
}

}  // namespace

bool needs_secure_cookie(std::string_view public_url) {
  for (const std::string_view local : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
    if (!public_url.starts_with(local)) continue;
    const std::string_view rest = public_url.substr(local.size());
    return !rest.empty() && rest.front() != ':' && rest.front() != '/';
  }
  return true;
}

std::string set_cookie(std::string_view token, bool secure) {
  return cookie(token, "604800", secure);
}

std::string clear_cookie(bool secure) { return cookie("", "0", secure); }

std::optional<std::string> cookie_of(const http::Request& request) {
  for (const http::Field& field : request.fields) {
    if (!http::equal_ignoring_case(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(cookie_name) && pair.substr(cookie_name.size()).starts_with('='))
        return std::string(pair.substr(cookie_name.size() + 1));
    }
  }
  return {};
}

}  // namespace thenorsound::auth
