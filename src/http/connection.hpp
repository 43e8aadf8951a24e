// One connection of the server: reads requests in place, has them handled one after the other,
// answers in their order.
#pragma once
#include "http/server_state.hpp"
#include "http/stream.hpp"

namespace thenorsound::http {

class Connection : public ConnectionHook {
 public:
  Connection(Server::State& server, ServerLoop& loop, Socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  // Until the connection is over.
  Task<void> run();

  // Cuts what takes too long; called once a tick.
  void sweep();
  // Ends it at once where it is idle, else after the answer.
  void begin_stop();
  void force_close();

 private:
  // What it waits for, and so what happens when the time is over.
  enum class Phase { handshake, idle, head, body, handling, writing, streaming, lingering };
  void enter(Phase phase, std::chrono::milliseconds limit);
  void enter_unlimited(Phase phase);

  Task<bool> shake_hands();
  Task<void> serve();

  boost::asio::mutable_buffer free_space();
  void make_free_space();
  void note_received(std::size_t bytes);
  bool take_pending_bytes();
  bool take_buffered_body();
  Task<void> end_reading(boost::system::error_code why);

  Task<bool> read_body();
  Task<bool> read_sized_body();
  Task<bool> read_chunked_body();
  bool charge(std::size_t body_bytes);
  void drop_body();

  Response respond(const Error& error) const;
  Response failure(std::string_view what) const;
  Task<bool> answer(bool keep);
  Task<bool> write_all(std::string_view first, std::string_view second);
  Task<bool> write_stream();
  void forget_answered();
  void read_head_for_refusal();
  Task<void> refuse(const Error& error);  // owned by who awaits
  Task<void> say_goodbye(std::chrono::milliseconds limit);
  Task<void> linger();

  Server::State& server_;
  ServerLoop& loop_;
  Stream stream_;
  std::string remote_address_;
  std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;  // of the request at hand
  std::size_t end_ = 0;    // of what was received
  std::size_t next_ = 0;   // where the following request begins
  RequestHead head_;
  std::unique_ptr<char[]> large_body_;
  std::string chunked_body_;
  std::size_t charged_ = 0;  // of the server's budget for bodies
  Response response_;
  std::string head_out_;
  Phase phase_ = Phase::idle;
  std::int64_t deadline_ms_ = 0;
  bool timed_out_ = false;
};

}  // namespace thenorsound::http
