// Who asks, and under which trace: travels with a request through every service.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace thenorsound {

enum class Role { Admin = 1, CustomerAdmin = 2, CustomerUser = 3, CrewAdmin = 4, CrewUser = 5 };
std::string_view role_name(Role role);  // "CustomerAdmin"
std::optional<Role> role_from_name(std::string_view name);

struct Actor {
  UserId user;
  Role role = Role::CrewUser;
  CustomerId customer;      // empty for Admin
  bool is_service = false;  // another service itself, on /internal; user is empty
  std::string service;      // its name then

  bool is(Role r) const { return !is_service && role == r; }
  bool is_admin() const { return is(Role::Admin); }
};

// W3C trace context. `traceparent` is handed on; `trace_id` (32 hex digits) is shown in errors.
struct Trace {
  std::string traceparent;
  std::string_view trace_id() const {
    return traceparent.size() >= 35 ? std::string_view(traceparent).substr(3, 32)
                                    : std::string_view{};
  }
};
// A new root, or a child of a valid incoming traceparent.
Trace new_trace(std::string_view incoming = {});

}  // namespace thenorsound
