// Serves HTTP/1.1 on one address: one listening socket per loop (SO_REUSEPORT), a coroutine per
// connection, one read and one write per request.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/loops.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "http/parser.hpp"

namespace thenorsound::http {

// Must not throw for expected failures; an exception is answered with 500 and logged. The request
// lives until the returned task is done.
using Handler = std::function<Task<Response>(Request&)>;

// The answer to a request that is refused before it is handled: as much of it as could be read.
using Refusal = std::function<Response(const Request&, const Error&)>;

class TlsCertificate;  // http/tls.hpp

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  HeadLimits limits;
  std::chrono::milliseconds head_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::size_t max_connections = 20'000;
  std::size_t max_requests_in_flight = 4'096;  // above: 503 at once
  // Bodies being received or handled, beyond what fits beside a head. Above: 503.
  std::size_t max_body_bytes_in_flight = 256 * 1024 * 1024;
  std::shared_ptr<TlsCertificate> tls;  // null: plain
  Refusal refuse;                       // null: the bare error
  std::string fixed_fields;             // of every answer: whole lines with their ends
};

class Server {
 public:
  Server(Loops& loops, ServerSettings settings, Handler handler);
  ~Server();
  // Error: the address can't be listened on.
  Result<void> start();
  std::uint16_t port() const;
  // No new connections; those without a request in flight are closed, the others after their
  // answer. Returns when all are gone or the time is over. From a thread that is no loop's.
  void stop(std::chrono::milliseconds grace);

  struct State;  // server_state.hpp

 private:
  std::shared_ptr<State> state_;
};

}  // namespace thenorsound::http
