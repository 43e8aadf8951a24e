#include "http/head_lines.hpp"

#include <array>
#include <cstring>

#include "http/parser.hpp"

namespace thenorsound::http {
namespace {

constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> table{};
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

bool is_blank_char(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank_char(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank_char(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

bool is_token_char(char c) { return token_table[static_cast<unsigned char>(c)]; }

bool is_token(std::string_view name) {
  for (const char c : name)
    if (!is_token_char(c)) return false;
  return !name.empty();
}

bool is_field_value(std::string_view value) {
  // Eight bytes at a time: is one of them below 0x20, or 0x7F? Only then look closely.
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t tops = 0x80U * ones;
  while (value.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, value.data(), 8);
    const std::uint64_t del = word ^ (0x7FU * ones);
    if ((((word - 0x20U * ones) & ~word) | ((del - ones) & ~del)) & tops)
      for (const char c : value.substr(0, 8))
        if (is_control(c)) return false;
    value.remove_prefix(8);
  }
  for (const char c : value)
    if (is_control(c)) return false;
  return true;
}

HeadLines::Next HeadLines::next(std::string_view& line) {
  const std::string_view left = rest();
  const void* found = left.empty() ? nullptr : std::memchr(left.data(), '\n', left.size());
  if (found == nullptr) {
    const bool ends_with_cr = left.ends_with('\r');
    return is_field_value(left.substr(0, left.size() - (ends_with_cr ? 1 : 0))) ? Next::more
                                                                                : Next::bad;
  }
  const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - left.data());
  if (length == 0 || left[length - 1] != '\r') return Next::bad;
  line = left.substr(0, length - 1);
  at_ += length + 1;
  return Next::line;
}

const char* read_field(std::string_view line, Field& field) {
  std::size_t colon = 0;
  while (colon < line.size() && is_token_char(line[colon])) ++colon;
  if (colon == line.size()) return "a field without a colon";
  if (line[colon] != ':') {
    if (colon == 0 && is_blank_char(line[0])) return "a folded line";
    return is_blank_char(line[colon]) ? "a space before the colon"
                                      : "a field name that is no token";
  }
  if (colon == 0) return "an empty field name";
  field.name = line.substr(0, colon);
  field.value = trim(line.substr(colon + 1));
  return is_field_value(field.value) ? nullptr : "a control character in a field";
}

std::string_view find_field(std::string_view head, std::string_view name) {
  std::size_t end = head.find("\r\n");
  while (end != std::string_view::npos) {
    head.remove_prefix(end + 2);
    end = head.find("\r\n");
    Field field;
    const std::string_view line = head.substr(0, end);
    if (line.empty() || end == std::string_view::npos) break;
    if (read_field(line, field) == nullptr && equal_ignoring_case(field.name, name))
      return field.value;
  }
  return {};
}

const char* Framing::note(const Field& field) {
  switch (field.name.size()) {
    case 10:
      if (equal_ignoring_case(field.name, "connection")) return note_connection(field.value);
      break;
    case 14:
      if (equal_ignoring_case(field.name, "content-length")) return note_length(field.value);
      break;
    case 17:
      if (!equal_ignoring_case(field.name, "transfer-encoding")) break;
      if (transfer_encoding) return "Transfer-Encoding given twice";
      transfer_encoding = field.value;
      break;
    default:
      break;
  }
  return nullptr;
}

const char* Framing::note_length(std::string_view value) {
  if (content_length) return "Content-Length given twice";
  if (value.empty()) return "an empty Content-Length";
  std::uint64_t length = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return "a Content-Length that is no number";
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (length > (UINT64_MAX - digit) / 10) return "a Content-Length that is too large";
    length = length * 10 + digit;
  }
  content_length = length;
  return nullptr;
}

const char* Framing::note_connection(std::string_view value) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = trim(value.substr(0, comma));
    if (equal_ignoring_case(option, "close")) close = true;
    if (equal_ignoring_case(option, "keep-alive")) keep_alive = true;
    if (!option.empty() && !is_token(option)) return "a Connection option that is no token";
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return nullptr;
}

}  // namespace thenorsound::http
