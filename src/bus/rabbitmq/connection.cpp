#include "bus/rabbitmq/connection.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bus/rabbitmq/headers.hpp"

namespace thenorsound::bus {
namespace {

constexpr amqp_channel_t channel = 1;
constexpr int frame_bytes = 131'072;
constexpr int send_buffer_bytes = 1 << 20;
constexpr int most_frames_at_once = 1'000;
constexpr std::size_t short_text_limit = 255;
constexpr const char* system_certificates = "/etc/ssl/certs/ca-certificates.crt";

timeval timeval_of(std::chrono::milliseconds duration) {
  timeval value{};
  value.tv_sec = duration.count() / 1'000;
  value.tv_usec = (duration.count() % 1'000) * 1'000;
  return value;
}

Error lost(const std::string& why) { return unavailable("message broker: " + why); }

// What the broker gives as its reason: it quotes names of queues, never credentials.
std::string reason_in(const amqp_method_t& method) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD)
    return text_of(static_cast<amqp_connection_close_t*>(method.decoded)->reply_text);
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD)
    return text_of(static_cast<amqp_channel_close_t*>(method.decoded)->reply_text);
  return "unexpected answer";
}

Result<void> result_of(int status) {
  if (status == AMQP_STATUS_OK) return {};
  return lost(amqp_error_string2(status));
}

Result<void> result_of(const amqp_rpc_reply_t& reply) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL:
      return {};
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
      return lost(amqp_error_string2(reply.library_error));
    case AMQP_RESPONSE_SERVER_EXCEPTION:
      return lost(reason_in(reply.reply));
    default:
      return lost("no answer");
  }
}

}  // namespace

// A delivery or a return whose body is not there yet.
struct Connection::Arriving {
  bool returned = false;
  Incoming message;
  std::uint64_t number = 0;  // of a returned one
  std::uint64_t missing = 0;
};

Connection::Connection(amqp_connection_state_t_* state) : state_(state) {}

Connection::~Connection() {
  amqp_destroy_connection(state_);
  if (cut_fd_ >= 0) ::close(cut_fd_);
}

Result<std::unique_ptr<Connection>> Connection::open(const RabbitAddress& address,
                                                     const RabbitSettings& settings) {
  amqp_connection_state_t state = amqp_new_connection();
  if (state == nullptr) return lost("out of memory");
  std::unique_ptr<Connection> connection(new Connection(state));
  amqp_socket_t* socket = nullptr;
  if (address.tls) {
    socket = amqp_ssl_socket_new(state);
    if (socket == nullptr) return lost("out of memory");
    const std::string& file = settings.ca_file;
    if (amqp_ssl_socket_set_cacert(socket, file.empty() ? system_certificates : file.c_str()) !=
        AMQP_STATUS_OK)
      return lost("the file of certificates can't be read");
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
  } else {
    socket = amqp_tcp_socket_new(state);
    if (socket == nullptr) return lost("out of memory");
  }
  const timeval limit = timeval_of(settings.connect_timeout);
  const int status = amqp_socket_open_noblock(socket, address.host.c_str(), address.port, &limit);
  if (status != AMQP_STATUS_OK) return lost(amqp_error_string2(status));
  connection->cut_fd_ = ::fcntl(connection->socket(), F_DUPFD_CLOEXEC, 0);
  connection->tune_socket(settings);
  const Result<void> done = connection->log_in(address, settings);
  if (!done) return done.error();
  return connection;
}

Result<void> Connection::log_in(const RabbitAddress& address, const RabbitSettings& settings) {
  const timeval handshake = timeval_of(settings.connect_timeout);
  const timeval answer = timeval_of(settings.answer_timeout);
  amqp_set_handshake_timeout(state_, &handshake);
  amqp_set_rpc_timeout(state_, &answer);
  Result<void> done = result_of(amqp_login(
      state_, address.vhost.c_str(), 0, frame_bytes, static_cast<int>(settings.heartbeat.count()),
      AMQP_SASL_METHOD_PLAIN, address.user.c_str(), address.password.c_str()));
  if (!done) return done;
  amqp_channel_open(state_, channel);
  return answered();
}

// A broker that no longer reads must not hold us in a write: one that is begun while the socket is
// writable fits into the buffer, or else the kernel gives the connection up.
void Connection::tune_socket(const RabbitSettings& settings) const {
  const auto limit_ms =
      static_cast<unsigned>(std::chrono::milliseconds(settings.heartbeat * 2).count());
  setsockopt(socket(), IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof limit_ms);
  setsockopt(socket(), SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes);
}

Result<void> Connection::answered() {
  unread_ = true;
  return result_of(amqp_get_rpc_reply(state_));
}

Result<void> Connection::declare_exchange(const std::string& name, const char* type) {
  amqp_exchange_declare(state_, channel, bytes_of(name), amqp_cstring_bytes(type), 0, 1, 0, 0,
                        amqp_empty_table);
  return answered();
}

Result<void> Connection::declare_queue(const QueueOptions& options) {
  Table arguments;
  if (!options.transient) arguments.add("x-queue-type", options.quorum ? "quorum" : "classic");
  if (!options.dead_letter_exchange.empty()) {
    arguments.add("x-dead-letter-exchange", options.dead_letter_exchange);
    if (options.quorum) {
      arguments.add("x-dead-letter-strategy", "at-least-once");
      arguments.add("x-overflow", "reject-publish");
    }
  }
  amqp_queue_declare(state_, channel, bytes_of(options.name), 0, options.transient ? 0 : 1,
                     options.transient ? 1 : 0, options.transient ? 1 : 0, arguments.view());
  return answered();
}

Result<void> Connection::bind(const std::string& queue, const std::string& exchange,
                              const std::string& pattern) {
  amqp_queue_bind(state_, channel, bytes_of(queue), bytes_of(exchange), bytes_of(pattern),
                  amqp_empty_table);
  return answered();
}

Result<std::int64_t> Connection::waiting_messages(const std::string& queue) {
  const amqp_queue_declare_ok_t* found =
      amqp_queue_declare(state_, channel, bytes_of(queue), 1, 0, 0, 0, amqp_empty_table);
  const Result<void> done = answered();
  if (!done) return done.error();
  return static_cast<std::int64_t>(found->message_count);
}

Result<void> Connection::confirm_publishing() {
  amqp_confirm_select(state_, channel);
  return answered();
}

Result<void> Connection::consume(const std::string& queue, const std::string& consumer,
                                 std::uint16_t prefetch) {
  amqp_basic_qos(state_, channel, 0, prefetch, 0);
  Result<void> done = answered();
  if (!done) return done;
  amqp_basic_consume(state_, channel, bytes_of(queue), bytes_of(consumer), 0, 0, 0,
                     amqp_empty_table);
  return answered();
}

Result<void> Connection::cancel(const std::string& consumer) {
  amqp_basic_cancel(state_, channel, bytes_of(consumer));
  return answered();
}

void Connection::close() { amqp_connection_close(state_, AMQP_REPLY_SUCCESS); }

Result<void> Connection::publish(const Outgoing& message, std::uint64_t number) {
  const std::string id = message.id.substr(0, short_text_limit);
  const std::string type = message.type.substr(0, short_text_limit);
  const std::string mark = std::to_string(number);
  const Table headers = table_of(message.travel);
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                      AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TYPE_FLAG |
                      AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_HEADERS_FLAG;
  properties.content_type = amqp_cstring_bytes("application/cloudevents+json");
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.message_id = bytes_of(id);
  properties.type = bytes_of(type);
  properties.correlation_id = bytes_of(mark);  // tells which one, should it come back
  properties.headers = headers.view();
  return result_of(amqp_basic_publish(state_, channel, bytes_of(message.exchange),
                                      bytes_of(message.routing_key), message.mandatory ? 1 : 0, 0,
                                      &properties, bytes_of(message.body)));
}

Result<void> Connection::ack(std::uint64_t tag) {
  return result_of(amqp_basic_ack(state_, channel, tag, 0));
}

Result<void> Connection::reject(std::uint64_t tag) {
  return result_of(amqp_basic_reject(state_, channel, tag, 0));
}

Result<bool> Connection::receive(Receiver& receiver) {
  for (int count = 0; count < most_frames_at_once; ++count) {
    amqp_frame_t frame;
    const timeval no_wait{};
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &no_wait);
    if (status == AMQP_STATUS_TIMEOUT) {
      unread_ = false;
      amqp_maybe_release_buffers(state_);
      return false;
    }
    if (status != AMQP_STATUS_OK) return lost(amqp_error_string2(status));
    const Result<void> done = take(frame, receiver);
    if (!done) return done.error();
  }
  amqp_maybe_release_buffers(state_);
  return true;
}

Result<void> Connection::take(const amqp_frame_t_& frame, Receiver& receiver) {
  if (frame.frame_type == AMQP_FRAME_METHOD) return take_method(frame, receiver);
  if (frame.frame_type == AMQP_FRAME_HEADER && arriving_) {
    const auto& properties =
        *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
    if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) != 0)
      arriving_->message.travel = travel_of(properties.headers);
    if ((properties._flags & AMQP_BASIC_CORRELATION_ID_FLAG) != 0)
      arriving_->number = number_of(properties.correlation_id);
    arriving_->missing = frame.payload.properties.body_size;
    if (arriving_->missing == 0) finish(receiver);
  } else if (frame.frame_type == AMQP_FRAME_BODY && arriving_) {
    const std::string part = text_of(frame.payload.body_fragment);
    arriving_->message.body += part;
    arriving_->missing -= std::min<std::uint64_t>(arriving_->missing, part.size());
    if (arriving_->missing == 0) finish(receiver);
  }
  return {};
}

Result<void> Connection::take_method(const amqp_frame_t_& frame, Receiver& receiver) {
  const amqp_method_t& method = frame.payload.method;
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& given = *static_cast<amqp_basic_deliver_t*>(method.decoded);
      arriving_ = std::make_unique<Arriving>();
      arriving_->message.tag = given.delivery_tag;
      arriving_->message.consumer = text_of(given.consumer_tag);
      arriving_->message.routing_key = text_of(given.routing_key);
      return {};
    }
    case AMQP_BASIC_RETURN_METHOD:
      arriving_ = std::make_unique<Arriving>();
      arriving_->returned = true;
      return {};
    case AMQP_BASIC_ACK_METHOD: {
      const auto& given = *static_cast<amqp_basic_ack_t*>(method.decoded);
      receiver.on_confirmed(given.delivery_tag, given.multiple != 0, true);
      return {};
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& given = *static_cast<amqp_basic_nack_t*>(method.decoded);
      receiver.on_confirmed(given.delivery_tag, given.multiple != 0, false);
      return {};
    }
    case AMQP_BASIC_CANCEL_METHOD:
      return lost("a queue that is consumed was removed");
    case AMQP_CONNECTION_CLOSE_METHOD:
    case AMQP_CHANNEL_CLOSE_METHOD:
      return lost(reason_in(method));
    default:
      return {};
  }
}

void Connection::finish(Receiver& receiver) {
  const std::unique_ptr<Arriving> whole = std::move(arriving_);
  if (whole->returned)
    receiver.on_returned(whole->number);
  else
    receiver.on_delivery(std::move(whole->message));
}

int Connection::socket() const { return amqp_get_sockfd(state_); }

bool Connection::writable() const {
  pollfd asked{socket(), POLLOUT, 0};
  return ::poll(&asked, 1, 0) == 1;
}

void Connection::cut() const { ::shutdown(cut_fd_, SHUT_RDWR); }

}  // namespace thenorsound::bus
