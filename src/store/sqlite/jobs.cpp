#include "store/sqlite/jobs.hpp"

#include "store/sqlite/schema.hpp"

namespace thenorsound::store::sqlite {
namespace {

Error not_written() { return unavailable("the store can't write"); }

void remember_erased(Connection& connection, const Definition& definition, std::string_view id,
                     Revision revision, std::int64_t sequence) {
  Run(connection.prepared("UPDATE thenor_collections SET floor=?2 WHERE name=?1 AND floor<?2"))
      .bind(1, definition.name)
      .bind(2, revision)
      .step();
  for (const ArrayField& array : definition.arrays)
    Run(connection.prepared(array.remove_sql)).bind(1, id).bind(2, "[]").step();
  if (sequence == 0) return;
  Run(connection.prepared(
          "INSERT OR REPLACE INTO thenor_erased(collection,id,sequence) VALUES(?1,?2,?3)"))
      .bind(1, definition.name)
      .bind(2, id)
      .bind(3, sequence)
      .step();
}

bool exists(Connection& connection, const Definition& definition, std::string_view id) {
  return Run(connection.prepared("SELECT 1 FROM " + definition.table + " WHERE id=?1"))
      .bind(1, id)
      .step();
}

// "UNIQUE constraint failed: users.f_email, users.f_kind" -> "email".
std::string violated_field(const Definition& definition, const std::string& message) {
  const std::string start = ": " + definition.name + ".";
  const auto at = message.find(start);
  if (at == std::string::npos) return {};
  const std::string column = message.substr(at + start.size());
  return field_of(column.substr(0, column.find(", " + definition.name + ".")));
}

// True when the row is written; else `result` says why not.
bool write_row(Connection& connection, PreparedWrite& write) {
  const Definition& definition = *write.definition;
  const bool insert = write.expected == 0;
  int code;
  std::string message;
  {
    Run run(connection.prepared(insert ? definition.insert_sql : definition.update_sql));
    run.bind(1, write.document->id);
    run.bind(2, static_cast<std::int64_t>(write.messages.size()));
    run.bind(3, write.body);
    int at = 4;
    if (!insert) run.bind(at++, write.expected);
    for (const Value& value : write.fields) run.bind_value(at++, value);
    code = run.step_or_constraint();
    if (code == SQLITE_ROW) {
      write.document->revision = run.integer(0);
      write.document->sequence = run.integer(1);
      return true;
    }
    message = connection.message();
  }
  if (code == SQLITE_DONE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
    write.result.outcome = Outcome::conflict;
    return false;
  }
  if (code != SQLITE_CONSTRAINT_UNIQUE) throw Failure(code, message);
  if (insert && exists(connection, definition, write.document->id)) {
    write.result.outcome = Outcome::conflict;
    return false;
  }
  write.result.outcome = Outcome::duplicate;
  write.result.violated_field = violated_field(definition, message);
  return false;
}

void write_arrays(Connection& connection, const PreparedWrite& write) {
  for (std::size_t i = 0; i < write.arrays.size(); ++i) {
    const ArrayField& array = write.definition->arrays[i];
    if (write.expected != 0)
      Run(connection.prepared(array.remove_sql))
          .bind(1, write.document->id)
          .bind(2, write.arrays[i])
          .step();
    if (write.arrays[i] == "[]") continue;
    Run(connection.prepared(array.add_sql))
        .bind(1, write.document->id)
        .bind(2, write.arrays[i])
        .step();
  }
}

void write_messages(Connection& connection, const PreparedWrite& write,
                    const std::string& service) {
  if (write.messages.empty()) return;
  sqlite3_stmt* statement =
      connection.prepared("INSERT INTO " + outbox_table(service) +
                          "(collection,document_id,sequence,message) VALUES(?1,?2,?3,?4)");
  std::int64_t sequence =
      write.document->sequence - static_cast<std::int64_t>(write.messages.size());
  for (const std::string& message : write.messages)
    Run(statement)
        .bind(1, write.definition->name)
        .bind(2, write.document->id)
        .bind(3, ++sequence)
        .bind(4, message)
        .step();
}

void erase(Connection& connection, PreparedWrite& write) {
  std::int64_t sequence = 0;
  {
    Run run(connection.prepared(write.definition->erase_sql));
    run.bind(1, write.document->id).bind(2, write.expected);
    if (!run.step()) {
      write.result.outcome = Outcome::conflict;
      return;
    }
    sequence = run.integer(0);
  }
  remember_erased(connection, *write.definition, write.document->id, write.expected, sequence);
  write.result.outcome = Outcome::committed;
}

}  // namespace

PreparedWrite prepare(DefinitionPtr definition, Write write) {
  if (write.id.empty() || write.expected < 0 ||
      (write.erase && (write.expected == 0 || !write.messages.empty())))
    throw UnexpectedFailure("a write to " + write.collection + " makes no sense");
  PreparedWrite out;
  out.definition = std::move(definition);
  out.expected = write.expected;
  out.erase = write.erase;
  out.document = std::make_shared<Document>();
  out.document->id = std::move(write.id);
  if (out.erase) return out;
  out.body = write_json(write.body);
  out.fields = field_values(*out.definition, write.body);
  for (const ArrayField& array : out.definition->arrays)
    out.arrays.push_back(array_items(array, write.body));
  for (const Message& message : write.messages)
    out.messages.push_back(write_json(to_cloud_event(message)));
  out.document->body = std::move(write.body);
  return out;
}

CommitJob::CommitJob(DocumentCache& cache, std::shared_ptr<Collections> service,
                     std::vector<PreparedWrite> writes, Resume<std::vector<CommitResult>> resume)
    : cache_(cache),
      service_(std::move(service)),
      writes_(std::move(writes)),
      resume_(std::move(resume)) {
  for (const PreparedWrite& write : writes_) {
    bytes_ += 256 + write.body.size();
    for (const std::string& message : write.messages) bytes_ += message.size();
  }
}

void CommitJob::apply(Connection& connection) {
  for (PreparedWrite& write : writes_) {
    write.result = {};
    if (write.erase) {
      erase(connection, write);
    } else if (write_row(connection, write)) {
      write_arrays(connection, write);
      write_messages(connection, write, service_->service());
      write.result.outcome = Outcome::committed;
      write.result.revision = write.document->revision;
    }
  }
}

void CommitJob::finish(Ending ending) {
  bool messages = false;
  std::vector<CommitResult> results;
  results.reserve(writes_.size());
  for (PreparedWrite& write : writes_) {
    const bool written = write.result.outcome == Outcome::committed;
    if (ending != Ending::durable) {
      // What the others were told rests on a transaction that is gone.
      write.result = {};
      write.result.outcome =
          ending == Ending::unknown && written ? Outcome::in_doubt : Outcome::refused;
    } else if (written) {
      messages = messages || !write.messages.empty();
      const std::string id = write.document->id;
      cache_.replace(write.definition->number, id,
                     write.erase ? nullptr : DocumentPtr(std::move(write.document)),
                     write.body.size());
    }
    results.push_back(std::move(write.result));
  }
  resume_(std::move(results));
  if (messages) service_->notify();
}

ClaimJob::ClaimJob(std::vector<DefinitionPtr> definitions, Resume<Result<void>> resume)
    : definitions_(std::move(definitions)), resume_(std::move(resume)), error_(not_written()) {}

void ClaimJob::apply(Connection& connection) {
  try {
    for (const DefinitionPtr& definition : definitions_) claim_name(connection, *definition);
  } catch (const NameTaken& taken) {
    error_ = make_error(Code::conflict, taken.text, "name-taken");
    throw;
  }
}

void ClaimJob::finish(Ending ending) {
  resume_(ending == Ending::durable ? Result<void>() : Result<void>(error_));
}

DeclareJob::DeclareJob(std::shared_ptr<Collections> service, std::vector<DefinitionPtr> definitions,
                       Resume<Result<void>> resume)
    : service_(std::move(service)),
      definitions_(std::move(definitions)),
      resume_(std::move(resume)),
      error_(not_written()) {}

void DeclareJob::apply(Connection& connection) {
  try {
    create_outbox(connection, service_->service());
    for (const DefinitionPtr& definition : definitions_) apply_definition(connection, *definition);
  } catch (const Failure& failure) {
    error_ = (failure.code & 0xFF) == SQLITE_CONSTRAINT
                 ? make_error(Code::conflict, "A unique index can't be made: " + failure.text,
                              "not-unique")
                 : unavailable(failure.text);
    throw;
  } catch (const UnexpectedFailure& bug) {
    error_ = make_error(Code::service_error, bug.what_, "bad-schema");
    throw;
  }
}

void DeclareJob::finish(Ending ending) {
  if (ending != Ending::durable) return resume_(Result<void>(error_));
  service_->install(definitions_);
  resume_(Result<void>());
}

ClearJob::ClearJob(std::string outbox, std::vector<std::int64_t> keys, Resume<Result<void>> resume)
    : sql_("DELETE FROM " + outbox + " WHERE key=?1"),
      keys_(std::move(keys)),
      resume_(std::move(resume)) {}

void ClearJob::apply(Connection& connection) {
  for (const std::int64_t key : keys_) Run(connection.prepared(sql_)).bind(1, key).step();
}

void ClearJob::finish(Ending ending) {
  resume_(ending == Ending::durable ? Result<void>() : Result<void>(not_written()));
}

SweepJob::SweepJob(DocumentCache& cache, std::vector<DefinitionPtr> definitions, Time now,
                   std::size_t limit, Resume<Result<std::size_t>> resume)
    : cache_(cache),
      definitions_(std::move(definitions)),
      now_(now),
      limit_(limit),
      resume_(std::move(resume)) {}

void SweepJob::apply(Connection& connection) {
  struct Row {
    std::string id;
    Revision revision;
    std::int64_t sequence;
  };
  swept_.clear();
  for (const DefinitionPtr& definition : definitions_) {
    if (definition->expires_field.empty()) continue;
    std::vector<Row> rows;
    {
      Run run(connection.prepared("DELETE FROM " + definition->table +
                                  " WHERE rowid IN (SELECT rowid FROM " + definition->table +
                                  " WHERE " + column_of(definition->expires_field) +
                                  "<=?1 LIMIT ?2) RETURNING id,revision,sequence"));
      run.bind(1, now_.ms).bind(2, static_cast<std::int64_t>(limit_ - swept_.size()));
      while (run.step()) rows.push_back({std::string(run.text(0)), run.integer(1), run.integer(2)});
    }
    for (Row& row : rows) {
      remember_erased(connection, *definition, row.id, row.revision, row.sequence);
      swept_.push_back({definition->number, std::move(row.id)});
    }
  }
}

void SweepJob::finish(Ending ending) {
  if (ending != Ending::durable) return resume_(Result<std::size_t>(not_written()));
  for (const Swept& swept : swept_) cache_.replace(swept.collection, swept.id, nullptr, 0);
  resume_(Result<std::size_t>(swept_.size()));
}

void CompactJob::finish(Ending ending) {
  resume_(ending == Ending::durable ? Result<void>() : Result<void>(not_written()));
}

}  // namespace thenorsound::store::sqlite
