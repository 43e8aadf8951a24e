#include "services/gateway/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"

namespace thenorsound::gateway {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool is_ipv4(const AddressBytes& address) {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin());
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "192.0.2.1:4711" and "[2001:db8::1]:4711" without the port.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const std::size_t colon = text.find(':');
  const bool one_colon = colon != std::string_view::npos && colon == text.rfind(':');
  return one_colon ? text.substr(0, colon) : text;
}

bool shares_prefix(const AddressBytes& a, const AddressBytes& b, int bits) {
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const int mask = bits >= 8 ? 0xFF : 0xFF << (8 - bits);
    if (((a[i] ^ b[i]) & mask & 0xFF) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return {};
  char copy[INET6_ADDRSTRLEN] = {};
  std::copy(text.begin(), text.end(), copy);
  AddressBytes bytes{};
  if (inet_pton(AF_INET6, copy, bytes.data()) == 1) return bytes;
  std::copy(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
  if (inet_pton(AF_INET, copy, bytes.data() + mapped_prefix.size()) == 1) return bytes;
  return {};
}

Result<Networks> Networks::parse(const std::vector<std::string>& texts) {
  Networks networks;
  std::vector<FieldError> faults;
  for (const std::string_view text : texts) {
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    const bool short_form =
        address && is_ipv4(*address) && text.find(':') == std::string_view::npos;
    int prefix = short_form ? 32 : 128;
    const int longest = prefix;
    bool fine = address.has_value();
    if (slash != std::string_view::npos) {
      const std::string_view digits = text.substr(slash + 1);
      const auto [end, failure] = std::from_chars(digits.begin(), digits.end(), prefix);
      fine =
          fine && failure == std::errc() && end == digits.end() && prefix >= 0 && prefix <= longest;
    }
    if (fine)
      networks.networks_.push_back(Network{*address, short_form ? prefix + 96 : prefix});
    else
      faults.push_back(FieldError{"trusted_proxies", "is no network: " + std::string(text)});
  }
  if (!faults.empty()) return invalid_fields(std::move(faults));
  return networks;
}

bool Networks::contain(const AddressBytes& address) const {
  for (const Network& network : networks_)
    if (shares_prefix(network.address, address, network.prefix)) return true;
  return false;
}

std::string_view client_address(const http::Request& request, const Networks& trusted) {
  std::string_view found = request.remote_address;
  if (trusted.empty()) return found;
  auto bytes = parse_address(found);
  if (!bytes || !trusted.contain(*bytes)) return found;
  for (auto field = request.fields.rbegin(); field != request.fields.rend(); ++field) {
    if (!http::equal_ignoring_case(field->name, "X-Forwarded-For")) continue;
    std::string_view rest = field->value;
    while (true) {
      const std::size_t comma = rest.rfind(',');
      const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
      const std::string_view entry = without_port(trim(rest.substr(begin)));
      bytes = parse_address(entry);
      if (!bytes) return found;
      found = entry;
      if (!trusted.contain(*bytes)) return found;
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return found;
}

std::string limit_key(std::string_view address) {
  if (address.find(':') == std::string_view::npos) return std::string(address);
  const auto bytes = parse_address(address);
  if (!bytes) return std::string(address);
  const auto hex = [&bytes](std::size_t from, std::size_t count) {
    return to_hex(std::string_view(reinterpret_cast<const char*>(bytes->data()) + from, count));
  };
  if (!is_ipv4(*bytes)) return hex(0, 8);
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, bytes->data() + mapped_prefix.size(), text, sizeof text);
  return text;
}

}  // namespace thenorsound::gateway
