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

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

// W3C Trace Context: version-trace-parent-flags; a later version may have more behind a dash.
bool is_traceparent(std::string_view text) {
  constexpr std::size_t size = 55;
  if (text.size() < size || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const std::string_view version = text.substr(0, 2);
  if (!is_lower_hex(version) || version == "ff") return false;
  if (text.size() > size && (version == "00" || text[size] != '-')) return false;
  const std::string_view trace = text.substr(3, 32), parent = text.substr(36, 16);
  return is_lower_hex(trace) && !is_zero(trace) && is_lower_hex(parent) && !is_zero(parent) &&
         is_lower_hex(text.substr(53, 2));
}

// Of the flags only "sampled" is known; the others must not be handed on.
bool is_sampled(std::string_view traceparent) {
  return std::string_view("13579bdf").find(traceparent[54]) != std::string_view::npos;
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
  const bool valid = is_traceparent(incoming);
  if (valid) {
    trace.traceparent += incoming.substr(3, 32);
  } else {
    append_hex(trace.traceparent, random_word());
    append_hex(trace.traceparent, random_word() | 1);
  }
  trace.traceparent += '-';
  append_hex(trace.traceparent, random_word() | 1);
  trace.traceparent += valid && !is_sampled(incoming) ? "-00" : "-01";
  return trace;
}

}  // namespace thenorsound
