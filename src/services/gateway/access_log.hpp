// One JSON line a request: who, what, how it went. No query, body, token, name or address.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/time.hpp"

namespace thenorsound::gateway {

struct AccessLine {
  Time time;
  std::string_view method;
  std::string_view path;
  int status = 0;
  std::int64_t microseconds = 0;
  std::size_t bytes = 0;  // of the answer's body
  std::string_view user_id;
  std::string_view request_id;
  std::string_view trace_id;
};

std::string to_json(const AccessLine& line);
void write_access_line(const AccessLine& line);

}  // namespace thenorsound::gateway
