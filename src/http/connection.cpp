#include "http/connection.hpp"

#include <cstring>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "http/body_stream.hpp"
#include "http/error_response.hpp"
#include "http/head_lines.hpp"
#include "http/response_writer.hpp"

namespace thenorsound::http {
namespace asio = boost::asio;
namespace {

using ErrorCode = boost::system::error_code;

// Beside the longest head, room to read a chunked body into.
constexpr std::size_t spare_bytes = 2 * 1024;
constexpr std::chrono::milliseconds linger_time{5'000};
constexpr std::chrono::milliseconds linger_time_at_stop{500};
constexpr std::chrono::milliseconds goodbye_time{1'000};
constexpr std::int64_t never = INT64_MAX;

std::string text_of_address(const Socket& socket) {
  ErrorCode failed;
  const Tcp::endpoint peer = socket.remote_endpoint(failed);
  if (failed) return {};
  const asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

// One request in the handler's hands.
class InFlight {
 public:
  explicit InFlight(Server::State& server)
      : count_(server.in_flight),
        admitted_(count_.fetch_add(1, std::memory_order_relaxed) <
                  server.settings.max_requests_in_flight) {}
  ~InFlight() { count_.fetch_sub(1, std::memory_order_relaxed); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  bool admitted() const { return admitted_; }

 private:
  std::atomic<std::size_t>& count_;
  bool admitted_;
};

}  // namespace

Connection::Connection(Server::State& server, ServerLoop& loop, Socket socket)
    : server_(server),
      loop_(loop),
      stream_(std::move(socket)),
      remote_address_(text_of_address(stream_.socket())),
      capacity_(server.settings.limits.head_bytes + spare_bytes),
      buffer_(std::make_unique_for_overwrite<char[]>(capacity_)) {
  head_.request.remote_address = remote_address_;
  loop_.connections.push_back(*this);
}

Connection::~Connection() {
  charge(0);
  server_.connections.fetch_sub(1, std::memory_order_relaxed);
  server_.end_alive();
}

Task<void> Connection::run() {
  const bool is_tls = server_.settings.tls != nullptr;
  if (is_tls && !co_await shake_hands()) co_return;
  co_await serve();
  if (is_tls && phase_ != Phase::lingering) co_await say_goodbye(goodbye_time);
}

Task<bool> Connection::shake_hands() {
  enter(Phase::handshake, server_.settings.head_timeout);
  const TlsCertificate::Context context = server_.settings.tls->context();
  ErrorCode failed;
  co_await stream_.shake_hands(context, failed);
  if (!failed) co_return true;
  counter("thenorsound_tls_handshakes_failed_total", "TLS handshakes that failed").add();
  log_debug("TLS handshake failed", {{"what", failed.message()}});
  if (!timed_out_ && !server_.stopping) co_await linger();  // For the alert that says why.
  co_return false;
}

Task<void> Connection::serve() {
  if (server_.connections.load(std::memory_order_relaxed) > server_.settings.max_connections) {
    const Error error = unavailable("too many connections");
    co_await refuse(error);
    co_return;
  }
  enter(Phase::idle, server_.settings.head_timeout);
  for (;;) {
    const std::string_view received(buffer_.get() + begin_, end_ - begin_);
    auto whole = parse_request_head(received, server_.settings.limits, head_);
    if (whole.has_error()) {
      const Error error = std::move(whole).error();
      co_await refuse(error);
      co_return;
    }
    if (!*whole) {
      make_free_space();
      ErrorCode failed;
      const std::size_t bytes = co_await stream_.read_some(free_space(), failed);
      note_received(bytes);
      if (failed && !take_pending_bytes()) {
        co_await end_reading(failed);
        co_return;
      }
      continue;
    }
    if (!take_buffered_body() && !co_await read_body()) co_return;
    enter_unlimited(Phase::handling);
    {
      const InFlight counted(server_);
      try {
        if (counted.admitted())
          response_ = co_await server_.handler(head_.request);
        else
          response_ = respond(unavailable("too many requests in flight"));
      } catch (const std::exception& problem) {
        response_ = failure(problem.what());
      } catch (...) {
        response_ = failure("not a standard exception");
      }
    }
    const bool endless = response_.stream && head_.http_1_0;  // Only the connection's end tells.
    const bool keep = head_.keep_alive && !response_.close && !server_.stopping && !endless;
    if (!co_await answer(keep)) co_return;
    if (!keep) {
      co_await linger();
      co_return;
    }
    forget_answered();
    if (server_.stopping && phase_ == Phase::idle && !take_pending_bytes()) co_return;
  }
}

// --- Time ---

void Connection::enter(Phase phase, std::chrono::milliseconds limit) {
  phase_ = phase;
  deadline_ms_ = loop_.now_ms + limit.count();
  timed_out_ = false;
}

void Connection::enter_unlimited(Phase phase) {
  phase_ = phase;
  deadline_ms_ = never;
  timed_out_ = false;
}

void Connection::sweep() {
  if (loop_.now_ms < deadline_ms_) return;
  timed_out_ = true;
  ErrorCode ignored;
  stream_.socket().cancel(ignored);
}

void Connection::begin_stop() {
  ErrorCode ignored;
  if (phase_ == Phase::idle || phase_ == Phase::handshake) stream_.socket().cancel(ignored);
  if (phase_ == Phase::lingering)
    deadline_ms_ = std::min(deadline_ms_, loop_.now_ms + linger_time_at_stop.count());
  if (response_.stream) response_.stream->cancel();
}

void Connection::force_close() {
  if (response_.stream) response_.stream->cancel();
  ErrorCode ignored;
  stream_.socket().close(ignored);
}

// --- Reading ---

asio::mutable_buffer Connection::free_space() {
  return asio::buffer(buffer_.get() + end_, capacity_ - end_);
}

// Nothing may look into the buffer any longer, but for the bytes from begin_ on.
void Connection::make_free_space() {
  if (begin_ == 0) return;
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
}

void Connection::note_received(std::size_t bytes) {
  if (bytes == 0) return;
  end_ += bytes;
  if (phase_ == Phase::idle) enter(Phase::head, server_.settings.head_timeout);
}

// An idle connection that the server's stop interrupts may have a request waiting in the socket.
bool Connection::take_pending_bytes() {
  if (phase_ != Phase::idle || timed_out_ || !server_.stopping) return false;
  ErrorCode failed;
  if (stream_.is_tls()) {  // Only reading it tells what it is.
    const bool any = stream_.socket().available(failed) > 0;
    if (any) enter(Phase::head, server_.settings.head_timeout);
    return any;
  }
  note_received(stream_.read_at_once(free_space(), failed));
  return !failed;
}

Task<void> Connection::end_reading(ErrorCode why) {
  const bool late = timed_out_ && why == asio::error::operation_aborted;
  const std::string_view received(buffer_.get() + begin_, end_ - begin_);
  const bool any = received.find_first_not_of("\r\n") != std::string_view::npos;
  if (!late || !any) co_return;
  const Error error = make_error(Code::request_timeout, "The request took too long to arrive.");
  co_await refuse(error);
}

// --- Answering ---

Response Connection::respond(const Error& error) const {
  if (server_.settings.refuse) return server_.settings.refuse(head_.request, error);
  return error_response(error, new_trace(), SystemClock().now());
}

Response Connection::failure(std::string_view what) const {
  log_error("a request's handler failed", {{"what", what}});
  return respond(make_error(Code::service_error, "Something went wrong."));
}

Task<bool> Connection::answer(bool keep) {
  if (response_.status < 200 || response_.status > 599) response_.status = 500;
  ResponseFraming framing;
  framing.to_head = head_.request.method == Method::head;
  framing.http_1_0 = head_.http_1_0;
  framing.keep_alive = keep;
  framing.date = loop_.date;
  framing.fixed_fields = server_.settings.fixed_fields;
  write_response_head(response_, framing, head_out_);
  const bool bare = framing.to_head || !allows_body(response_.status);
  enter(Phase::writing, server_.settings.body_timeout);
  const std::string_view body = bare ? std::string_view() : response_.body;
  if (response_.stream) {
    const bool written = co_await write_all(head_out_, {});
    co_return written && (bare || co_await write_stream());
  }
  co_return co_await write_all(head_out_, body);
}

Task<bool> Connection::write_all(std::string_view first, std::string_view second) {
  for (;;) {
    const Stream::Parts parts{asio::buffer(first), asio::buffer(second)};
    ErrorCode failed;
    // Nearly always the socket takes all at once, without a turn of the loop.
    std::size_t bytes = stream_.write_at_once(parts, failed);
    if (failed == asio::error::would_block) bytes = co_await stream_.write_some(parts, failed);
    if (failed) co_return false;
    const std::size_t of_first = std::min(bytes, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(bytes - of_first);
    if (first.empty() && second.empty()) co_return true;
    if (phase_ == Phase::writing) enter(Phase::writing, server_.settings.body_timeout);
  }
}

// The body as it comes, chunked, or up to the end of the connection for HTTP/1.0.
Task<bool> Connection::write_stream() {
  for (bool more = true; more;) {
    enter_unlimited(Phase::streaming);
    if (server_.stopping) response_.stream->cancel();
    std::string piece = co_await response_.stream->next();
    more = !piece.empty();
    head_out_.clear();
    if (!head_.http_1_0) {
      append_hex(head_out_, piece.size());
      head_out_ += "\r\n";
      piece += "\r\n";
    }
    enter(Phase::writing, server_.settings.body_timeout);
    if (!co_await write_all(head_out_, piece)) co_return false;
  }
  co_return true;
}

void Connection::forget_answered() {
  response_.stream.reset();
  std::string().swap(response_.body);
  drop_body();
  begin_ = next_;
  if (begin_ < end_) return enter(Phase::head, server_.settings.head_timeout);
  begin_ = end_ = 0;
  enter(Phase::idle, server_.settings.idle_timeout);
}

void Connection::drop_body() {
  head_.request.body = {};
  large_body_.reset();
  if (chunked_body_.capacity() > capacity_) std::string().swap(chunked_body_);
  charge(0);
}

// The answer may depend on fields behind what is wrong (Origin): what has come is looked at
// leniently.
void Connection::read_head_for_refusal() {
  if (phase_ != Phase::idle && phase_ != Phase::head) return;  // It was read whole.
  make_free_space();
  ErrorCode ignored;
  end_ += stream_.read_at_once(free_space(), ignored);
  const std::string_view received(buffer_.get(), end_);
  static_cast<void>(parse_request_head(received, server_.settings.limits, head_));
  FieldList& fields = head_.request.fields;
  const std::string_view origin = find_field(received, "Origin");
  if (head_.request.count("Origin") == 0 && !origin.empty())
    fields.push_back(Field{"Origin", origin});
}

Task<void> Connection::refuse(const Error& error) {
  drop_body();
  read_head_for_refusal();
  response_ = respond(error);
  counter("thenorsound_http_refused_total", "Requests refused before they were handled",
          {{"status", std::to_string(response_.status)}})
      .add();
  log_debug("request refused", {{"status", response_.status}, {"reason", error.reason}});
  const bool written = co_await answer(false);
  if (written) co_await linger();
}

Task<void> Connection::say_goodbye(std::chrono::milliseconds limit) {
  enter(Phase::lingering, server_.stopping ? linger_time_at_stop : limit);
  ErrorCode ignored;
  co_await stream_.say_goodbye(ignored);
}

// Closing with unread bytes would reset the connection and take the answer from the client's
// hands (RFC 9112, 9.6).
Task<void> Connection::linger() {
  const bool was_handshake = phase_ == Phase::handshake;
  if (stream_.is_tls() && !was_handshake) {
    co_await say_goodbye(linger_time);
    if (timed_out_) co_return;
  }
  ErrorCode failed;
  stream_.socket().shutdown(Socket::shutdown_send, failed);
  if (!failed) enter(Phase::lingering, server_.stopping ? linger_time_at_stop : linger_time);
  while (!failed)
    co_await stream_.socket().async_read_some(asio::buffer(buffer_.get(), capacity_),
                                              asio::redirect_error(use_task, failed));
}

}  // namespace thenorsound::http
