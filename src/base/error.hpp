// What a refused or failed operation says. One code per kind of failure; one map to HTTP
// (http/error_response.hpp). Expected failures travel as Result, never as exceptions.
#pragma once
#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace thenorsound {

enum class Code {
  validation_error,
  unauthorized,
  forbidden,
  not_found,
  method_not_allowed,
  not_acceptable,
  request_timeout,
  conflict,
  event_slot_unavailable,
  crew_unavailable,
  precondition_failed,
  payload_too_large,
  uri_too_long,
  unsupported_media_type,
  misdirected,
  tariff_not_found,
  crew_not_qualified,
  idempotency_key_reused,
  rate_limited,
  headers_too_large,
  service_error,
  not_implemented,
  service_unavailable,
  gateway_timeout,
  version_not_supported,
};

// The word on the wire, e.g. "CREW_UNAVAILABLE".
std::string_view code_name(Code code);
// The inverse; service_error for a word that is none.
Code code_from_name(std::string_view name);

// One field at fault. `field` is its path ("slots[0].capacity"), or the query parameter's name.
struct FieldError {
  std::string field;
  std::string message;
  bool operator==(const FieldError&) const = default;
};

struct Error {
  Code code = Code::service_error;
  std::string message;              // for the client
  std::vector<FieldError> details;  // every field at fault, empty where none is
  std::string reason;               // for the log and for code that decides; never sent
  int retry_after_s = 0;            // > 0: sent as Retry-After
  boost::json::object extra;        // further members of the error object, e.g. a new quote
};

inline Error make_error(Code code, std::string message, std::string reason = {}) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.reason = std::move(reason);
  return error;
}
// 400 on fields.
Error invalid_fields(std::vector<FieldError> details);
// 400 on one field.
Error invalid_field(std::string field, std::string message);
Error not_found(std::string what);  // "No such <what>."
Error forbidden();                  // says no more
Error conflict(std::string message);
Error unavailable(std::string reason, int retry_after_s = 1);

// A bug or an unchecked Result: caught once, at the edge, and answered with 500.
struct UnexpectedFailure : std::exception {
  explicit UnexpectedFailure(std::string what) : what_(std::move(what)) {}
  const char* what() const noexcept override { return what_.c_str(); }
  std::string what_;
};
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace thenorsound
