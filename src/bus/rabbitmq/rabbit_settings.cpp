#include "bus/rabbitmq/rabbit_settings.hpp"

#include <amqp.h>

namespace thenorsound::bus {
namespace {

Error bad_url(std::string why) { return make_error(Code::validation_error, std::move(why)); }

bool is_ip_address(const std::string& host) {
  return host.find(':') != std::string::npos ||
         host.find_first_not_of("0123456789.") == std::string::npos;
}

// The parser takes one without a host for this machine's.
bool names_a_host(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  std::string authority = url.substr(begin, url.find('/', begin) - begin);
  authority.erase(0, authority.rfind('@') + 1);
  return !authority.empty() && authority.front() != ':';
}

}  // namespace

Result<RabbitAddress> rabbit_address(const std::string& url) {
  if (!url.starts_with("amqp://") && !url.starts_with("amqps://"))
    return bad_url("The broker's URL begins with amqp:// or amqps://.");
  std::string text = url;  // The parser writes into it.
  amqp_connection_info parsed{};
  amqp_default_connection_info(&parsed);
  if (amqp_parse_url(text.data(), &parsed) != AMQP_STATUS_OK)
    return bad_url("The broker's URL is not amqp(s)://user:password@host:port/vhost.");
  RabbitAddress address;
  address.host = parsed.host;
  address.port = parsed.port;
  address.user = parsed.user;
  address.password = parsed.password;
  address.vhost = parsed.vhost;
  address.tls = parsed.ssl != 0;
  if (!names_a_host(url) || address.port <= 0 || address.port > 65'535)
    return bad_url("The broker's URL names no host or no port.");
  if (address.vhost.empty()) address.vhost = "/";
  // Certificates are checked against names only.
  if (address.tls && is_ip_address(address.host))
    return bad_url("The broker's amqps:// URL needs a host name, not an IP address.");
  return address;
}

}  // namespace thenorsound::bus
