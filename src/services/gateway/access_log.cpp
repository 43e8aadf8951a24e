#include "services/gateway/access_log.hpp"

#include "base/json.hpp"
#include "base/log.hpp"

namespace thenorsound::gateway {
namespace {

void append_text(std::string& out, std::string_view name, std::string_view text) {
  out += name;
  append_json_string(out, text);
}

void append_number(std::string& out, std::string_view name, std::int64_t number) {
  out += name;
  out += std::to_string(number);
}

}  // namespace

std::string to_json(const AccessLine& line) {
  std::string out;
  out.reserve(320);
  append_text(out, "{\"time\":", to_iso(line.time));
  append_text(out, ",\"level\":\"info\",\"message\":\"request\",\"method\":", line.method);
  append_text(out, ",\"path\":", line.path);
  append_number(out, ",\"status\":", line.status);
  append_number(out, ",\"ms\":", line.microseconds / 1'000);
  const std::int64_t rest = line.microseconds % 1'000;
  out += '.';
  out += static_cast<char>('0' + rest / 100);
  out += static_cast<char>('0' + rest / 10 % 10);
  append_number(out, ",\"bytes\":", static_cast<std::int64_t>(line.bytes));
  if (!line.user_id.empty()) append_text(out, ",\"userId\":", line.user_id);
  append_text(out, ",\"requestId\":", line.request_id);
  append_text(out, ",\"traceId\":", line.trace_id);
  out += '}';
  return out;
}

void write_access_line(const AccessLine& line) { log_line(to_json(line)); }

}  // namespace thenorsound::gateway
