// One loop's kept-alive connections to the addresses of one upstream, and the calls' deadlines.
#pragma once
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <deque>

#include "http/client.hpp"

namespace thenorsound::http {

using Tcp = boost::asio::ip::tcp;
using ClientSocket = boost::asio::basic_stream_socket<Tcp, Executor>;

class ClientPool;

struct ClientConnection {
  ClientConnection(ClientPool& owner, std::size_t to);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  ClientPool& pool;
  const std::size_t address;
  ClientSocket socket;
  std::unique_ptr<char[]> buffer;  // for answers; of limits.head_bytes
  bool reused = false;
  std::int64_t idle_since_ms = 0;
};
using ConnectionPtr = std::unique_ptr<ClientConnection>;

// Something that has to end in time: the sweep cancels its socket after the deadline.
class Deadline : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Deadline(ClientPool& pool, std::chrono::milliseconds time);
  void watch(ClientSocket* socket) { socket_ = socket; }
  void restart(std::chrono::milliseconds time);
  std::chrono::milliseconds left() const;
  bool passed() const { return left().count() <= 0; }
  void sweep(std::int64_t now_ms);

 private:
  std::int64_t at_ms_;
  ClientSocket* socket_ = nullptr;
};

// Touched on its own loop only, and kept alive by the coroutines that use it.
class ClientPool : public std::enable_shared_from_this<ClientPool> {
 public:
  ClientPool(boost::asio::io_context& context, std::shared_ptr<const ClientSettings> settings);

  // A kept connection that is still open, or null.
  ConnectionPtr take_idle();
  // A new one, to an address that answers. Error: service_unavailable, "not-sent".
  Task<Result<ConnectionPtr>> connect(Deadline& deadline);
  void keep(ConnectionPtr connection);
  // No more keeping: the client is gone.
  void close();

  const ClientSettings& settings() const { return *settings_; }
  boost::asio::io_context& context() { return context_; }
  static std::int64_t now_ms();

 private:
  friend struct ClientConnection;
  friend class Deadline;
  struct Address {
    std::string host;
    std::string port;
    std::vector<Tcp::endpoint> endpoints;  // what the name stands for, less those that failed
    bool resolving = false;
    std::int64_t avoid_until_ms = 0;  // it refused just now
  };
  static Address parse_address(const std::string& text);
  std::size_t next_address();
  Task<void> resolve(Address& address, const Deadline& deadline);
  static Task<void> look_up(std::shared_ptr<ClientPool> pool, Address& address);
  Task<ConnectionPtr> connect_to(std::size_t index, const Deadline& deadline);
  void start_clock();
  static Task<void> keep_time(std::shared_ptr<ClientPool> pool);
  void sweep();

  boost::asio::io_context& context_;
  std::shared_ptr<const ClientSettings> settings_;
  std::vector<Address> addresses_;
  std::size_t turn_ = 0;
  std::size_t connections_ = 0;  // idle and in use
  boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>> deadlines_;
  std::deque<ConnectionPtr> idle_;  // the longest idle in front
  bool clock_runs_ = false;
  bool closed_ = false;
};

}  // namespace thenorsound::http
