// The cookie that holds the refresh token in a browser.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace thenorsound::auth {

constexpr std::string_view cookie_name = "thenorsound_refresh";

// Secure unless the web app is served as plain http on this machine.
bool needs_secure_cookie(std::string_view public_url);
std::string set_cookie(std::string_view token, bool secure);
std::string clear_cookie(bool secure);
// Of the request's Cookie fields; the first of that name.
std::optional<std::string> cookie_of(const http::Request& request);

}  // namespace thenorsound::auth
