#include <algorithm>
#include <array>

#include "http/head_lines.hpp"
#include "http/parser.hpp"

namespace thenorsound::http {
namespace {

constexpr int max_size_digits = 16;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Fields that say how a message is framed, routed or answered have no place in a trailer
// (RFC 9110, 6.5.1).
bool is_forbidden_trailer(std::string_view name) {
  constexpr std::array<std::string_view, 14> forbidden{"content-length", "transfer-encoding",
                                                       "host",           "connection",
                                                       "trailer",        "te",
                                                       "upgrade",        "expect",
                                                       "keep-alive",     "authorization",
                                                       "cookie",         "content-encoding",
                                                       "content-type",   "content-range"};
  return std::any_of(forbidden.begin(), forbidden.end(),
                     [name](std::string_view each) { return equal_ignoring_case(each, name); });
}

Error bad_chunk(std::string why) {
  return make_error(Code::validation_error, "The request is not valid HTTP: " + why + ".", why);
}

}  // namespace

Result<std::size_t> ChunkedReader::feed(std::string_view input, std::string& body) {
  std::size_t taken = 0;
  while (taken < input.size() && state_ != State::done) {
    if (state_ == State::data) {
      const auto part =
          static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - taken));
      body.append(input.substr(taken, part));
      taken += part;
      left_ -= part;
      if (left_ == 0) state_ = State::data_cr;
      continue;
    }
    if (const char* wrong = step(input[taken++])) return bad_chunk(wrong);
    if (state_ == State::data &&
        left_ > limits_.body_bytes - std::min(body.size(), limits_.body_bytes))
      return make_error(Code::payload_too_large, "The request's body is too large.");
    if (trailer_bytes_ > limits_.head_bytes)
      return make_error(Code::headers_too_large, "The request's trailer is too large.");
  }
  return taken;
}

const char* ChunkedReader::step(char c) {
  switch (state_) {
    case State::size:
      if (const int digit = hex_value(c); digit >= 0) {
        if (++digits_ > max_size_digits) return "a chunk size that is too large";
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        return nullptr;
      }
      if (digits_ == 0 || (c != ';' && c != '\r')) return "a chunk size";
      if (c == ';') ++extension_bytes_;
      state_ = c == ';' ? State::extension : State::size_end;
      return nullptr;
    case State::extension:
      if (c == '\r') {
        state_ = State::size_end;
        return nullptr;
      }
      if (!is_field_value(std::string_view(&c, 1))) return "a chunk extension";
      return ++extension_bytes_ > limits_.chunk_extension_bytes ? "too large chunk extensions"
                                                                : nullptr;
    case State::size_end:
      return c == '\n' ? end_of_size() : "a chunk size";
    case State::data_cr:
      state_ = State::data_lf;
      return c == '\r' ? nullptr : "a chunk that is longer than its size";
    case State::data_lf:
      state_ = State::size;
      return c == '\n' ? nullptr : "a chunk that is longer than its size";
    case State::trailer:
      ++trailer_bytes_;
      if (c == '\n') return end_of_trailer_line();
      line_ += c;
      return nullptr;
    case State::data:
    case State::done:
      break;
  }
  return nullptr;
}

const char* ChunkedReader::end_of_size() {
  state_ = left_ == 0 ? State::trailer : State::data;
  digits_ = 0;
  return nullptr;
}

const char* ChunkedReader::end_of_trailer_line() {
  if (!line_.ends_with('\r')) return "a line end in the trailer";
  line_.pop_back();
  if (line_.empty()) {
    state_ = State::done;
    return nullptr;
  }
  Field field;
  const char* wrong = read_field(line_, field);
  if (wrong == nullptr && is_forbidden_trailer(field.name))
    wrong = "a field not allowed in a trailer";
  line_.clear();
  return wrong;
}

}  // namespace thenorsound::http
