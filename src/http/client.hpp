// HTTP/1.1 client: kept-alive connections pooled per loop and address, deadlines on everything.
#pragma once
#include <string>
#include <vector>

#include "base/loops.hpp"
#include "http/parser.hpp"
#include "http/upstream.hpp"

namespace thenorsound::http {

struct ClientSettings {
  std::vector<std::string> addresses;  // "host:port"; spread over them
  HeadLimits limits{.body_bytes = 8 * 1024 * 1024};
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds idle_timeout{50'000};  // below the server's
  std::size_t max_connections_per_loop = 256;
};

// A request sent on a reused connection that turns out to be closed before any byte of an answer
// is sent again once on a new one, where the method is safe (GET, HEAD, OPTIONS).
class Client : public Upstream {
 public:
  Client(Loops& loops, ClientSettings settings);
  ~Client() override;
  Task<Result<Response>> send(Request& request, std::chrono::milliseconds timeout) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace thenorsound::http
