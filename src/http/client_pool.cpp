#include "http/client_pool.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/log.hpp"

namespace thenorsound::http {
namespace asio = boost::asio;
namespace {

using ErrorCode = boost::system::error_code;
constexpr std::chrono::milliseconds tick{50};
constexpr std::chrono::milliseconds resolve_pause{10};
constexpr std::int64_t avoid_ms = 1'000;

// Nothing to read: neither the end nor bytes that nobody asked for.
bool is_quiet(ClientSocket& socket) {
  char byte = 0;
  ErrorCode failed;
  socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, failed);
  return failed == asio::error::would_block;
}

void report_connect_failure(const std::string& address, const ErrorCode& failed) {
  log_warning("cannot connect", {{"address", address}, {"what", failed.message()}});
}

}  // namespace

ClientConnection::ClientConnection(ClientPool& owner, std::size_t to)
    : pool(owner),
      address(to),
      socket(owner.context_.get_executor()),
      buffer(std::make_unique_for_overwrite<char[]>(owner.settings().limits.head_bytes)) {
  ++pool.connections_;
}

ClientConnection::~ClientConnection() { --pool.connections_; }

Deadline::Deadline(ClientPool& pool, std::chrono::milliseconds time)
    : at_ms_(ClientPool::now_ms() + time.count()) {
  pool.deadlines_.push_back(*this);
  pool.start_clock();
}

void Deadline::restart(std::chrono::milliseconds time) {
  at_ms_ = ClientPool::now_ms() + time.count();
}

std::chrono::milliseconds Deadline::left() const {
  return std::chrono::milliseconds(at_ms_ - ClientPool::now_ms());
}

void Deadline::sweep(std::int64_t now_ms) {
  if (now_ms < at_ms_ || socket_ == nullptr) return;
  ErrorCode ignored;
  socket_->cancel(ignored);
}

ClientPool::ClientPool(asio::io_context& context, std::shared_ptr<const ClientSettings> settings)
    : context_(context), settings_(std::move(settings)) {
  for (const std::string& text : settings_->addresses) addresses_.push_back(parse_address(text));
}

std::int64_t ClientPool::now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

ClientPool::Address ClientPool::parse_address(const std::string& text) {
  Address address;
  const std::size_t colon = text.rfind(':');
  address.host = text.substr(0, colon);
  if (colon != std::string::npos) address.port = text.substr(colon + 1);
  if (address.host.starts_with('[') && address.host.ends_with(']'))
    address.host = address.host.substr(1, address.host.size() - 2);
  return address;
}

// --- Kept connections ---

ConnectionPtr ClientPool::take_idle() {
  while (!idle_.empty()) {
    ConnectionPtr connection = std::move(idle_.back());
    idle_.pop_back();
    const std::int64_t idle_ms = now_ms() - connection->idle_since_ms;
    if (idle_ms >= settings_->idle_timeout.count() || !is_quiet(connection->socket)) continue;
    connection->reused = true;
    return connection;
  }
  return nullptr;
}

void ClientPool::keep(ConnectionPtr connection) {
  if (closed_) return;
  connection->idle_since_ms = now_ms();
  idle_.push_back(std::move(connection));
}

void ClientPool::close() {
  closed_ = true;
  idle_.clear();
}

// --- New connections ---

std::size_t ClientPool::next_address() {
  const std::int64_t now = now_ms();
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    const std::size_t index = turn_++ % addresses_.size();
    if (addresses_[index].avoid_until_ms <= now) return index;
  }
  return turn_++ % addresses_.size();
}

Task<Result<ConnectionPtr>> ClientPool::connect(Deadline& deadline) {
  for (std::size_t tries = 0; tries < addresses_.size() && !deadline.passed(); ++tries) {
    if (connections_ >= settings_->max_connections_per_loop && !idle_.empty()) idle_.pop_front();
    if (connections_ >= settings_->max_connections_per_loop) break;
    ConnectionPtr connection = co_await connect_to(next_address(), deadline);
    if (connection) co_return connection;
  }
  co_return unavailable("not-sent");
}

Task<ConnectionPtr> ClientPool::connect_to(std::size_t index, const Deadline& call) {
  Address& address = addresses_[index];
  ErrorCode failed = asio::error::host_not_found;
  if (address.endpoints.empty()) co_await resolve(address, call);
  while (!address.endpoints.empty() && !call.passed()) {
    const Tcp::endpoint endpoint = address.endpoints.front();
    auto connection = std::make_unique<ClientConnection>(*this, index);
    Deadline limit(*this, std::min(settings_->connect_timeout, call.left()));
    limit.watch(&connection->socket);
    co_await connection->socket.async_connect(endpoint, asio::redirect_error(use_task, failed));
    if (!failed) connection->socket.set_option(Tcp::no_delay(true), failed);
    if (!failed) connection->socket.non_blocking(true, failed);
    if (!failed) {
      address.avoid_until_ms = 0;
      co_return connection;
    }
    // Once none is left the name is looked up anew: it may stand for others by now.
    std::erase(address.endpoints, endpoint);
  }
  if (address.avoid_until_ms < now_ms())  // Once a second, not once a call.
    report_connect_failure(settings_->addresses[index], failed);
  address.avoid_until_ms = now_ms() + avoid_ms;
  co_return nullptr;
}

// The system's resolver can't be interrupted, so it runs beside the calls that wait for it.
Task<void> ClientPool::resolve(Address& address, const Deadline& deadline) {
  ErrorCode no_number;
  const asio::ip::address number = asio::ip::make_address(address.host, no_number);
  if (!no_number && !address.port.empty()) {
    const int port = std::atoi(address.port.c_str());
    if (port < 1 || port > 65'535) co_return;
    address.endpoints.emplace_back(number, static_cast<std::uint16_t>(port));
    co_return;
  }
  if (!address.resolving) {
    address.resolving = true;
    spawn_here("http look up", context_.get_executor(), look_up(shared_from_this(), address));
  }
  while (address.resolving && !deadline.passed()) co_await sleep_for(resolve_pause);
}

Task<void> ClientPool::look_up(std::shared_ptr<ClientPool> pool, Address& address) {
  asio::ip::basic_resolver<Tcp, Executor> resolver(pool->context_.get_executor());
  ErrorCode failed;
  auto found = co_await resolver.async_resolve(address.host, address.port,
                                               asio::redirect_error(use_task, failed));
  for (const auto& entry : found) address.endpoints.push_back(entry.endpoint());
  address.resolving = false;
}

// --- Time ---

void ClientPool::start_clock() {
  if (clock_runs_) return;
  clock_runs_ = true;
  spawn_here("http client clock", context_.get_executor(), keep_time(shared_from_this()));
}

// Runs while there is anything to watch.
Task<void> ClientPool::keep_time(std::shared_ptr<ClientPool> pool) {
  while (!pool->deadlines_.empty() || !pool->idle_.empty()) {
    co_await sleep_for(tick);
    pool->sweep();
  }
  pool->clock_runs_ = false;
}

void ClientPool::sweep() {
  const std::int64_t now = now_ms();
  for (Deadline& each : deadlines_) each.sweep(now);
  while (!idle_.empty() && now - idle_.front()->idle_since_ms >= settings_->idle_timeout.count())
    idle_.pop_front();
}

}  // namespace thenorsound::http
