#include "base/context.hpp"

#include <array>
#include <random>

#include "base/crypto.hpp"

namespace thenorsound {
namespace {
constexpr std::array<std::string_view, 5> role_names = {"Admin", "CustomerAdmin", "CustomerUser",
                                                        "CrewAdmin", "CrewUser"};

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Trace ids need to be unlikely to repeat, not secret.
std::uint64_t random_word() {
  thread_local std::mt19937_64 generator = [] {
    const std::string seed = random_bytes(8);
    std::uint64_t value = 0;
    for (const char c : seed) value = value << 8 | static_cast<unsigned char>(c);
    return std::mt19937_64(value);
  }();
  return generator();
}

void append_hex(std::string& out, std::uint64_t word) {
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(word >> shift) & 15];
}
}  // namespace

std::string_view role_name(Role role) { return role_names[static_cast<std::size_t>(role) - 1]; }

std::optional<Role> role_from_name(std::string_view name) {
  for (std::size_t i = 0; i < role_names.size(); ++i)
    if (role_names[i] == name) return static_cast<Role>(i + 1);
  return {};
}

Trace new_trace(std::string_view incoming) {
  Trace trace;
  trace.traceparent.reserve(55);
  trace.traceparent = "00-";
  const bool valid =
      incoming.size() == 55 && incoming.substr(0, 3) == "00-" && incoming[35] == '-' &&
      incoming[52] == '-' && is_lower_hex(incoming.substr(3, 32)) &&
      is_lower_hex(incoming.substr(36, 16)) && is_lower_hex(incoming.substr(53, 2)) &&
      incoming.substr(3, 32).find_first_not_of('0') != std::string_view::npos &&
      incoming.substr(36, 16).find_first_not_of('0') != std::string_view::npos;
  if (valid) {
    trace.traceparent += incoming.substr(3, 32);
  } else {
    append_hex(trace.traceparent, random_word());
    append_hex(trace.traceparent, random_word() | 1);
  }
  trace.traceparent += '-';
  append_hex(trace.traceparent, random_word() | 1);
  trace.traceparent += valid ? incoming.substr(52, 3) : "-01";
  return trace;
}

}  // namespace thenorsound
