// HTTP/1.1 heads, parsed in place and strictly (RFC 9110, 9112): whatever two parsers could read
// differently is refused.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/message.hpp"

namespace thenorsound::http {

struct HeadLimits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t fields = 100;
  std::size_t target_bytes = 8 * 1024;
  std::size_t body_bytes = 1024 * 1024;
  std::size_t chunk_extension_bytes = 1024;  // a body
};

// Can be moved: request.path goes on pointing to its own decoded_path.
struct RequestHead {
  RequestHead() = default;
  RequestHead(RequestHead&& other) noexcept { take(other); }
  RequestHead& operator=(RequestHead&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }

  Request request;           // without body; views into the buffer
  std::string decoded_path;  // request.path points here where the target has an escape
  std::size_t size = 0;      // bytes of the head in the buffer
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool http_1_0 = false;

 private:
  void take(RequestHead& other) noexcept;
};

// Nothing: more bytes are needed. An Error: what to answer before closing (400, 413, 414, 431,
// 501, 505).
Result<std::optional<RequestHead>> parse_request_head(std::string_view buffer,
                                                      const HeadLimits& limits);
// The same into a head that is used again and again; true where it is whole.
Result<bool> parse_request_head(std::string_view buffer, const HeadLimits& limits,
                                RequestHead& into);

struct ResponseHead {
  int status = 0;
  FieldList fields;
  std::size_t size = 0;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
};
// Errors: service_unavailable, reason "bad-answer".
Result<std::optional<ResponseHead>> parse_response_head(std::string_view buffer,
                                                        const HeadLimits& limits);

// Is `name` a field's name at all, and may `value` be sent as its value?
bool is_token(std::string_view name);
bool is_field_value(std::string_view value);

// Decodes a chunked body piece by piece. Trailers are checked and dropped.
class ChunkedReader {
 public:
  explicit ChunkedReader(const HeadLimits& limits) : limits_(limits) {}
  // Takes from the front of `input` all that belongs to the body, appends its data to `body`
  // (the same at each call); returns the number of bytes taken. Errors: 400 (bad framing), 413
  // (too large), 431 (too large a trailer).
  Result<std::size_t> feed(std::string_view input, std::string& body);
  bool done() const { return state_ == State::done; }

 private:
  enum class State { size, extension, size_end, data, data_cr, data_lf, trailer, done };
  // What is wrong with the next byte, null for nothing.
  const char* step(char c);
  const char* end_of_size();
  const char* end_of_trailer_line();
  HeadLimits limits_;
  State state_ = State::size;
  std::uint64_t left_ = 0;
  int digits_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::string line_;  // of the trailer, unfinished
};

}  // namespace thenorsound::http
