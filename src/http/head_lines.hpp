// What request heads, response heads and trailers share: lines, fields, character classes.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.hpp"

namespace thenorsound::http {

bool is_token_char(char c);

// Cuts lines off the front of a head. A line ends with CRLF, nothing else does.
class HeadLines {
 public:
  explicit HeadLines(std::string_view buffer) : buffer_(buffer) {}
  enum class Next { line, more, bad };
  // The next line without its end. `more`: it isn't whole yet; `bad`: it can't become valid.
  Next next(std::string_view& line);
  std::size_t taken() const { return at_; }
  std::string_view rest() const { return buffer_.substr(at_); }

 private:
  std::string_view buffer_;
  std::size_t at_ = 0;
};

// What is wrong with a field line, null for nothing.
const char* read_field(std::string_view line, Field& field);

// The value of the first field of that name in a head that need not be valid, nor whole. Only to
// answer a request that is refused.
std::string_view find_field(std::string_view head, std::string_view name);

// The fields that say where a message ends and what becomes of the connection.
struct Framing {
  // Takes note of a field; what is wrong with it, or null.
  const char* note(const Field& field);
  std::optional<std::uint64_t> content_length;
  std::optional<std::string_view> transfer_encoding;
  bool close = false;
  bool keep_alive = false;

 private:
  const char* note_length(std::string_view value);
  const char* note_connection(std::string_view value);
};

}  // namespace thenorsound::http
