// Whose request it is, as far as addresses go: the socket's, or X-Forwarded-For's behind proxies
// that are trusted.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/message.hpp"

namespace thenorsound::gateway {

// IPv6, or IPv4 mapped into it, in network order.
using AddressBytes = std::array<std::uint8_t, 16>;
std::optional<AddressBytes> parse_address(std::string_view text);

// Networks ("10.0.0.0/8", "fd00::/8", "192.0.2.7").
class Networks {
 public:
  Networks() = default;
  // Error validation_error naming what is no network.
  static Result<Networks> parse(const std::vector<std::string>& texts);
  bool contain(const AddressBytes& address) const;
  bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    AddressBytes address;
    int prefix;
  };
  std::vector<Network> networks_;
};

// The socket's address; where that is a trusted proxy's, the rightmost one of X-Forwarded-For that
// isn't. What can't be read ends the search at the last address that could. Without port.
std::string_view client_address(const http::Request& request, const Networks& trusted);

// What limits are counted by: an IPv4 address, or the /64 network of an IPv6 one, of which a
// subscriber has all.
std::string limit_key(std::string_view address);

}  // namespace thenorsound::gateway
