#include "http/url.hpp"

#include <algorithm>

namespace thenorsound::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error bad_path(std::string reason) {
  return make_error(Code::validation_error, "The path of the request is not valid.",
                    std::move(reason));
}

Error bad_query(std::string reason) {
  return make_error(Code::validation_error, "The query string is not valid.", std::move(reason));
}

// The byte that "%XX" at `at` stands for; -1 for a bad escape.
int unescape(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_control(int byte) { return byte < 0x20 || byte == 0x7F; }

bool has_forbidden_segment(std::string_view path) {
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "." || segment == "..") return true;
    if (segment.empty() && end < path.size()) return true;  // "//"
    begin = end + 1;
  }
  return false;
}

// Length of the UTF-8 sequence at the front of `text`, 0 where it is invalid.
std::size_t sequence_length(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  // The second byte's range shuts out overlong forms, surrogates and what is above U+10FFFF.
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (at(1) < low || at(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((at(i) & 0xC0) != 0x80) return 0;
  return length;
}

Result<std::string> decode_form(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '+') {
      text += ' ';
    } else if (raw[i] != '%') {
      text += raw[i];
    } else {
      const int byte = unescape(raw, i);
      if (byte < 0) return bad_query("bad escape");
      text += static_cast<char>(byte);
      i += 2;
    }
  }
  if (!is_valid_utf8(text)) return bad_query("invalid UTF-8");
  return text;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_plain_path(std::string_view raw) {
  if (!raw.starts_with('/')) return false;
  for (const char c : raw)
    if (c <= ' ' || c >= 0x7F || c == '%' || c == '\\') return false;
  return !has_forbidden_segment(raw);
}

Result<std::string> decode_path(std::string_view raw) {
  if (!raw.starts_with('/')) return bad_path("no leading slash");
  std::string path;
  path.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    int byte = static_cast<unsigned char>(raw[i]);
    if (byte == '%') {
      byte = unescape(raw, i);
      if (byte < 0) return bad_path("bad escape");
      if (byte == '/') return bad_path("encoded slash");
      i += 2;
    }
    if (byte == '\\') return bad_path("backslash");
    if (is_control(byte)) return bad_path("control character");
    path += static_cast<char>(byte);
  }
  if (has_forbidden_segment(path)) return bad_path("dot segment or double slash");
  if (!is_valid_utf8(path)) return bad_path("invalid UTF-8");
  return path;
}

Result<std::vector<std::pair<std::string, std::string>>> decode_query(std::string_view raw) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    const std::string_view pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode_form(pair.substr(0, equals));
    if (name.has_error()) return name.error();
    auto value = decode_form(pair.substr(std::min(equals + 1, pair.size())));
    if (value.has_error()) return value.error();
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

std::string encode_component(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool unreserved = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                            (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

}  // namespace thenorsound::http
