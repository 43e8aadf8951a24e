#include "http/request_writer.hpp"

#include <algorithm>

#include "http/parser.hpp"
#include "http/response_writer.hpp"

namespace thenorsound::http {
namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// Fields that say on whose behalf we ask: whatever a client's Connection field names, it can't
// take them from the request.
bool is_ours(std::string_view name) {
  return starts_with_ignoring_case(name, "X-User-") ||
         starts_with_ignoring_case(name, "X-Internal-") ||
         starts_with_ignoring_case(name, "X-Forwarded-");
}

bool is_dropped(const Request& request, std::string_view name, bool has_connection) {
  return is_connection_field(name) || equal_ignoring_case(name, "Host") ||
         equal_ignoring_case(name, "Expect") || starts_with_ignoring_case(name, "Proxy-") ||
         (has_connection && !is_ours(name) && is_named_by_connection(request.fields, name));
}

// "http://host/path" without what is before the path.
std::string_view origin_form(std::string_view target) {
  if (!starts_with_ignoring_case(target, "http://")) return target;
  const std::size_t path = target.find('/', 7);  // The parser lets no query come before it.
  return path == std::string_view::npos ? "/" : target.substr(path);
}

bool is_target(std::string_view target, Method method) {
  if (target == "*") return method == Method::options;
  return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
           return c > ' ' && c < 0x7F && c != '#';
         });
}

Error unsendable(std::string reason) {
  return make_error(Code::service_error, "Something went wrong.", std::move(reason));
}

}  // namespace

Result<void> write_request_head(const Request& request, std::string_view host, std::string& out) {
  const bool other = request.method == Method::other;
  const std::string_view method = other ? request.method_text : method_name(request.method);
  const std::string_view target = origin_form(request.target);
  if (!is_token(method)) return unsendable("bad method to send");
  if (!is_target(target, request.method)) return unsendable("bad target to send");
  out.clear();
  out += method;
  out += ' ';
  out += target;
  out += " HTTP/1.1\r\nHost: ";
  out += host;
  out += "\r\n";
  const bool has_connection = request.count("Connection") > 0;
  for (const Field& field : request.fields) {
    if (is_dropped(request, field.name, has_connection)) continue;
    if (!is_token(field.name) || !is_field_value(field.value))
      return unsendable("bad field to send");
    append_field(out, field.name, field.value);
  }
  const bool takes_body = request.method == Method::post || request.method == Method::put ||
                          request.method == Method::patch;
  if (takes_body || !request.body.empty()) {
    out += "Content-Length: ";
    append_number(out, request.body.size());
    out += "\r\n";
  }
  out += "\r\n";
  return {};
}

}  // namespace thenorsound::http
