#include "http/server.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>

#include "base/log.hpp"
#include "http/connection.hpp"
#include "http/response_writer.hpp"

namespace thenorsound::http {
namespace asio = boost::asio;
namespace {

using ErrorCode = boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using StatePtr = std::shared_ptr<Server::State>;

constexpr int backlog = 4'096;
constexpr std::chrono::milliseconds longest_tick{250};
constexpr std::chrono::milliseconds accept_pause{100};  // after EMFILE and the like
constexpr std::size_t refusals_at_once = 1'000;  // connections over the limit that get their 503
constexpr std::chrono::milliseconds closing_time{250};

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void read_clocks(ServerLoop& loop) {
  loop.now_ms = steady_ms();
  const Time now = SystemClock().now();
  if (now.ms / second_ms != loop.date_s) {
    loop.date_s = now.ms / second_ms;
    loop.date = http_date(now);
  }
}

Task<void> serve(StatePtr state, ServerLoop& loop, Socket socket) {
  Connection connection(*state, loop, std::move(socket));
  co_await connection.run();
}

// Sweeps the loop's connections, until the server has stopped and none is left.
Task<void> keep_time(StatePtr state, ServerLoop& loop) {
  const ServerSettings& settings = state->settings;
  const auto shortest =
      std::min({settings.head_timeout, settings.body_timeout, settings.idle_timeout});
  const auto tick = std::clamp(shortest / 4, std::chrono::milliseconds(5), longest_tick);
  Timer timer(loop.context.get_executor());
  while (!state->stopping || loop.acceptor != nullptr || !loop.connections.empty()) {
    timer.expires_after(tick);
    ErrorCode ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
    read_clocks(loop);
    for (Connection& connection : loop.connections) connection.sweep();
  }
}

// The loop's way to its acceptor, for as long as that lives.
class Listening {
 public:
  Listening(Server::State& state, ServerLoop& loop, Acceptor& acceptor)
      : state_(state), loop_(loop) {
    loop_.acceptor = &acceptor;
  }
  ~Listening() {
    loop_.acceptor = nullptr;
    state_.end_alive();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  Server::State& state_;
  ServerLoop& loop_;
};

void welcome(const StatePtr& state, ServerLoop& loop, Socket socket) {
  ErrorCode failed;
  socket.non_blocking(true, failed);
  if (failed) return;
  const std::size_t others = state->connections.fetch_add(1, std::memory_order_relaxed);
  if (others >= state->settings.max_connections + refusals_at_once) {
    state->connections.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  state->begin_alive();
  spawn_here("http connection", loop.context.get_executor(), serve(state, loop, std::move(socket)));
}

void report_accept_failure(const ErrorCode& failed) {
  log_warning("cannot accept connections", {{"what", failed.message()}});
}

Task<void> accept_all(StatePtr state, ServerLoop& loop, Acceptor acceptor) {
  const Listening listening(*state, loop, acceptor);
  while (!state->stopping) {
    Socket socket(loop.context.get_executor());
    ErrorCode failed;
    co_await acceptor.async_accept(socket, asio::redirect_error(use_task, failed));
    if (!failed) {
      welcome(state, loop, std::move(socket));
    } else if (failed != asio::error::connection_aborted && !state->stopping) {
      report_accept_failure(failed);
      co_await sleep_for(accept_pause);
    }
  }
}

Result<Tcp::endpoint> endpoint_of(const ServerSettings& settings) {
  ErrorCode failed;
  const std::string text = settings.address == "localhost" ? "127.0.0.1" : settings.address;
  const asio::ip::address address = asio::ip::make_address(text, failed);
  if (failed)
    return make_error(Code::service_error, "\"" + settings.address + "\" is no IP address.");
  return Tcp::endpoint(address, settings.port);
}

// A socket that listens at `endpoint`, together with others of this server where `shared`.
ErrorCode listen_at(const Tcp::endpoint& endpoint, bool shared, Acceptor& acceptor) {
  ErrorCode failed;
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed && shared) acceptor.set_option(ReusePort(true), failed);
  // The accepted sockets inherit it.
  if (!failed) acceptor.set_option(Tcp::no_delay(true), failed);
  if (!failed && endpoint.address().is_v6())
    acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(backlog, failed);
  return failed;
}

// SO_REUSEPORT would let a second server take a share of the first one's connections, in silence.
ErrorCode check_free(const Tcp::endpoint& endpoint, asio::io_context& context) {
  if (endpoint.port() == 0) return {};
  Acceptor alone(context.get_executor());
  return listen_at(endpoint, false, alone);
}

}  // namespace

Server::Server(Loops& loops, ServerSettings settings, Handler handler)
    : state_(std::make_shared<State>(loops, std::move(settings), std::move(handler))) {}

Server::~Server() { stop(std::chrono::milliseconds(0)); }

Result<void> Server::start() {
  auto endpoint = endpoint_of(state_->settings);
  if (endpoint.has_error()) return std::move(endpoint).error();
  ErrorCode failed = check_free(*endpoint, state_->loops.at(0));
  std::vector<Acceptor> acceptors;
  for (std::size_t i = 0; i < state_->loops.size() && !failed; ++i) {
    acceptors.emplace_back(state_->loops.at(i).get_executor());
    failed = listen_at(*endpoint, true, acceptors.back());
    if (!failed) endpoint->port(acceptors.back().local_endpoint().port());
  }
  if (failed)
    return make_error(Code::service_error, "Cannot listen on " + state_->settings.address + ":" +
                                               std::to_string(endpoint->port()) + ": " +
                                               failed.message() + ".");
  state_->port = endpoint->port();
  for (std::size_t i = 0; i < acceptors.size(); ++i) {
    asio::io_context& context = state_->loops.at(i);
    ServerLoop& loop = *state_->per_loop.emplace_back(std::make_unique<ServerLoop>(context));
    read_clocks(loop);
    state_->begin_alive();
    Loops::spawn("http accept", context, accept_all(state_, loop, std::move(acceptors[i])));
    Loops::spawn("http clock", context, keep_time(state_, loop));
  }
  return {};
}

std::uint16_t Server::port() const { return state_->port; }

void Server::stop(std::chrono::milliseconds grace) {
  if (state_->per_loop.empty() || state_->stopping.exchange(true)) return;
  for (const auto& each : state_->per_loop)
    asio::post(each->context, [state = state_, &loop = *each] {
      ErrorCode ignored;
      if (loop.acceptor != nullptr) loop.acceptor->close(ignored);
      for (Connection& connection : loop.connections) connection.begin_stop();
    });
  if (grace.count() > 0 && state_->wait_until_none(grace)) return;
  for (const auto& each : state_->per_loop)
    asio::post(each->context, [state = state_, &loop = *each] {
      for (Connection& connection : loop.connections) connection.force_close();
    });
  if (grace.count() > 0) state_->wait_until_none(closing_time);
}

}  // namespace thenorsound::http
