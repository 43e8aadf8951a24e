// Reads one response from a connection, for the client.
#pragma once
#include "http/client_pool.hpp"
#include "http/parser.hpp"

namespace thenorsound::http {

// The connection must outlive it.
class AnswerReader {
 public:
  AnswerReader(ClientConnection& connection, Method method);

  // The whole response; of text/event-stream the head only. Error: service_unavailable,
  // "no-answer" (the connection ended before or in the answer) or "bad-answer".
  Task<Result<Response>> read();
  bool received_any() const { return received_any_; }
  // After read():
  bool is_stream() const { return is_stream_; }
  std::shared_ptr<BodyStream> into_stream(ConnectionPtr connection);
  // Nothing is left over, and the other side keeps it open.
  bool may_be_used_again() const;

 private:
  // The next bytes; false at the connection's end.
  Task<bool> read_more();
  Task<Result<ResponseHead>> read_head();
  Task<bool> read_sized_body(std::uint64_t length, std::string& body);
  Task<bool> read_chunked_body(std::string& body);
  Task<bool> read_to_end(std::string& body);
  std::string_view received() const { return {buffer_ + begin_, end_ - begin_}; }

  ClientSocket& socket_;
  const HeadLimits& limits_;
  const Method method_;
  char* const buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool received_any_ = false;
  bool keep_alive_ = false;
  bool is_stream_ = false;
  bool chunked_ = false;
};

}  // namespace thenorsound::http
