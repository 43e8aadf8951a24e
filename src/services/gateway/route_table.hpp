// Which service answers which address, and who may knock without a token (api.md).
#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "http/message.hpp"

namespace thenorsound::gateway {

enum class Service { auth, user, customer, event, booking, notification, analytics };
inline constexpr std::array<std::string_view, 7> service_names = {
    "auth", "user", "customer", "event", "booking", "notification", "analytics"};

// `path` is `prefix` or lies below it.
bool is_under(std::string_view path, std::string_view prefix);

// Nothing: no service answers there.
std::optional<Service> service_of(std::string_view path);

enum class Login {
  needed,
  none,       // a token is not looked at
  by_cookie,  // the refresh cookie will do as well (logout)
};
// By the path alone, so that a wrong method there is 405 to everybody; OPTIONS tells only that.
Login login_of(const http::Request& request);

}  // namespace thenorsound::gateway
