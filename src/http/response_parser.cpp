#include <string>

#include "http/head_lines.hpp"
#include "http/parser.hpp"

namespace thenorsound::http {
namespace {

using Next = HeadLines::Next;

Error bad_answer() { return unavailable("bad-answer"); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "HTTP/1.x SP ddd [SP reason]"
bool read_status_line(std::string_view line, ResponseHead& head, bool& http_1_0) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || !is_field_value(line)) return false;
  if (!is_digit(line[7]) || line[8] != ' ') return false;
  http_1_0 = line[7] == '0';
  head.status = 0;
  for (const char c : line.substr(9, 3)) {
    if (!is_digit(c)) return false;
    head.status = head.status * 10 + (c - '0');
  }
  return head.status >= 100 && head.status <= 599 && (line.size() == 12 || line[12] == ' ');
}

bool apply_framing(const Framing& framing, bool http_1_0, ResponseHead& head) {
  if (framing.transfer_encoding) {
    if (framing.content_length || http_1_0) return false;
    if (!equal_ignoring_case(*framing.transfer_encoding, "chunked")) return false;
    head.chunked = true;
  }
  head.content_length = framing.content_length;
  head.keep_alive = !framing.close && (!http_1_0 || framing.keep_alive);
  return true;
}

}  // namespace

Result<std::optional<ResponseHead>> parse_response_head(std::string_view buffer,
                                                        const HeadLimits& limits) {
  const bool full = buffer.size() >= limits.head_bytes;
  HeadLines lines(buffer.substr(0, limits.head_bytes));
  ResponseHead head;
  Framing framing;
  bool http_1_0 = false;
  for (bool first = true;; first = false) {
    std::string_view line;
    const Next next = lines.next(line);
    if (next == Next::bad || (next == Next::more && full)) return bad_answer();
    if (next == Next::more) return std::optional<ResponseHead>();
    if (first) {
      if (!read_status_line(line, head, http_1_0)) return bad_answer();
      continue;
    }
    if (line.empty()) break;
    Field field;
    if (read_field(line, field) != nullptr || head.fields.size() >= limits.fields)
      return bad_answer();
    head.fields.push_back(field);
    if (framing.note(field) != nullptr) return bad_answer();
  }
  if (!apply_framing(framing, http_1_0, head)) return bad_answer();
  head.size = lines.taken();
  return std::optional<ResponseHead>(std::move(head));
}

}  // namespace thenorsound::http
