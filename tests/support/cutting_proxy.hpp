// Stands between a client and a server on loopback, and cuts, freezes or refuses their connections.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <list>
#include <stdexcept>
#include <thread>

namespace thenorsound {

class CuttingProxy {
 public:
  explicit CuttingProxy(int server_port) : server_port_(server_port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_, generic(address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, generic(address), &size) != 0)
      throw std::runtime_error("the proxy can't listen");
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~CuttingProxy() {
    ended_ = true;
    accepting_.join();
    for (std::thread& one : connections_) one.join();
    ::close(listener_);
  }

  int port() const { return port_; }
  // Ends all connections there are.
  void cut() { ++cuts_; }
  // New connections are ended at once.
  std::atomic<bool> refusing{false};
  // Nothing gets through in that direction, and nobody is told.
  std::atomic<bool> frozen_to_server{false};
  std::atomic<bool> frozen_to_client{false};

 private:
  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }
  static sockaddr* generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

  void accept_all() {
    while (!ended_) {
      pollfd waited{listener_, POLLIN, 0};
      if (::poll(&waited, 1, look_every_ms) != 1) continue;
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      if (refusing) {
        ::close(client);
        continue;
      }
      connections_.emplace_back([this, client, cuts = cuts_.load()] { serve(client, cuts); });
    }
  }

  void serve(int client, int cuts) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(server_port_);
    bool open = ::connect(server, generic(address), sizeof address) == 0;
    while (open && !ended_ && cuts_ == cuts) {
      std::array<pollfd, 2> waited{pollfd{frozen_to_server ? -1 : client, POLLIN, 0},
                                   pollfd{frozen_to_client ? -1 : server, POLLIN, 0}};
      ::poll(waited.data(), waited.size(), look_every_ms);
      if (waited[0].revents != 0) open = pass(client, server);
      if (open && waited[1].revents != 0) open = pass(server, client);
    }
    ::close(client);
    ::close(server);
  }

  static bool pass(int from, int to) {
    std::array<char, 65'536> buffer;
    const ssize_t size = ::recv(from, buffer.data(), buffer.size(), 0);
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t part =
          ::send(to, buffer.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
      if (part <= 0) return false;
      sent += part;
    }
    return size > 0;
  }

  static constexpr int look_every_ms = 5;
  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> ended_{false};
  std::atomic<int> cuts_{0};
  std::list<std::thread> connections_;  // of the accepting thread, while it runs
  std::thread accepting_;
};

}  // namespace thenorsound
