#include "store/sqlite/connection.hpp"

namespace thenorsound::store::sqlite {
namespace {
constexpr int busy_timeout_ms = 5'000;

[[noreturn]] void fail(sqlite3* database, int code) {
  throw Failure(
      sqlite3_extended_errcode(database) != SQLITE_OK ? sqlite3_extended_errcode(database) : code,
      sqlite3_errmsg(database));
}
}  // namespace

Run::~Run() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Run& Run::bind(int at, std::string_view text) {
  // A null pointer would bind NULL instead of the empty text.
  const char* start = text.data() == nullptr ? "" : text.data();
  const int code =
      sqlite3_bind_text64(statement_, at, start, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) fail(database(), code);
  return *this;
}

Run& Run::bind(int at, std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_, at, number);
  if (code != SQLITE_OK) fail(database(), code);
  return *this;
}

Run& Run::bind_value(int at, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return bind(at, std::string_view(*text));
  if (const auto* number = std::get_if<std::int64_t>(&value)) return bind(at, *number);
  const auto* real = std::get_if<double>(&value);
  const int code = real != nullptr ? sqlite3_bind_double(statement_, at, *real)
                                   : sqlite3_bind_null(statement_, at);
  if (code != SQLITE_OK) fail(database(), code);
  return *this;
}

bool Run::step() {
  const int code = step_or_constraint();
  if (code == SQLITE_ROW || code == SQLITE_DONE) return code == SQLITE_ROW;
  fail(database(), code);
}

int Run::step_or_constraint() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW || code == SQLITE_DONE) return code;
  const int extended = sqlite3_extended_errcode(database());
  if ((extended & 0xFF) == SQLITE_CONSTRAINT) return extended;
  fail(database(), code);
}

std::string_view Run::text(int column) const {
  const auto* start = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (start == nullptr) return {};
  return {start, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Connection::Connection(const std::string& path, Use use) {
  const int flags =
      SQLITE_OPEN_NOMUTEX |
      (use == Use::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  handle_.reset(raw);
  if (code != SQLITE_OK)
    throw Failure(code, raw == nullptr ? "out of memory" : sqlite3_errmsg(raw));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, busy_timeout_ms);
}

sqlite3_stmt* Connection::prepared(const std::string& sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return found->second.get();
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) fail(handle_.get(), code);
  return prepared_.emplace(sql, Statement(raw)).first->second.get();
}

void Connection::trim() {
  if (prepared_.size() > max_prepared) prepared_.clear();
}

void Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_.get(), code);
}

std::string quoted(std::string_view name) {
  std::string out = "\"";
  out += name;
  out += '"';
  return out;
}

}  // namespace thenorsound::store::sqlite
