// The request parser with its body, as the server uses it: whatever comes, however it is cut.
#include "fuzz/fuzz.hpp"
#include "http/parser.hpp"
#include "http/request_writer.hpp"
#include "http/response_writer.hpp"
#include "http/url.hpp"

namespace thenorsound::http {
namespace {

using fuzz::demand;

// What a connection would make of the bytes up to the end of the first request.
struct Reading {
  enum class State { incomplete, refused, whole };
  State state = State::incomplete;
  std::string said;  // of a whole one; what is wrong in two ways may be refused for either
  std::string body;
  std::size_t taken = 0;
  bool operator==(const Reading&) const = default;
};

std::string text_of(const RequestHead& head) {
  const Request& request = head.request;
  std::string out;
  for (const std::string_view part :
       {request.method_text, request.target, request.path, request.query})
    out.append(part).append("\n");
  for (const Field& field : request.fields)
    out.append(field.name).append(": ").append(field.value).append("\n");
  out += std::to_string(head.size) + " " + std::to_string(head.content_length);
  for (const bool flag : {head.chunked, head.keep_alive, head.expects_continue, head.http_1_0})
    out += flag ? " 1" : " 0";
  return out;
}

void check_head(const RequestHead& head, const HeadLimits& limits, std::string_view buffer) {
  const Request& request = head.request;
  demand(head.size <= buffer.size() && head.size <= limits.head_bytes,
         "a head larger than its limit");
  demand(request.fields.size() <= limits.fields, "too many fields");
  demand(request.target.size() <= limits.target_bytes, "too long a target");
  demand(head.content_length <= limits.body_bytes, "too large a body");
  demand(is_token(request.method_text), "a method that is no token");
  demand(!head.chunked || head.content_length == 0, "two framings");
  if (request.path.starts_with('/')) {
    demand(is_valid_utf8(request.path), "a path that is no UTF-8");
    demand(request.path.find("//") == std::string_view::npos, "an empty segment");
    demand(request.path.find('\0') == std::string_view::npos, "NUL in a path");
    const std::string closed = std::string(request.path) + "/";
    demand(closed.find("/./") == std::string::npos && closed.find("/../") == std::string::npos,
           "a dot segment");
  }
  for (const Field& field : request.fields)
    demand(is_token(field.name) && is_field_value(field.value), "a field that could not be sent");
}

// What we pass on is read the same way by the next who speaks HTTP as we do.
void check_passing_on(const RequestHead& head, const HeadLimits& limits) {
  std::string written;
  if (!write_request_head(head.request, "upstream.example:5001", written)) return;
  HeadLimits wide = limits;
  wide.head_bytes *= 2;
  wide.fields += 8;
  auto again = parse_request_head(written, wide);
  demand(again && *again, "a request we wrote is not read");
  demand((*again)->request.path == head.request.path, "another path after passing on");
  demand((*again)->request.query == head.request.query, "another query after passing on");
  demand((*again)->request.method == head.request.method, "another method after passing on");
}

Reading read(const std::vector<std::string_view>& pieces, const HeadLimits& limits) {
  Reading reading;
  std::string buffer;
  std::optional<RequestHead> head;
  ChunkedReader chunks(limits);
  for (const std::string_view piece : pieces) {
    buffer += piece;
    if (!head) {
      auto parsed = parse_request_head(buffer, limits);
      if (parsed.has_error()) {
        reading.state = Reading::State::refused;
        return reading;
      }
      if (!*parsed) continue;
      check_head(**parsed, limits, buffer);
      check_passing_on(**parsed, limits);
      reading.said = text_of(**parsed);
      reading.taken = (*parsed)->size;
      head = std::move(**parsed);
    }
    const std::string_view rest = std::string_view(buffer).substr(reading.taken);
    if (head->chunked) {
      auto taken = chunks.feed(rest, reading.body);
      if (taken.has_error()) {
        reading.state = Reading::State::refused;
        reading.said.clear();
        reading.body.clear();
        reading.taken = 0;
        return reading;
      }
      reading.taken += *taken;
      demand(reading.body.size() <= limits.body_bytes, "a chunked body larger than its limit");
      if (!chunks.done()) continue;
    } else {
      if (rest.size() < head->content_length) continue;
      reading.body = rest.substr(0, head->content_length);
      reading.taken += reading.body.size();
    }
    reading.state = Reading::State::whole;
    return reading;
  }
  return Reading{};
}

void check(std::string_view input, const HeadLimits& limits) {
  const Reading at_once = read({input}, limits);
  demand(at_once == read(fuzz::pieces_of(input), limits), "cut in pieces it is another request");
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < input.size(); ++i) bytes.push_back(input.substr(i, 1));
  if (input.size() <= 512)
    demand(at_once == read(bytes, limits), "byte by byte it is another request");
}

}  // namespace
}  // namespace thenorsound::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace thenorsound;
  const std::string_view input = fuzz::text_of(data, size);
  http::check(input, http::HeadLimits{});
  http::HeadLimits small;
  small.head_bytes = 160;
  small.fields = 5;
  small.target_bytes = 40;
  small.body_bytes = 32;
  small.chunk_extension_bytes = 12;
  http::check(input, small);
  return 0;
}
