#include "http/answer_reader.hpp"

#include <boost/asio/redirect_error.hpp>
#include <cstring>

#include "http/body_stream.hpp"
#include "http/response_writer.hpp"

namespace thenorsound::http {
namespace asio = boost::asio;
namespace {

using ErrorCode = boost::system::error_code;

constexpr int max_interim_answers = 8;
constexpr std::string_view event_stream = "text/event-stream";
// A stream sends a sign of life every 15 s.
constexpr std::chrono::milliseconds stream_silence{60'000};

// Response::content_type is static text; what isn't here travels among the fields.
constexpr std::array<std::string_view, 12> known_types{"application/json",
                                                       event_stream,
                                                       "application/pdf",
                                                       "text/csv",
                                                       "text/csv; charset=utf-8",
                                                       "text/html; charset=utf-8",
                                                       "text/html",
                                                       "text/plain; charset=utf-8",
                                                       "text/plain",
                                                       "application/problem+json",
                                                       "application/octet-stream",
                                                       "text/plain; version=0.0.4"};

void copy_fields(const ResponseHead& head, Method method, Response& response) {
  response.content_type = {};
  for (const Field& field : head.fields) {
    const bool length_of_head =
        method == Method::head && equal_ignoring_case(field.name, "Content-Length");
    if (!length_of_head &&
        (is_connection_field(field.name) || equal_ignoring_case(field.name, "Date") ||
         is_named_by_connection(head.fields, field.name)))
      continue;
    const auto known = std::find(known_types.begin(), known_types.end(), field.value);
    if (known != known_types.end() && equal_ignoring_case(field.name, "Content-Type"))
      response.content_type = *known;
    else
      response.add(field.name, std::string(field.value));
  }
}

}  // namespace

// The pieces of a body that has no end yet, as they arrive.
class UpstreamStream : public BodyStream {
 public:
  UpstreamStream(ConnectionPtr connection, const HeadLimits& limits, bool chunked,
                 std::string_view received)
      : pool_(connection->pool.shared_from_this()),
        connection_(std::move(connection)),
        silence_(*pool_, stream_silence),
        reader_(unlimited(limits)),
        chunked_(chunked),
        received_(received) {
    silence_.watch(&connection_->socket);
  }

  Task<std::string> next() override {
    std::string piece;
    silence_.restart(stream_silence);
    while (take(piece) && piece.empty()) {
      received_.resize(4'096);
      ErrorCode failed;
      const std::size_t bytes = co_await connection_->socket.async_read_some(
          asio::buffer(received_), asio::redirect_error(use_task, failed));
      received_.resize(bytes);
      ended_ |= failed.failed();
    }
    co_return piece;
  }

  void cancel() override {
    ended_ = true;
    ErrorCode ignored;
    connection_->socket.close(ignored);
  }

 private:
  static HeadLimits unlimited(HeadLimits limits) {
    limits.body_bytes = limits.chunk_extension_bytes = SIZE_MAX;
    return limits;
  }

  // Moves what was received into `piece`; false at the end.
  bool take(std::string& piece) {
    if (ended_) return false;
    if (chunked_) {
      auto taken = reader_.feed(received_, piece);
      ended_ = taken.has_error() || reader_.done();
    } else {
      piece += received_;
    }
    received_.clear();
    return !ended_;
  }

  std::shared_ptr<ClientPool> pool_;
  ConnectionPtr connection_;
  Deadline silence_;
  ChunkedReader reader_;
  bool chunked_;
  bool ended_ = false;
  std::string received_;
};

AnswerReader::AnswerReader(ClientConnection& connection, Method method)
    : socket_(connection.socket),
      limits_(connection.pool.settings().limits),
      method_(method),
      buffer_(connection.buffer.get()) {}

Task<Result<Response>> AnswerReader::read() {
  auto head = co_await read_head();
  if (head.has_error()) co_return std::move(head).error();
  Response response;
  response.status = head->status;
  copy_fields(*head, method_, response);
  keep_alive_ = head->keep_alive;
  chunked_ = head->chunked;
  bool whole = true;
  if (method_ == Method::head || !allows_body(head->status)) {
    // Ends with its head, whatever the fields say; but who says so may go on to send a body.
    if (head->status == 204 && (head->chunked || head->content_length.value_or(0) > 0))
      keep_alive_ = false;
  } else if (response.content_type == event_stream && !head->content_length) {
    is_stream_ = true;
  } else if (head->chunked) {
    whole = co_await read_chunked_body(response.body);
  } else if (head->content_length) {
    whole = co_await read_sized_body(*head->content_length, response.body);
  } else {
    keep_alive_ = false;
    whole = co_await read_to_end(response.body);
  }
  if (!whole) co_return unavailable("bad-answer");
  co_return response;
}

bool AnswerReader::may_be_used_again() const { return keep_alive_ && begin_ == end_; }

std::shared_ptr<BodyStream> AnswerReader::into_stream(ConnectionPtr connection) {
  return std::make_shared<UpstreamStream>(std::move(connection), limits_, chunked_, received());
}

Task<bool> AnswerReader::read_more() {
  if (begin_ == end_) begin_ = end_ = 0;
  ErrorCode failed;
  const std::size_t bytes =
      co_await socket_.async_read_some(asio::buffer(buffer_ + end_, limits_.head_bytes - end_),
                                       asio::redirect_error(use_task, failed));
  end_ += bytes;
  received_any_ |= bytes > 0;
  co_return !failed;
}

// Its views hold until the next read_more().
Task<Result<ResponseHead>> AnswerReader::read_head() {
  for (int interim = 0; interim <= max_interim_answers;) {
    auto head = parse_response_head(received(), limits_);
    if (head.has_error()) co_return std::move(head).error();
    if (!*head) {
      if (begin_ > 0) {
        std::memmove(buffer_, buffer_ + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
      }
      if (!co_await read_more()) co_return unavailable("no-answer");
      continue;
    }
    begin_ += (*head)->size;
    if ((*head)->status == 101) break;  // Nobody asked for it.
    if ((*head)->status >= 200) co_return std::move(**head);
    ++interim;
  }
  co_return unavailable("bad-answer");
}

Task<bool> AnswerReader::read_sized_body(std::uint64_t length, std::string& body) {
  if (length > limits_.body_bytes) co_return false;
  const auto wanted = static_cast<std::size_t>(length);
  const std::size_t here = std::min(wanted, end_ - begin_);
  body.assign(buffer_ + begin_, here);
  begin_ += here;
  body.resize(wanted);
  for (std::size_t have = here; have < wanted;) {
    ErrorCode failed;
    have += co_await socket_.async_read_some(asio::buffer(body.data() + have, wanted - have),
                                             asio::redirect_error(use_task, failed));
    if (failed) co_return false;
  }
  co_return true;
}

Task<bool> AnswerReader::read_chunked_body(std::string& body) {
  ChunkedReader reader(limits_);
  for (;;) {
    auto taken = reader.feed(received(), body);
    if (taken.has_error()) co_return false;
    begin_ += *taken;
    if (reader.done()) co_return true;
    if (!co_await read_more()) co_return false;
  }
}

Task<bool> AnswerReader::read_to_end(std::string& body) {
  for (;;) {
    body += received();
    begin_ = end_;
    if (body.size() > limits_.body_bytes) co_return false;
    ErrorCode failed;
    begin_ = 0;
    end_ = co_await socket_.async_read_some(asio::buffer(buffer_, limits_.head_bytes),
                                            asio::redirect_error(use_task, failed));
    if (failed) co_return failed == asio::error::eof;
  }
}

}  // namespace thenorsound::http
