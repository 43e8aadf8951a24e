#include "http/message.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace thenorsound::http {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr std::array<std::pair<int, std::string_view>, 41> phrases{{
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

}  // namespace

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "OTHER";
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  return true;
}

std::optional<std::string_view> Request::field(std::string_view name) const {
  for (const Field& each : fields)
    if (equal_ignoring_case(each.name, name)) return each.value;
  return std::nullopt;
}

std::size_t Request::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(),
                    [name](const Field& each) { return equal_ignoring_case(each.name, name); }));
}

void Response::set(std::string_view name, std::string value) {
  auto same = [name](const OwnField& each) { return equal_ignoring_case(each.name, name); };
  const auto first = std::find_if(fields.begin(), fields.end(), same);
  if (first == fields.end()) return add(name, std::move(value));
  first->value = std::move(value);
  fields.erase(std::remove_if(first + 1, fields.end(), same), fields.end());
}

void Response::add(std::string_view name, std::string value) {
  fields.push_back(OwnField{std::string(name), std::move(value)});
}

const std::string* Response::field(std::string_view name) const {
  for (const OwnField& each : fields)
    if (equal_ignoring_case(each.name, name)) return &each.value;
  return nullptr;
}

Response json_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

std::string_view reason_phrase(int status) {
  const auto found = std::lower_bound(
      phrases.begin(), phrases.end(), status,
      [](const std::pair<int, std::string_view>& each, int wanted) { return each.first < wanted; });
  return found != phrases.end() && found->first == status ? found->second : "Unknown";
}

}  // namespace thenorsound::http
