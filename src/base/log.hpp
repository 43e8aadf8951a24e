// Structured logs: one JSON object a line. Never bodies, tokens or personal data.
#pragma once
#include <boost/json/value.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace thenorsound {

struct LogField {
  LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
  LogField(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  LogField(std::string_view name, Number number) : key(name), value(number) {}
  std::string_view key;
  boost::json::value value;
};
using LogFields = std::initializer_list<LogField>;

enum class LogLevel { debug, info, warning, error };

// `path` empty: standard error. Lines are buffered and written at least once a second.
void open_log(const std::string& path, LogLevel level);
void flush_log();

void log_debug(std::string_view message, LogFields fields = {});
void log_info(std::string_view message, LogFields fields = {});
void log_warning(std::string_view message, LogFields fields = {});
void log_error(std::string_view message, LogFields fields = {});
// A finished line (one JSON object, no line end), for the access log's own writer.
void log_line(std::string_view line);

}  // namespace thenorsound
