// A connection's bytes: the socket's own, or TLS over them. Plain ones cost nothing for that.
#pragma once
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "http/server_state.hpp"
#include "http/tls.hpp"

namespace thenorsound::http {

class Stream {
 public:
  using ErrorCode = boost::system::error_code;
  using Parts = std::array<boost::asio::const_buffer, 2>;

  explicit Stream(Socket socket) : socket_(std::move(socket)) {}

  Socket& socket() { return socket_; }
  bool is_tls() const { return tls_ != nullptr; }

  // From now on TLS, as a server.
  Task<void> shake_hands(const TlsCertificate::Context& context, ErrorCode& failed) {
    tls_ = std::make_unique<Tls>(socket_, *context);
    return tls_->async_handshake(Tls::server, boost::asio::redirect_error(use_task, failed));
  }
  Task<std::size_t> read_some(boost::asio::mutable_buffer into, ErrorCode& failed) {
    if (tls_) return tls_->async_read_some(into, boost::asio::redirect_error(use_task, failed));
    return socket_.async_read_some(into, boost::asio::redirect_error(use_task, failed));
  }
  Task<std::size_t> write_some(const Parts& parts, ErrorCode& failed) {
    if (tls_) return tls_->async_write_some(parts, boost::asio::redirect_error(use_task, failed));
    return socket_.async_write_some(parts, boost::asio::redirect_error(use_task, failed));
  }
  // What the socket takes at once; would_block where it takes nothing, or has to be enciphered.
  std::size_t write_at_once(const Parts& parts, ErrorCode& failed) {
    if (!tls_) return socket_.write_some(parts, failed);
    failed = boost::asio::error::would_block;
    return 0;
  }
  // What has come already; would_block for nothing, and for what has to be deciphered first.
  std::size_t read_at_once(boost::asio::mutable_buffer into, ErrorCode& failed) {
    if (!tls_) return socket_.read_some(into, failed);
    failed = boost::asio::error::would_block;
    return 0;
  }
  // Tells the other side that no more comes (RFC 8446, 6.1), and waits for it to say the same.
  Task<void> say_goodbye(ErrorCode& failed) {
    return tls_->async_shutdown(boost::asio::redirect_error(use_task, failed));
  }

 private:
  using Tls = boost::asio::ssl::stream<Socket&>;
  Socket socket_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace thenorsound::http
