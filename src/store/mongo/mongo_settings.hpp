// How a MongoDB-compatible database is reached.
#pragma once
#include <string>

namespace thenorsound::store {

struct MongoSettings {
  std::string uri = "mongodb://127.0.0.1:27017";
  std::string database = "thenorsound";  // per service: the prefix of the names
  bool per_service = false;              // a database for each service
  unsigned threads = 16;                 // calls at the same time
  int connect_timeout_ms = 3'000;
  int call_timeout_ms = 10'000;
  int server_wait_ms = 2'000;  // for a server that can be written to
};

}  // namespace thenorsound::store
