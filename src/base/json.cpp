#include "base/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>

namespace thenorsound {
namespace {

constexpr std::size_t max_levels = 32;

// Builds the value as Boost's own parser does, and counts keys, so that a duplicate (which the
// object drops silently) shows as a difference.
struct Handler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using Ec = boost::system::error_code;

  json::value_stack stack;
  std::size_t keys = 0;
  bool finite = true;

  bool on_document_begin(Ec&) { return stack.reset(), true; }
  bool on_document_end(Ec&) { return true; }
  bool on_object_begin(Ec&) { return true; }
  bool on_object_end(std::size_t n, Ec&) { return keys += n, stack.push_object(n), true; }
  bool on_array_begin(Ec&) { return true; }
  bool on_array_end(std::size_t n, Ec&) { return stack.push_array(n), true; }
  bool on_key_part(json::string_view s, std::size_t, Ec&) { return stack.push_chars(s), true; }
  bool on_key(json::string_view s, std::size_t, Ec&) { return stack.push_key(s), true; }
  bool on_string_part(json::string_view s, std::size_t, Ec&) { return stack.push_chars(s), true; }
  bool on_string(json::string_view s, std::size_t, Ec&) { return stack.push_string(s), true; }
  bool on_number_part(json::string_view, Ec&) { return true; }
  bool on_int64(std::int64_t i, json::string_view, Ec&) { return stack.push_int64(i), true; }
  bool on_uint64(std::uint64_t u, json::string_view, Ec&) { return stack.push_uint64(u), true; }
  bool on_double(double d, json::string_view, Ec&) {
    finite = finite && std::isfinite(d);
    return stack.push_double(d), true;
  }
  bool on_bool(bool b, Ec&) { return stack.push_bool(b), true; }
  bool on_null(Ec&) { return stack.push_null(), true; }
  bool on_comment_part(json::string_view, Ec&) { return true; }
  bool on_comment(json::string_view, Ec&) { return true; }
};

std::size_t count_keys(const json::value& value) {
  std::size_t keys = 0;
  if (const auto* object = value.if_object()) {
    keys += object->size();
    for (const auto& member : *object) keys += count_keys(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) keys += count_keys(item);
  }
  return keys;
}

void append_number(std::string& out, double number) {
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed);
  out.append(text, end.ptr);
}

template <class Integer>
void append_integer(std::string& out, Integer number) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, number);
  out.append(text, end.ptr);
}

}  // namespace

Result<json::value> read_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = max_levels;
  json::basic_parser<Handler> parser(options);
  boost::system::error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (ec || used != text.size())
    return make_error(Code::validation_error, "The body is not valid JSON.");
  json::value value = parser.handler().stack.release();
  if (!parser.handler().finite)
    return make_error(Code::validation_error, "A number in the body is out of range.");
  if (count_keys(value) != parser.handler().keys)
    return make_error(Code::validation_error, "A key occurs twice in an object of the body.");
  return value;
}

json::value read_own_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  return json::parse(text, {}, options);
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += digits[c >> 4];
        out += digits[c & 15];
    }
  }
  out.append(text, plain, text.size() - plain);
  out += '"';
}

namespace {
void append_object(std::string& out, const json::object& object) {
  out += '{';
  bool first = true;
  for (const auto& member : object) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, member.key());
    out += ':';
    append_json(out, member.value());
  }
  out += '}';
}
}  // namespace

void append_json(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      break;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case json::kind::int64:
      append_integer(out, value.get_int64());
      break;
    case json::kind::uint64:
      append_integer(out, value.get_uint64());
      break;
    case json::kind::double_:
      append_number(out, value.get_double());
      break;
    case json::kind::string:
      append_json_string(out, value.get_string());
      break;
    case json::kind::array: {
      out += '[';
      bool first = true;
      for (const auto& item : value.get_array()) {
        if (!first) out += ',';
        first = false;
        append_json(out, item);
      }
      out += ']';
      break;
    }
    case json::kind::object:
      append_object(out, value.get_object());
      break;
  }
}

std::string write_json(const json::value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string write_json(const json::object& value) {
  std::string out;
  append_object(out, value);
  return out;
}

}  // namespace thenorsound
