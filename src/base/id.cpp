#include "base/id.hpp"

#include "base/crypto.hpp"

namespace thenorsound {
namespace {
// Crockford's base 32, lower case: sorts like the numbers it writes.
constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

void append_bits(std::string& out, std::string_view bytes) {
  unsigned bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = ((bits << 8) | static_cast<unsigned char>(c)) & 0xFFFF;
    for (count += 8; count >= 5; count -= 5) out += alphabet[(bits >> (count - 5)) & 31];
  }
}
}  // namespace

std::string new_id(std::string_view prefix, Time now) {
  std::string id(prefix);
  id += '-';
  for (int shift = 45; shift >= 0; shift -= 5)
    id += alphabet[static_cast<std::size_t>(now.ms >> shift) & 31];
  append_bits(id, random_bytes(10));
  return id;
}

std::string derived_id(std::string_view prefix, std::string_view from) {
  std::string id(prefix);
  id += '-';
  append_bits(id, sha256(from).substr(0, 15));
  return id;
}

}  // namespace thenorsound
