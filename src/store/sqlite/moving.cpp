#include "store/sqlite/moving.hpp"

#include <map>

#include "store/sqlite/schema.hpp"

namespace thenorsound::store::sqlite {
namespace {

Kept kept_of(const Run& row) {
  Kept kept;
  kept.id = row.text(0);
  kept.sequence = row.integer(1);
  if (row.integer(2) != 0) kept.body = std::move(read_own_json(row.text(3)).as_object());
  return kept;
}

void add_messages(Connection& connection, const Definition& d, std::vector<Kept>& documents) {
  std::map<std::string, Kept*, std::less<>> by_id;
  for (Kept& kept : documents) by_id.emplace(kept.id, &kept);
  Run run(connection.prepared("SELECT document_id,sequence,message FROM " +
                              outbox_table(d.service) +
                              " WHERE collection=?1 AND document_id BETWEEN ?2 AND ?3 "
                              "ORDER BY key"));
  run.bind(1, d.name).bind(2, documents.front().id).bind(3, documents.back().id);
  while (run.step()) {
    const auto found = by_id.find(run.text(0));
    auto message = from_cloud_event(read_own_json(run.text(2)).as_object());
    if (!message || found == by_id.end())
      throw UnexpectedFailure("a message in the outbox can't be read");
    message->sequence = run.integer(1);
    found->second->messages.push_back(std::move(*message));
  }
}

}  // namespace

std::vector<Kept> scan(Connection& connection, const Definition& d, const std::string& after,
                       std::size_t limit) {
  std::vector<Kept> documents;
  {
    Run run(connection.prepared(
        "SELECT id,sequence,1,body FROM " + d.table +
        " WHERE id>?1 UNION ALL SELECT id,sequence,0,'' FROM thenor_erased AS e WHERE "
        "collection=?2 AND id>?1 AND NOT EXISTS(SELECT 1 FROM " +
        d.table + " AS c WHERE c.id=e.id) ORDER BY id LIMIT ?3"));
    run.bind(1, after).bind(2, d.name).bind(3, static_cast<std::int64_t>(limit));
    while (run.step()) documents.push_back(kept_of(run));
  }
  if (!documents.empty()) add_messages(connection, d, documents);
  return documents;
}

RestoreJob::RestoreJob(DocumentCache& cache, DefinitionPtr definition, std::vector<Kept> documents,
                       Resume<Result<void>> resume)
    : cache_(cache),
      definition_(std::move(definition)),
      documents_(std::move(documents)),
      resume_(std::move(resume)),
      error_(unavailable("the store can't write")) {
  json::array ids;
  for (const Kept& kept : documents_) ids.emplace_back(json::string(kept.id));
  ids_ = write_json(json::value(std::move(ids)));
}

void RestoreJob::apply(Connection& connection) {
  remove(connection);
  for (const Kept& kept : documents_) {
    insert(connection, kept);
    insert_outbox(connection, kept);
  }
}

// What is there, whatever it is. No id gets a revision that it had before.
void RestoreJob::remove(Connection& connection) const {
  const std::string here = " IN (SELECT value FROM json_each(?1))";
  const auto run = [&](const std::string& sql, bool named) {
    Run statement(connection.prepared(sql));
    statement.bind(1, ids_);
    if (named) statement.bind(2, definition_->name);
    statement.step();
  };
  run("UPDATE thenor_collections SET floor=max(floor,(SELECT coalesce(max(revision),0) FROM " +
          definition_->table + " WHERE id" + here + ")) WHERE name=?2",
      true);
  run("DELETE FROM " + definition_->table + " WHERE id" + here, false);
  for (const ArrayField& array : definition_->arrays)
    run("DELETE FROM " + array.table + " WHERE id" + here, false);
  run("DELETE FROM thenor_erased WHERE id" + here + " AND collection=?2", true);
  run("DELETE FROM " + outbox_table(definition_->service) + " WHERE document_id" + here +
          " AND collection=?2",
      true);
}

void RestoreJob::insert(Connection& connection, const Kept& kept) {
  const Definition& d = *definition_;
  if (!kept.body) {
    Run(connection.prepared("INSERT INTO thenor_erased(collection,id,sequence) VALUES(?1,?2,?3)"))
        .bind(1, d.name)
        .bind(2, kept.id)
        .bind(3, kept.sequence)
        .step();
    return;
  }
  const std::string body = write_json(*kept.body);
  const std::vector<Value> fields = field_values(d, *kept.body);
  {
    Run run(connection.prepared(d.insert_sql));
    run.bind(1, kept.id).bind(2, kept.sequence).bind(3, body);
    for (std::size_t i = 0; i < fields.size(); ++i)
      run.bind_value(static_cast<int>(i) + 4, fields[i]);
    if (const int code = run.step_or_constraint(); code != SQLITE_ROW) {
      const std::string message = connection.message();
      error_ =
          make_error(Code::conflict, d.name + " " + kept.id + " has what another one has", message);
      throw Failure(code, message);
    }
  }
  for (const ArrayField& array : d.arrays) {
    const std::string items = array_items(array, *kept.body);
    Run(connection.prepared(array.add_sql)).bind(1, kept.id).bind(2, items).step();
  }
}

void RestoreJob::insert_outbox(Connection& connection, const Kept& kept) const {
  for (const Message& message : kept.messages) {
    const std::string text = write_json(to_cloud_event(message));
    Run(connection.prepared("INSERT INTO " + outbox_table(definition_->service) +
                            "(collection,document_id,sequence,message) VALUES(?1,?2,?3,?4)"))
        .bind(1, definition_->name)
        .bind(2, kept.id)
        .bind(3, message.sequence)
        .bind(4, text)
        .step();
  }
}

void RestoreJob::finish(Ending ending) {
  if (ending != Ending::durable) return resume_(Result<void>(error_));
  for (const Kept& kept : documents_) cache_.replace(definition_->number, kept.id, nullptr, 0);
  resume_(Result<void>());
}

}  // namespace thenorsound::store::sqlite
