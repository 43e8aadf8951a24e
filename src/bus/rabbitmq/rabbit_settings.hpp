// Where the broker is and how patient we are with it.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace thenorsound::bus {

struct RabbitSettings {
  std::string url;      // amqp:// or amqps://, with user and password: a secret
  std::string ca_file;  // PEM; empty: the system's. For amqps:// only
  bool quorum_queues = false;
  // Types of messages that may find no queue; any other then stays unpublished.
  std::vector<std::string> optional_types{"session.revoked"};
  std::chrono::seconds heartbeat{10};
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::milliseconds answer_timeout{10'000};  // of a declaration
  std::chrono::milliseconds confirm_timeout{5'000};  // of a published message
  std::chrono::milliseconds first_pause{100};        // before connecting again
  std::chrono::milliseconds longest_pause{5'000};
};

struct RabbitAddress {
  std::string host;
  int port = 0;
  std::string user;
  std::string password;
  std::string vhost;
  bool tls = false;
};

// Error validation_error, which never quotes the URL.
Result<RabbitAddress> rabbit_address(const std::string& url);

}  // namespace thenorsound::bus
