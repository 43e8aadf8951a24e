#include "base/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/object.hpp>

#include "base/json.hpp"
#include "base/time.hpp"

namespace thenorsound {
namespace {

LogLevel lowest = LogLevel::info;

std::shared_ptr<spdlog::logger>& sink() {
  static std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("thenorsound",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    return made;
  }();
  return logger;
}

void write(LogLevel level, std::string_view word, std::string_view message, LogFields fields) {
  if (level < lowest) return;
  boost::json::object line;
  line["time"] = to_iso(SystemClock().now());
  line["level"] = word;
  line["message"] = message;
  for (const LogField& field : fields) line[field.key] = field.value;
  log_line(write_json(line));
}

}  // namespace

void open_log(const std::string& path, LogLevel level) {
  lowest = level;
  if (path.empty()) return;
  auto made = std::make_shared<spdlog::logger>(
      "thenorsound", std::make_shared<spdlog::sinks::basic_file_sink_mt>(path));
  made->set_pattern("%v");
  made->flush_on(spdlog::level::warn);
  sink() = made;
  spdlog::set_default_logger(made);
  spdlog::flush_every(std::chrono::seconds(1));
}

void flush_log() { sink()->flush(); }

void log_debug(std::string_view message, LogFields fields) {
  write(LogLevel::debug, "debug", message, fields);
}
void log_info(std::string_view message, LogFields fields) {
  write(LogLevel::info, "info", message, fields);
}
void log_warning(std::string_view message, LogFields fields) {
  write(LogLevel::warning, "warning", message, fields);
}
void log_error(std::string_view message, LogFields fields) {
  write(LogLevel::error, "error", message, fields);
  flush_log();
}
void log_line(std::string_view line) {
  sink()->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace thenorsound
