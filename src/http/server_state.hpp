// What the parts of the server share: per server, and per loop.
#pragma once
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <condition_variable>
#include <mutex>

#include "http/server.hpp"

namespace thenorsound::http {

using Tcp = boost::asio::ip::tcp;
using Socket = boost::asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = boost::asio::basic_socket_acceptor<Tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

class Connection;
using ConnectionHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
using ConnectionList =
    boost::intrusive::list<Connection, boost::intrusive::base_hook<ConnectionHook>,
                           boost::intrusive::constant_time_size<false>>;

// Touched on its own loop only. Owns nothing of Asio's: sockets and timers live in coroutines,
// which go with their loop.
struct ServerLoop {
  explicit ServerLoop(boost::asio::io_context& io) : context(io) {}
  boost::asio::io_context& context;
  std::int64_t now_ms = 0;   // a steady clock, read once a tick
  std::string date;          // the Date field's value
  std::int64_t date_s = -1;  // its second
  ConnectionList connections;
  Acceptor* acceptor = nullptr;
};

struct Server::State {
  State(Loops& all, ServerSettings chosen, Handler handle)
      : loops(all), settings(std::move(chosen)), handler(std::move(handle)) {}

  Loops& loops;
  const ServerSettings settings;
  const Handler handler;
  std::vector<std::unique_ptr<ServerLoop>> per_loop;
  std::uint16_t port = 0;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> in_flight{0};
  std::atomic<std::size_t> body_bytes{0};

  // Listeners and connections that still are; stop() waits for none.
  void begin_alive() { alive_.fetch_add(1); }
  void end_alive() {
    if (alive_.fetch_sub(1) != 1) return;
    const std::lock_guard lock(mutex_);
    none_left_.notify_all();
  }
  bool wait_until_none(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return none_left_.wait_for(lock, time, [this] { return alive_.load() == 0; });
  }

 private:
  std::atomic<std::size_t> alive_{0};
  std::mutex mutex_;
  std::condition_variable none_left_;
};

}  // namespace thenorsound::http
