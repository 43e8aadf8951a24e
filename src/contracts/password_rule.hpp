// Which passwords may be set: whoever takes one from a person asks this, so that a refusal names
// the field.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/fields.hpp"

namespace thenorsound {

// 8 characters to 72 bytes (bcrypt reads no more), no NUL. Nothing where it may be used.
inline std::optional<std::string> password_fault(std::string_view password) {
  if (code_points(password) < 8) return "must be at least 8 characters";
  if (password.size() > 72) return "must be at most 72 bytes";
  if (password.find('\0') != std::string_view::npos) return "must not contain NUL";
  return {};
}

// A field that holds a new password; faults are noted.
inline bool read_new_password(Fields& in, std::string_view name, std::string& into) {
  const json::value* value = in.raw(name);
  if (value == nullptr || value->is_null()) return in.problem(name, "is required"), false;
  const json::string* text = value->if_string();
  if (text == nullptr) return in.problem(name, "must be a text"), false;
  if (auto fault = password_fault(std::string_view(*text)))
    return in.problem(name, std::move(*fault)), false;
  into.assign(std::string_view(*text));
  return true;
}

}  // namespace thenorsound
