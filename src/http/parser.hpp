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

struct RequestHead {
  Request request;           // without body; views into the buffer
  std::string decoded_path;  // request.path points here where the target has an escape
  std::size_t size = 0;      // bytes of the head in the buffer
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool http_1_0 = false;
};

// Nothing: more bytes are needed. An Error: what to answer before closing (400, 413, 414, 431,
// 501, 505).
Result<std::optional<RequestHead>> parse_request_head(std::string_view buffer,
                                                      const HeadLimits& limits);

struct ResponseHead {
  int status = 0;
  FieldList fields;
  std::size_t size = 0;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
};
Result<std::optional<ResponseHead>> parse_response_head(std::string_view buffer,
                                                        const HeadLimits& limits);

// Decodes a chunked body piece by piece.
class ChunkedReader {
 public:
  explicit ChunkedReader(const HeadLimits& limits) : limits_(limits) {}
  // Takes from the front of `input` what it can use, appends data to `body`; returns the number
  // of bytes taken. Errors: 400 (bad framing), 413 (too large).
  Result<std::size_t> feed(std::string_view input, std::string& body);
  bool done() const { return state_ == State::done; }

 private:
  enum class State { size, data, data_end, trailer, done };
  HeadLimits limits_;
  State state_ = State::size;
  std::uint64_t left_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
};

}  // namespace thenorsound::http
