// One connection to the broker with one channel, of one thread. After an Error it is of no use.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bus/rabbitmq/rabbit_settings.hpp"

struct amqp_connection_state_t_;
struct amqp_frame_t_;

namespace thenorsound::bus {

// What travels beside a message's body, in its headers.
struct Travel {
  int attempts = 0;                 // that failed
  int moves = 0;                    // put off into the delayed queue for being early
  std::int64_t due_ms = 0;          // not before
  std::int64_t early_since_ms = 0;  // 0: it was not early
  // Dead letters only.
  std::string queue;
  std::string reason;
  std::int64_t since_ms = 0;
};

struct Outgoing {
  std::string exchange;
  std::string routing_key;
  bool mandatory = true;  // has to reach a queue
  std::string id;
  std::string type;
  Travel travel;
  std::string body;
};

struct Incoming {
  std::uint64_t tag = 0;
  std::string consumer;
  std::string routing_key;
  Travel travel;
  std::string body;
};

// Told of what comes in, on the connection's thread.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void on_delivery(Incoming) {}
  virtual void on_returned(std::uint64_t /*number*/) {}
  virtual void on_confirmed(std::uint64_t /*number*/, bool /*multiple*/, bool /*taken*/) {}
};

struct QueueOptions {
  std::string name;
  bool transient = false;  // exclusive, gone with the connection
  bool quorum = false;
  std::string dead_letter_exchange;  // empty: none
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const RabbitAddress& address,
                                                  const RabbitSettings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Each waits for the broker's answer.
  Result<void> declare_exchange(const std::string& name, const char* type);
  Result<void> declare_queue(const QueueOptions& options);
  Result<void> bind(const std::string& queue, const std::string& exchange,
                    const std::string& pattern);
  Result<std::int64_t> waiting_messages(const std::string& queue);
  Result<void> confirm_publishing();
  Result<void> consume(const std::string& queue, const std::string& consumer,
                       std::uint16_t prefetch);
  Result<void> cancel(const std::string& consumer);
  void close();

  // These send and return. `number` counts what was published here, from 1: the broker confirms it.
  Result<void> publish(const Outgoing& message, std::uint64_t number);
  Result<void> ack(std::uint64_t tag);
  Result<void> reject(std::uint64_t tag);

  // Takes in what has arrived and sends a heartbeat where one is due. True: there may be more.
  Result<bool> receive(Receiver& receiver);
  // More may have been read while an answer was waited for, so that polling the socket shows
  // nothing.
  bool unread() const { return unread_; }
  bool writable() const;
  int socket() const;
  // From any thread: whatever waits on the socket ends.
  void cut() const;

 private:
  struct Arriving;
  explicit Connection(amqp_connection_state_t_* state);
  Result<void> log_in(const RabbitAddress& address, const RabbitSettings& settings);
  void tune_socket(const RabbitSettings& settings) const;
  Result<void> answered();
  Result<void> take(const amqp_frame_t_& frame, Receiver& receiver);
  Result<void> take_method(const amqp_frame_t_& frame, Receiver& receiver);
  void finish(Receiver& receiver);

  amqp_connection_state_t_* state_;
  std::unique_ptr<Arriving> arriving_;
  bool unread_ = false;
  int cut_fd_ = -1;  // of the same socket, but the library never closes it
};

}  // namespace thenorsound::bus
