// A database of a test's own, on the server that THENORSOUND_TEST_MONGODB names; starting that is
// somebody else's (tools/with_servers.sh).
#pragma once
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include "store/mongo/mongo_store.hpp"

namespace thenorsound::store {

inline MongoSettings settings_of_a_fresh_database() {
  const char* uri = std::getenv("THENORSOUND_TEST_MONGODB");
  if (uri == nullptr) throw std::runtime_error("THENORSOUND_TEST_MONGODB names no server");
  static std::atomic<int> number{0};
  MongoSettings settings;
  settings.uri = uri;
  // What is tested here is the outcome: a machine that stands still for seconds fails nothing.
  settings.call_timeout_ms = 60'000;
  settings.server_wait_ms = 20'000;
  settings.database = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
  return settings;
}

}  // namespace thenorsound::store
