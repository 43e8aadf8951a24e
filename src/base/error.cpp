#include "base/error.hpp"

#include <array>
#include <utility>

namespace thenorsound {
namespace {
constexpr std::array<std::pair<Code, std::string_view>, 25> names{{
    {Code::validation_error, "VALIDATION_ERROR"},
    {Code::unauthorized, "UNAUTHORIZED"},
    {Code::forbidden, "FORBIDDEN"},
    {Code::not_found, "NOT_FOUND"},
    {Code::method_not_allowed, "METHOD_NOT_ALLOWED"},
    {Code::not_acceptable, "NOT_ACCEPTABLE"},
    {Code::request_timeout, "REQUEST_TIMEOUT"},
    {Code::conflict, "CONFLICT"},
    {Code::event_slot_unavailable, "EVENT_SLOT_UNAVAILABLE"},
    {Code::crew_unavailable, "CREW_UNAVAILABLE"},
    {Code::precondition_failed, "PRECONDITION_FAILED"},
    {Code::payload_too_large, "PAYLOAD_TOO_LARGE"},
    {Code::uri_too_long, "URI_TOO_LONG"},
    {Code::unsupported_media_type, "UNSUPPORTED_MEDIA_TYPE"},
    {Code::misdirected, "MISDIRECTED"},
    {Code::tariff_not_found, "TARIFF_NOT_FOUND"},
    {Code::crew_not_qualified, "CREW_NOT_QUALIFIED"},
    {Code::idempotency_key_reused, "IDEMPOTENCY_KEY_REUSED"},
    {Code::rate_limited, "RATE_LIMITED"},
    {Code::headers_too_large, "HEADERS_TOO_LARGE"},
    {Code::service_error, "SERVICE_ERROR"},
    {Code::not_implemented, "NOT_IMPLEMENTED"},
    {Code::service_unavailable, "SERVICE_UNAVAILABLE"},
    {Code::gateway_timeout, "GATEWAY_TIMEOUT"},
    {Code::version_not_supported, "VERSION_NOT_SUPPORTED"},
}};
}  // namespace

std::string_view code_name(Code code) {
  for (const auto& [value, name] : names)
    if (value == code) return name;
  return "SERVICE_ERROR";
}

Code code_from_name(std::string_view name) {
  for (const auto& [value, word] : names)
    if (word == name) return value;
  return Code::service_error;
}

Error invalid_fields(std::vector<FieldError> details) {
  Error error = make_error(Code::validation_error, "Some fields are not valid.");
  error.details = std::move(details);
  return error;
}

Error invalid_field(std::string field, std::string message) {
  std::vector<FieldError> details;
  details.push_back(FieldError{std::move(field), std::move(message)});
  return invalid_fields(std::move(details));
}

Error not_found(std::string what) { return make_error(Code::not_found, "No such " + what + "."); }

Error forbidden() { return make_error(Code::forbidden, "You may not do this."); }

Error conflict(std::string message) { return make_error(Code::conflict, std::move(message)); }

Error unavailable(std::string reason, int retry_after_s) {
  Error error = make_error(Code::service_unavailable, "The service is not available right now.",
                           std::move(reason));
  error.retry_after_s = retry_after_s;
  return error;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw UnexpectedFailure("unchecked result: " + std::string(code_name(error.code)) + " " +
                          error.message + " " + error.reason);
}

}  // namespace thenorsound
