#include "http/error_response.hpp"

#include "base/json.hpp"

namespace thenorsound::http {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, text);
}

void append_details(std::string& out, const std::vector<FieldError>& details) {
  out += ",\"details\":[";
  for (std::size_t i = 0; i < details.size(); ++i) {
    out += i == 0 ? "{\"field\":" : ",{\"field\":";
    append_json_string(out, details[i].field);
    append_member(out, "message", details[i].message);
    out += '}';
  }
  out += ']';
}

// For answers of something that doesn't speak our form, e.g. a proxy between.
Code code_of(int status) {
  switch (status) {
    case 400:
      return Code::validation_error;
    case 401:
      return Code::unauthorized;
    case 403:
      return Code::forbidden;
    case 404:
      return Code::not_found;
    case 405:
      return Code::method_not_allowed;
    case 406:
      return Code::not_acceptable;
    case 408:
      return Code::request_timeout;
    case 409:
      return Code::conflict;
    case 412:
      return Code::precondition_failed;
    case 413:
      return Code::payload_too_large;
    case 414:
      return Code::uri_too_long;
    case 415:
      return Code::unsupported_media_type;
    case 421:
      return Code::misdirected;
    case 429:
      return Code::rate_limited;
    case 431:
      return Code::headers_too_large;
    case 501:
      return Code::not_implemented;
    case 502:
    case 503:
      return Code::service_unavailable;
    case 504:
      return Code::gateway_timeout;
    default:
      return Code::service_error;
  }
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(std::string_view(*text));
}

void read_error(const json::object& object, Error& error) {
  error.code = code_from_name(text_of(object, "code"));
  error.message = text_of(object, "message");
  for (const auto& member : object) {
    const std::string_view name = member.key();
    if (name == "details") {
      const json::array* details = member.value().if_array();
      for (std::size_t i = 0; details != nullptr && i < details->size(); ++i)
        if (const json::object* detail = (*details)[i].if_object())
          error.details.push_back(
              FieldError{text_of(*detail, "field"), text_of(*detail, "message")});
    } else if (name != "code" && name != "message" && name != "timestamp" && name != "traceId") {
      error.extra[name] = member.value();
    }
  }
}

}  // namespace

int status_of(Code code) {
  switch (code) {
    case Code::validation_error:
      return 400;
    case Code::unauthorized:
      return 401;
    case Code::forbidden:
      return 403;
    case Code::not_found:
      return 404;
    case Code::method_not_allowed:
      return 405;
    case Code::not_acceptable:
      return 406;
    case Code::request_timeout:
      return 408;
    case Code::conflict:
    case Code::event_slot_unavailable:
    case Code::crew_unavailable:
      return 409;
    case Code::precondition_failed:
      return 412;
    case Code::payload_too_large:
      return 413;
    case Code::uri_too_long:
      return 414;
    case Code::unsupported_media_type:
      return 415;
    case Code::misdirected:
      return 421;
    case Code::tariff_not_found:
    case Code::crew_not_qualified:
    case Code::idempotency_key_reused:
      return 422;
    case Code::rate_limited:
      return 429;
    case Code::headers_too_large:
      return 431;
    case Code::service_error:
      return 500;
    case Code::not_implemented:
      return 501;
    case Code::service_unavailable:
      return 503;
    case Code::gateway_timeout:
      return 504;
    case Code::version_not_supported:
      return 505;
  }
  return 500;
}

Response error_response(const Error& error, const Trace& trace, Time now) {
  std::string body;
  body.reserve(256);
  body += "{\"error\":{\"code\":";
  append_json_string(body, code_name(error.code));
  append_member(body, "message", error.message);
  append_details(body, error.details);
  append_member(body, "timestamp", to_iso(now));
  append_member(body, "traceId", trace.trace_id());
  for (const auto& member : error.extra) {
    body += ',';
    append_json_string(body, member.key());
    body += ':';
    append_json(body, member.value());
  }
  body += "}}";

  Response response = json_response(status_of(error.code), std::move(body));
  if (error.code == Code::unauthorized) response.set("WWW-Authenticate", "Bearer");
  const bool asks_to_wait =
      error.code == Code::service_unavailable || error.code == Code::rate_limited;
  if (error.retry_after_s > 0 || asks_to_wait)
    response.set("Retry-After", std::to_string(std::max(1, error.retry_after_s)));
  return response;
}

Error error_from_response(int status, std::string_view body) {
  Error error = make_error(code_of(status), "The request was refused.");
  const Result<json::value> parsed = read_json(body);
  const json::object* outer = parsed ? parsed->if_object() : nullptr;
  const json::value* inner = outer == nullptr ? nullptr : outer->if_contains("error");
  if (inner != nullptr && inner->is_object()) read_error(inner->get_object(), error);
  error.reason = "upstream-" + std::to_string(status);
  if (error.code == Code::service_unavailable) error.retry_after_s = 1;
  return error;
}

}  // namespace thenorsound::http
