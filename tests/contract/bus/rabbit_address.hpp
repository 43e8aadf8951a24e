// A virtual host for each test that asks (tools/with_servers.sh).
#pragma once
#include <cstdlib>
#include <stdexcept>

#include "bus/rabbitmq/rabbit_settings.hpp"

namespace thenorsound::bus {

// Those before are other tests'.
inline constexpr int first_classic_vhost = 50;
inline constexpr int first_quorum_vhost = 90;

inline RabbitSettings fresh_rabbit() {
  const char* url = std::getenv("THENORSOUND_TEST_RABBITMQ");
  if (url == nullptr)
    throw std::runtime_error("THENORSOUND_TEST_RABBITMQ: run the tests with tools/with_servers.sh");
  const char* type = std::getenv("THENORSOUND_TEST_QUEUE_TYPE");
  RabbitSettings settings;
  settings.quorum_queues = type != nullptr && std::string(type) == "quorum";
  static int next = settings.quorum_queues ? first_quorum_vhost : first_classic_vhost;
  settings.url = std::string(url) + "/t" + std::to_string(next++);
  return settings;
}

}  // namespace thenorsound::bus
