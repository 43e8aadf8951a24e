// The head of a response on the wire. Length and connection fields are the server's alone.
#pragma once
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace thenorsound::http {

struct ResponseFraming {
  bool to_head = false;           // the answer to a HEAD: a length, no body
  bool http_1_0 = false;          // the request's version
  bool keep_alive = true;         // of the connection, after this answer
  std::string_view date;          // IMF-fixdate
  std::string_view fixed_fields;  // whole lines with their ends; sent as they are
};

// Replaces `out`. A field whose name is no token is left out; control characters in values become
// spaces. A status out of 200-599 is a bug and written as 500.
void write_response_head(const Response& response, const ResponseFraming& framing,
                         std::string& out);
// May a response of this status have a body at all?
bool allows_body(int status);
// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(Time time);

// Appends "name: value" and a line end, cleaned as above.
void append_field(std::string& out, std::string_view name, std::string_view value);
void append_number(std::string& out, std::uint64_t number);
void append_hex(std::string& out, std::uint64_t number);
// Is it one of the fields that belong to a connection, or to its framing, and are made anew by
// everyone who sends?
bool is_connection_field(std::string_view name);
// Is `name` one of the words of a Connection field, and so not for those behind?
bool is_named_by_connection(const FieldList& fields, std::string_view name);

}  // namespace thenorsound::http
