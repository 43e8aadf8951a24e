// SQLite's C API with ownership, and failures as exceptions that stay inside this folder. One
// thread at a time uses a connection.
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

namespace thenorsound::store::sqlite {

using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

struct Failure : std::exception {
  Failure(int extended_code, std::string message) : code(extended_code), text(std::move(message)) {}
  const char* what() const noexcept override { return text.c_str(); }
  int code;
  std::string text;
};

struct CloseStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, CloseStatement>;

// One execution of a prepared statement; resets it at the end. Texts that are bound must outlive
// it.
class Run {
 public:
  explicit Run(sqlite3_stmt* statement) : statement_(statement) {}
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Run& bind(int at, std::string_view text);
  Run& bind(int at, std::int64_t number);
  Run& bind_value(int at, const Value& value);

  bool step();  // true: a row is there; throws Failure
  // SQLITE_ROW, SQLITE_DONE or an extended SQLITE_CONSTRAINT_* code; throws on anything else.
  int step_or_constraint();

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const;

 private:
  sqlite3* database() const { return sqlite3_db_handle(statement_); }
  sqlite3_stmt* statement_;
};

class Connection {
 public:
  enum class Use { write, read };
  Connection(const std::string& path, Use use);

  // Prepared once and kept.
  sqlite3_stmt* prepared(const std::string& sql);
  // Drops what is prepared when that is too much. Not while anything runs.
  void trim();
  void execute(const std::string& sql);
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  int changes() const { return sqlite3_changes(handle_.get()); }
  std::string message() const { return sqlite3_errmsg(handle_.get()); }
  sqlite3* handle() { return handle_.get(); }

  static constexpr std::size_t max_prepared = 512;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<std::string, Statement> prepared_;
};

// "users" -> "\"users\"".
std::string quoted(std::string_view name);

}  // namespace thenorsound::store::sqlite
