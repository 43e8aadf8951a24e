#include "store/names.hpp"

#include <algorithm>

namespace thenorsound::store {

bool is_name(std::string_view name, std::string_view also) {
  if (name.empty() || name.size() > 100) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           also.find(c) != std::string_view::npos;
  });
}

const json::value* member_at(const json::object& body, std::string_view path) {
  if (const json::value* found = body.if_contains(path)) return found;
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const json::value* inner = body.if_contains(path.substr(0, dot));
  if (inner == nullptr || !inner->is_object()) return nullptr;
  return member_at(inner->get_object(), path.substr(dot + 1));
}

void require(bool holds, const std::string& collection, std::string_view what) {
  if (!holds) throw UnexpectedFailure("collection " + collection + ": " + std::string(what));
}

}  // namespace thenorsound::store
