// Brings the tables of a file to what is declared. Runs inside a transaction of the writer.
#pragma once
#include <string>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/definition.hpp"

namespace thenorsound::store::sqlite {

// The tables every file has.
void create_common_tables(Connection& connection);
std::string outbox_table(const std::string& service);  // quoted
void create_outbox(Connection& connection, const std::string& service);
// Throws NameTaken where another service has the collection.
void claim_name(Connection& connection, const Definition& definition);
// Adds and fills what is new, drops columns and indexes no longer declared. Throws Failure where a
// unique index can't be made.
void apply_definition(Connection& connection, const Definition& definition);

struct NameTaken : std::exception {
  explicit NameTaken(std::string what) : text(std::move(what)) {}
  const char* what() const noexcept override { return text.c_str(); }
  std::string text;
};

}  // namespace thenorsound::store::sqlite
