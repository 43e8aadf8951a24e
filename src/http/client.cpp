#include "http/client.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include "http/answer_reader.hpp"
#include "http/client_pool.hpp"
#include "http/request_writer.hpp"

namespace thenorsound::http {
namespace asio = boost::asio;
namespace {

using ErrorCode = boost::system::error_code;

bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

Error too_late() { return make_error(Code::gateway_timeout, "No answer came in time.", "timeout"); }

// One request sent, and what came of it.
struct Attempt {
  std::optional<Result<Response>> answer;
  bool nothing_sent = false;
  bool nothing_received = false;
};

struct Sent {
  std::size_t bytes = 0;
  bool whole = false;
};

Task<Sent> send_all(ClientSocket& socket, std::string_view head, std::string_view body) {
  Sent sent;
  while (!head.empty() || !body.empty()) {
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    ErrorCode failed;
    std::size_t bytes = socket.write_some(parts, failed);
    if (failed == asio::error::would_block)
      bytes = co_await socket.async_write_some(parts, asio::redirect_error(use_task, failed));
    if (failed) co_return sent;
    sent.bytes += bytes;
    const std::size_t of_head = std::min(bytes, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(bytes - of_head);
  }
  sent.whole = true;
  co_return sent;
}

Task<Attempt> attempt(ConnectionPtr connection, const Request& request, std::string_view head,
                      Deadline& deadline) {
  Attempt outcome;
  ClientPool& pool = connection->pool;
  deadline.watch(&connection->socket);
  const Sent sent = co_await send_all(connection->socket, head, request.body);
  outcome.nothing_sent = sent.bytes == 0;
  // Even to half a request there may be an answer, such as 413.
  AnswerReader reader(*connection, request.method);
  if (!outcome.nothing_sent) outcome.answer = co_await reader.read();
  deadline.watch(nullptr);
  outcome.nothing_received = !reader.received_any();
  if (!outcome.answer || outcome.answer->has_error()) {
    if (deadline.passed()) outcome.answer = too_late();
    if (!outcome.answer) outcome.answer = unavailable("no-answer");
    co_return outcome;
  }
  if (reader.is_stream())
    (*outcome.answer)->stream = reader.into_stream(std::move(connection));
  else if (sent.whole && reader.may_be_used_again())
    pool.keep(std::move(connection));
  co_return outcome;
}

}  // namespace

struct Client::State {
  State(Loops& all, ClientSettings settings) : loops(all) {
    const auto shared = std::make_shared<const ClientSettings>(std::move(settings));
    for (std::size_t i = 0; i < all.size(); ++i)
      pools.push_back(std::make_shared<ClientPool>(all.at(i), shared));
  }
  std::shared_ptr<ClientPool> pool_of(const Executor& executor) const {
    for (const auto& pool : pools)
      if (pool->context().get_executor() == executor) return pool;
    return nullptr;
  }
  Loops& loops;
  std::vector<std::shared_ptr<ClientPool>> pools;
};

Client::Client(Loops& loops, ClientSettings settings)
    : state_(std::make_unique<State>(loops, std::move(settings))) {}

// Sockets may only be touched on their own loops.
Client::~Client() {
  for (auto& pool : state_->pools) {
    asio::io_context& context = pool->context();
    asio::post(context, [pool = std::move(pool)] { pool->close(); });
  }
}

Task<Result<Response>> Client::send(Request& request, std::chrono::milliseconds timeout) {
  const std::shared_ptr<ClientPool> pool = state_->pool_of(co_await asio::this_coro::executor);
  if (pool == nullptr || pool->settings().addresses.empty()) co_return unavailable("not-sent");
  Deadline deadline(*pool, timeout);
  std::string head;
  ConnectionPtr connection = pool->take_idle();
  for (;;) {
    if (connection == nullptr) {
      auto fresh = co_await pool->connect(deadline);
      if (fresh.has_error()) co_return std::move(fresh).error();
      connection = std::move(*fresh);
    }
    const bool reused = connection->reused;
    auto written =
        write_request_head(request, pool->settings().addresses[connection->address], head);
    if (written.has_error()) co_return std::move(written).error();
    Attempt outcome = co_await attempt(std::move(connection), request, head, deadline);
    const bool stale = reused && outcome.answer->has_error() && outcome.nothing_received &&
                       !deadline.passed() && (outcome.nothing_sent || is_safe(request.method));
    if (!stale) {
      if (outcome.nothing_sent && outcome.answer->has_error()) co_return unavailable("not-sent");
      co_return std::move(*outcome.answer);
    }
    connection.reset();  // Once more, on a new one.
  }
}

}  // namespace thenorsound::http
