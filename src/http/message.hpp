// A request and a response as plain structs. A Request owns nothing: its views point into the
// connection's buffer, or into strings that whoever made it keeps alive until it is answered.
#pragma once
#include <boost/container/small_vector.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/context.hpp"
#include "base/time.hpp"

namespace thenorsound::http {

enum class Method { get, head, post, put, patch, delete_, options, other };
std::string_view method_name(Method method);

struct Field {
  std::string_view name;  // as received; compared without regard to case
  std::string_view value;
};
using FieldList = boost::container::small_vector<Field, 24>;

bool equal_ignoring_case(std::string_view a, std::string_view b);

struct Request {
  Method method = Method::get;
  std::string_view method_text;  // as received, for 501 and logs
  std::string_view target;       // as received
  std::string_view path;         // decoded once; no dot segments, no "//"
  std::string_view query;        // raw, without '?'
  FieldList fields;
  std::string_view body;            // whole
  std::string_view remote_address;  // the socket's, without port
  bool from_other_process = true;   // false for calls inside this process

  // The first field of that name.
  std::optional<std::string_view> field(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

class BodyStream;

struct OwnField {
  std::string name;
  std::string value;
};

struct Response {
  int status = 200;
  boost::container::small_vector<OwnField, 6> fields;  // without length and connection fields
  std::string body;
  std::string_view content_type = "application/json";  // static text; sent where there is a body
  bool close = false;
  std::shared_ptr<BodyStream> stream;  // http/body_stream.hpp; sent instead of `body`

  void set(std::string_view name, std::string value);  // replaces
  void add(std::string_view name, std::string value);
  const std::string* field(std::string_view name) const;
};

Response json_response(int status, std::string body);
std::string_view reason_phrase(int status);

}  // namespace thenorsound::http
