#include "http/response_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "http/parser.hpp"

namespace thenorsound::http {
namespace {

constexpr std::array<std::string_view, 7> day_names{"Mon", "Tue", "Wed", "Thu",
                                                    "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_two_digits(std::string& out, std::int64_t number) {
  out += static_cast<char>('0' + number / 10);
  out += static_cast<char>('0' + number % 10);
}

// What came with the answer to a HEAD from elsewhere, where only its length is known.
bool is_length(const std::string* text) {
  return text != nullptr && !text->empty() && text->size() < 19 &&
         std::all_of(text->begin(), text->end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool allows_body(int status) { return status >= 200 && status != 204 && status != 304; }

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_hex(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (!is_token(name)) return;
  out += name;
  out += ": ";
  if (is_field_value(value)) {
    out += value;
  } else {
    std::transform(value.begin(), value.end(), std::back_inserter(out), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F ? ' ' : c;
    });
  }
  out += "\r\n";
}

bool is_connection_field(std::string_view name) {
  const auto is = [name](std::string_view other) { return equal_ignoring_case(name, other); };
  switch (name.size()) {
    case 2:
      return is("TE");
    case 7:
      return is("Upgrade") || is("Trailer");
    case 10:
      return is("Connection") || is("Keep-Alive");
    case 14:
      return is("Content-Length");
    case 16:
      return is("Proxy-Connection");
    case 17:
      return is("Transfer-Encoding");
    default:
      return false;
  }
}

bool is_named_by_connection(const FieldList& fields, std::string_view name) {
  for (const Field& field : fields) {
    if (!equal_ignoring_case(field.name, "Connection")) continue;
    std::string_view options = field.value;
    while (!options.empty()) {
      const std::size_t comma = std::min(options.find(','), options.size());
      std::string_view option = options.substr(0, comma);
      while (option.starts_with(' ') || option.starts_with('\t')) option.remove_prefix(1);
      while (option.ends_with(' ') || option.ends_with('\t')) option.remove_suffix(1);
      if (equal_ignoring_case(option, name)) return true;
      options.remove_prefix(std::min(comma + 1, options.size()));
    }
  }
  return false;
}

std::string http_date(Time time) {
  const std::int64_t seconds = time.ms / second_ms;
  const Day day{static_cast<std::int32_t>(seconds / 86'400)};
  const YearMonthDay date = civil(day);
  std::string text(day_names[static_cast<std::size_t>(weekday(day))]);
  text += ", ";
  append_two_digits(text, date.day);
  text += ' ';
  text += month_names[static_cast<std::size_t>(date.month - 1)];
  text += ' ';
  append_number(text, static_cast<std::uint64_t>(date.year));
  text += ' ';
  append_two_digits(text, seconds % 86'400 / 3'600);
  text += ':';
  append_two_digits(text, seconds % 3'600 / 60);
  text += ':';
  append_two_digits(text, seconds % 60);
  text += " GMT";
  return text;
}

void write_response_head(const Response& response, const ResponseFraming& framing,
                         std::string& out) {
  const int status = response.status >= 200 && response.status <= 599 ? response.status : 500;
  out.clear();
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(status));
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
  bool has_type = false;
  for (const OwnField& field : response.fields) {
    if (is_connection_field(field.name) || equal_ignoring_case(field.name, "Date")) continue;
    has_type |= equal_ignoring_case(field.name, "Content-Type");
    append_field(out, field.name, field.value);
  }
  out += framing.fixed_fields;
  if (allows_body(status)) {
    const bool has_body = response.stream != nullptr || !response.body.empty();
    if (has_body && !has_type && !response.content_type.empty())
      append_field(out, "Content-Type", response.content_type);
    const std::string* length =
        framing.to_head && response.body.empty() ? response.field("Content-Length") : nullptr;
    if (is_length(length)) {
      append_field(out, "Content-Length", *length);
    } else if (response.stream == nullptr) {
      out += "Content-Length: ";
      append_number(out, response.body.size());
      out += "\r\n";
    } else if (!framing.http_1_0) {
      out += "Transfer-Encoding: chunked\r\n";
    }
  }
  out += "Date: ";
  out += framing.date;
  out += "\r\n";
  if (!framing.keep_alive)
    out += "Connection: close\r\n";
  else if (framing.http_1_0)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

}  // namespace thenorsound::http
