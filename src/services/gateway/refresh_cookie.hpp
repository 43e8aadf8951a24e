// The refresh token's cookie, as the gateway reads and clears it; auth makes it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace thenorsound::gateway {

inline constexpr std::string_view refresh_cookie_name = "thenorsound_refresh";

// Its value; nothing where there is none or an empty one.
std::optional<std::string_view> refresh_cookie(const http::Request& request);

// The Set-Cookie value that ends it. Secure unless `public_url` is plain http on localhost.
std::string cleared_refresh_cookie(std::string_view public_url);

}  // namespace thenorsound::gateway
