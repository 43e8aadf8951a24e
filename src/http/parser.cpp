#include "http/parser.hpp"

#include <algorithm>
#include <string>

#include "http/head_lines.hpp"
#include "http/url.hpp"

namespace thenorsound::http {
namespace {

using Next = HeadLines::Next;
constexpr const char* bad_line_end = "a line end or control character that has no place there";
constexpr int max_empty_lines = 2;  // before a request line (RFC 9112, 2.2)

Error bad_request(std::string why) {
  return make_error(Code::validation_error, "The request is not valid HTTP: " + why + ".", why);
}
Error head_too_large() {
  return make_error(Code::headers_too_large, "The request's head is too large.");
}
Error target_too_long() {
  return make_error(Code::uri_too_long, "The request's target is too long.");
}

Method method_from(std::string_view name) {
  switch (name.size()) {
    case 3:
      if (name == "GET") return Method::get;
      if (name == "PUT") return Method::put;
      break;
    case 4:
      if (name == "POST") return Method::post;
      if (name == "HEAD") return Method::head;
      break;
    case 5:
      if (name == "PATCH") return Method::patch;
      break;
    case 6:
      if (name == "DELETE") return Method::delete_;
      break;
    case 7:
      if (name == "OPTIONS") return Method::options;
      break;
    default:
      break;
  }
  return Method::other;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "HTTP/d.d" and nothing else.
bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit))
    return false;
  return std::stoi(std::string(text)) <= 65'535;
}

// host[:port], the host a name, an IPv4 address or an IPv6 address in brackets. No user.
bool is_authority(std::string_view text) {
  const auto in_name = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
  };
  const auto in_address = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  };
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = 1;
    while (end < text.size() && in_address(text[end])) ++end;
    if (end < 3 || end == text.size() || text[end] != ']') return false;
    ++end;
  } else {
    while (end < text.size() && in_name(text[end])) ++end;
    if (end == 0) return false;
  }
  return end == text.size() || (text[end] == ':' && is_port(text.substr(end + 1)));
}

// Fills path and query; `authority` is the target's own, if it has one.
const char* read_target(RequestHead& head, std::string_view& authority) {
  Request& request = head.request;
  std::string_view target = request.target;
  for (const char c : target)
    if (c <= ' ' || c >= 0x7F || c == '#') return "a character in the target";
  request.query = {};
  if (target == "*") {
    request.path = target;
    return request.method == Method::options ? nullptr : "a target";
  }
  if (request.method_text == "CONNECT") {
    request.path = target;
    return is_authority(target) ? nullptr : "a target";
  }
  if (target.size() > 7 && equal_ignoring_case(target.substr(0, 7), "http://")) {
    target.remove_prefix(7);
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    authority = target.substr(0, end);
    if (!is_authority(authority)) return "a target";
    target.remove_prefix(end);
    if (target.starts_with('?')) return "a target";
  } else if (!target.starts_with('/')) {
    return "a target";
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = target.substr(std::min(question + 1, target.size()));
  if (request.path.empty()) request.path = request.method == Method::options ? "*" : "/";
  return nullptr;
}

// Only after all that makes the message ambiguous has been refused.
std::optional<Error> decode_target_path(RequestHead& head) {
  Request& request = head.request;
  if (!request.path.starts_with('/') || is_plain_path(request.path)) return std::nullopt;
  auto decoded = decode_path(request.path);
  if (decoded.has_error()) return std::move(decoded).error();
  head.decoded_path = std::move(*decoded);
  request.path = head.decoded_path;
  return std::nullopt;
}

// "method SP target SP version".
std::optional<Error> read_request_line(std::string_view line, const HeadLimits& limits,
                                       RequestHead& head, std::string_view& authority) {
  Request& request = head.request;
  const std::size_t first = line.find(' ');
  request.method_text = line.substr(0, first);
  if (!is_token(request.method_text)) return bad_request("a method that is no token");
  if (first == std::string_view::npos) return bad_request("a request line without a target");
  request.method = method_from(request.method_text);
  line.remove_prefix(first + 1);
  const std::size_t second = line.find(' ');
  request.target = line.substr(0, second);
  if (request.target.size() > limits.target_bytes) return target_too_long();
  if (request.target.empty() || second == std::string_view::npos)
    return bad_request("a request line without a target or a version");
  const std::string_view version = line.substr(second + 1);
  if (!is_version(version)) return bad_request("a version");
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return make_error(Code::version_not_supported, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  head.http_1_0 = version == "HTTP/1.0";
  if (const char* wrong = read_target(head, authority)) return bad_request(wrong);
  return std::nullopt;
}

// A request line whose end hasn't come yet.
bool has_too_long_target(std::string_view line, const HeadLimits& limits) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return false;
  line.remove_prefix(first + 1);
  return std::min(line.find(' '), line.size()) > limits.target_bytes;
}

std::optional<Error> check_host(const RequestHead& head, std::string_view authority, int hosts,
                                std::string_view host) {
  if (hosts > 1) return bad_request("Host given twice");
  if (hosts == 0 && !head.http_1_0) return bad_request("no Host");
  if (hosts == 0) return std::nullopt;
  if (!is_authority(host)) return bad_request("a Host");
  if (!authority.empty() && !equal_ignoring_case(authority, host))
    return bad_request("a target that names another host than Host");
  return std::nullopt;
}

std::optional<Error> apply_framing(const Framing& framing, const HeadLimits& limits,
                                   RequestHead& head) {
  if (framing.transfer_encoding) {
    const std::string_view coding = *framing.transfer_encoding;
    if (framing.content_length) return bad_request("both Content-Length and Transfer-Encoding");
    if (head.http_1_0) return bad_request("Transfer-Encoding in HTTP/1.0");
    if (!equal_ignoring_case(coding, "chunked")) {
      // Where chunked isn't last, nobody can tell where the body ends (RFC 9112, 6.3).
      const bool ends_chunked = coding.size() > 7 &&
                                equal_ignoring_case(coding.substr(coding.size() - 7), "chunked") &&
                                !is_token_char(coding[coding.size() - 8]);
      if (!ends_chunked) return bad_request("a Transfer-Encoding that is not chunked");
      return make_error(Code::not_implemented, "Only the transfer coding chunked is spoken here.");
    }
    head.chunked = true;
  }
  head.content_length = framing.content_length.value_or(0);
  head.keep_alive = !framing.close && (!head.http_1_0 || framing.keep_alive);
  if (head.content_length > limits.body_bytes)
    return make_error(Code::payload_too_large, "The request's body is too large.");
  return std::nullopt;
}

// What is read while the fields go by.
struct RequestFields {
  Framing framing;
  int hosts = 0;
  std::string_view host;
  bool expects_continue = false;

  const char* note(const Field& field) {
    if (field.name.size() == 4 && equal_ignoring_case(field.name, "host")) {
      ++hosts;
      host = field.value;
    } else if (field.name.size() == 6 && equal_ignoring_case(field.name, "expect")) {
      expects_continue |= equal_ignoring_case(field.value, "100-continue");
    }
    return framing.note(field);
  }
};

// The fields up to the empty line; false where that hasn't come yet.
template <class Noting>
Result<bool> read_fields(HeadLines& lines, const HeadLimits& limits, FieldList& fields,
                         Noting& noting) {
  for (;;) {
    std::string_view line;
    switch (lines.next(line)) {
      case Next::more:
        return false;
      case Next::bad:
        return bad_request(bad_line_end);
      case Next::line:
        break;
    }
    if (line.empty()) return true;
    Field field;
    if (const char* wrong = read_field(line, field)) return bad_request(wrong);
    if (fields.size() >= limits.fields) return head_too_large();
    fields.push_back(field);
    if (const char* wrong = noting.note(field)) return bad_request(wrong);
  }
}

void clear(RequestHead& head) {
  Request& request = head.request;
  request.method = Method::other;
  request.method_text = request.target = request.path = request.query = request.body = {};
  request.fields.clear();
  head.decoded_path.clear();
  head.size = 0;
  head.content_length = 0;
  head.chunked = head.expects_continue = head.http_1_0 = false;
  head.keep_alive = true;
}

}  // namespace

void RequestHead::take(RequestHead& other) noexcept {
  const bool own_path =
      !other.decoded_path.empty() && other.request.path.data() == other.decoded_path.data();
  request = std::move(other.request);
  decoded_path = std::move(other.decoded_path);
  if (own_path) request.path = decoded_path;
  size = other.size;
  content_length = other.content_length;
  chunked = other.chunked;
  keep_alive = other.keep_alive;
  expects_continue = other.expects_continue;
  http_1_0 = other.http_1_0;
}

Result<bool> parse_request_head(std::string_view buffer, const HeadLimits& limits,
                                RequestHead& into) {
  const bool full = buffer.size() >= limits.head_bytes;
  HeadLines lines(buffer.substr(0, limits.head_bytes));
  clear(into);
  std::string_view line;
  Next next = lines.next(line);
  for (int i = 0; i < max_empty_lines && next == Next::line && line.empty(); ++i)
    next = lines.next(line);
  if (next == Next::bad) return bad_request(bad_line_end);
  if (next == Next::more) {
    if (has_too_long_target(lines.rest(), limits)) return target_too_long();
    if (full) return head_too_large();
    return false;
  }
  std::string_view authority;
  if (auto error = read_request_line(line, limits, into, authority)) return *std::move(error);
  RequestFields noted;
  auto whole = read_fields(lines, limits, into.request.fields, noted);
  if (whole.has_error()) return whole;
  if (!*whole) {
    if (full) return head_too_large();
    return false;
  }
  into.size = lines.taken();
  if (auto error = check_host(into, authority, noted.hosts, noted.host)) return *std::move(error);
  if (auto error = decode_target_path(into)) return *std::move(error);
  if (auto error = apply_framing(noted.framing, limits, into)) return *std::move(error);
  into.expects_continue = noted.expects_continue && !into.http_1_0;
  return true;
}

Result<std::optional<RequestHead>> parse_request_head(std::string_view buffer,
                                                      const HeadLimits& limits) {
  RequestHead head;
  auto whole = parse_request_head(buffer, limits, head);
  if (whole.has_error()) return std::move(whole).error();
  if (!*whole) return std::optional<RequestHead>();
  return std::optional<RequestHead>(std::move(head));
}

}  // namespace thenorsound::http
