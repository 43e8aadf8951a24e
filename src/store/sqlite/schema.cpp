#include "store/sqlite/schema.hpp"

#include <set>

namespace thenorsound::store::sqlite {
namespace {

constexpr std::int64_t backfill_step = 500;

std::set<std::string> names(Connection& connection, const std::string& sql,
                            std::string_view parameter) {
  std::set<std::string> found;
  Run run(connection.prepared(sql));
  run.bind(1, parameter);
  while (run.step()) found.emplace(run.text(0));
  return found;
}

// Drops what is no longer declared: a stale unique index would refuse writes, a stale column
// would be believed when it is declared again.
void drop_undeclared(Connection& connection, const Definition& d) {
  std::set<std::string> wanted;
  for (const Index& index : d.indexes) wanted.insert(index_name(d, index));
  for (const std::string& name :
       names(connection, "SELECT name FROM pragma_index_list(?1) WHERE origin='c'", d.name))
    if (!wanted.contains(name)) connection.execute("DROP INDEX " + quoted(name));
  for (const std::string& column :
       names(connection,
             "SELECT name FROM pragma_table_info(?1) WHERE name LIKE 'f\\_%' ESCAPE '\\'", d.name))
    if (!d.has_field(field_of(column)))
      connection.execute("ALTER TABLE " + d.table + " DROP COLUMN " + quoted(column));
  const std::string prefix = d.name + ".";
  for (const std::string& table :
       names(connection,
             "SELECT name FROM sqlite_schema WHERE type='table' AND substr(name,1,length(?1))=?1",
             prefix))
    if (d.array(table.substr(prefix.size())) == nullptr)
      connection.execute("DROP TABLE " + quoted(table));
}

struct Missing {
  std::vector<std::size_t> fields;
  std::vector<std::size_t> arrays;
};

Missing add_missing(Connection& connection, const Definition& d) {
  Missing missing;
  const auto columns = names(connection, "SELECT name FROM pragma_table_info(?1)", d.name);
  for (std::size_t i = 0; i < d.fields.size(); ++i) {
    const std::string column = column_of(d.fields[i]);
    if (columns.contains(column.substr(1, column.size() - 2))) continue;
    connection.execute("ALTER TABLE " + d.table + " ADD COLUMN " + column + " ANY");
    missing.fields.push_back(i);
  }
  const auto tables = names(connection, "SELECT name FROM sqlite_schema WHERE type=?1", "table");
  for (std::size_t i = 0; i < d.arrays.size(); ++i) {
    const std::string& table = d.arrays[i].table;
    const std::string name = table.substr(1, table.size() - 2);
    if (tables.contains(name)) continue;
    connection.execute("CREATE TABLE " + table +
                       "(value TEXT NOT NULL,id TEXT NOT NULL,PRIMARY KEY(value,id)) "
                       "STRICT,WITHOUT ROWID");
    connection.execute("CREATE INDEX " + quoted(name + ":id") + " ON " + table + "(id,value)");
    missing.arrays.push_back(i);
  }
  return missing;
}

void backfill_one(Connection& connection, const Definition& d, const Missing& missing,
                  const std::string& id, const json::object& body) {
  const std::vector<Value> values = field_values(d, body);
  for (const std::size_t i : missing.fields) {
    Run update(connection.prepared("UPDATE " + d.table + " SET " + column_of(d.fields[i]) +
                                   "=?2 WHERE id=?1"));
    update.bind(1, id).bind_value(2, values[i]).step();
  }
  for (const std::size_t i : missing.arrays) {
    const std::string items = array_items(d.arrays[i], body);
    Run(connection.prepared(d.arrays[i].add_sql)).bind(1, id).bind(2, items).step();
  }
}

void backfill(Connection& connection, const Definition& d, const Missing& missing) {
  if (missing.fields.empty() && missing.arrays.empty()) return;
  struct Row {
    std::int64_t rowid;
    std::string id, body;
  };
  std::int64_t after = 0;
  for (;;) {
    std::vector<Row> rows;
    {
      Run run(connection.prepared("SELECT rowid,id,body FROM " + d.table +
                                  " WHERE rowid>?1 ORDER BY rowid LIMIT ?2"));
      run.bind(1, after).bind(2, backfill_step);
      while (run.step())
        rows.push_back({run.integer(0), std::string(run.text(1)), std::string(run.text(2))});
    }
    if (rows.empty()) return;
    for (const Row& row : rows)
      backfill_one(connection, d, missing, row.id, read_own_json(row.body).as_object());
    after = rows.back().rowid;
  }
}

void create_indexes(Connection& connection, const Definition& d) {
  for (const Index& index : d.indexes) {
    std::string columns;
    bool with_id = index.unique;
    for (const std::string& field : index.fields) {
      if (!columns.empty()) columns += ',';
      columns += column_of(field);
      with_id = with_id || field == "id";
    }
    // Ordering by a field needs the id as tie-breaker.
    if (!with_id) columns += ",id";
    connection.execute(std::string(index.unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX") +
                       " IF NOT EXISTS " + quoted(index_name(d, index)) + " ON " + d.table + "(" +
                       columns + ")");
  }
}

}  // namespace

void create_common_tables(Connection& connection) {
  // floor: the highest revision any erased document of the collection had; a new one starts
  // above, so that a revision never comes twice for an id.
  connection.execute(
      "CREATE TABLE IF NOT EXISTS thenor_collections("
      "name TEXT PRIMARY KEY,service TEXT NOT NULL,floor INTEGER NOT NULL) STRICT,WITHOUT ROWID;"
      // The last sequence of documents that sent messages and were erased.
      "CREATE TABLE IF NOT EXISTS thenor_erased("
      "collection TEXT NOT NULL,id TEXT NOT NULL,sequence INTEGER NOT NULL,"
      "PRIMARY KEY(collection,id)) STRICT,WITHOUT ROWID");
}

std::string outbox_table(const std::string& service) { return quoted("outbox_" + service); }

void create_outbox(Connection& connection, const std::string& service) {
  connection.execute("CREATE TABLE IF NOT EXISTS " + outbox_table(service) +
                     "(key INTEGER PRIMARY KEY AUTOINCREMENT,collection TEXT NOT NULL,"
                     "document_id TEXT NOT NULL,sequence INTEGER NOT NULL,message TEXT NOT NULL) "
                     "STRICT");
}

void claim_name(Connection& connection, const Definition& d) {
  {
    Run insert(connection.prepared(
        "INSERT OR IGNORE INTO thenor_collections(name,service,floor) VALUES(?1,?2,0)"));
    insert.bind(1, d.name).bind(2, d.service).step();
  }
  Run owner(connection.prepared("SELECT service FROM thenor_collections WHERE name=?1"));
  owner.bind(1, d.name).step();
  if (owner.text(0) != d.service)
    throw NameTaken("collection " + d.name + " belongs to service " + std::string(owner.text(0)));
}

void apply_definition(Connection& connection, const Definition& definition) {
  claim_name(connection, definition);
  std::string columns;  // before the body, which may spill to other pages
  for (const std::string& field : definition.fields) columns += column_of(field) + " ANY,";
  connection.execute("CREATE TABLE IF NOT EXISTS " + definition.table +
                     "(id TEXT PRIMARY KEY NOT NULL,revision INTEGER NOT NULL,"
                     "sequence INTEGER NOT NULL," +
                     columns + "body TEXT NOT NULL) STRICT");
  drop_undeclared(connection, definition);
  const Missing missing = add_missing(connection, definition);
  backfill(connection, definition, missing);
  create_indexes(connection, definition);
}

}  // namespace thenorsound::store::sqlite
