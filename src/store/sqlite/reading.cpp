#include "store/sqlite/reading.hpp"

#include "store/sqlite/schema.hpp"

namespace thenorsound::store::sqlite {

DocumentPtr read_document(DocumentCache& cache, const Definition& definition,
                          const std::string& id) {
  const DocumentCache::Moment moment = cache.moment();
  auto document = std::make_shared<Document>();
  std::size_t bytes = 0;
  {
    Readers::Lease reader = definition.file->readers.lend();
    Run run((*reader).prepared(definition.get_sql));
    if (!run.bind(1, id).step()) return nullptr;
    document->id = id;
    document->revision = run.integer(0);
    document->sequence = run.integer(1);
    document->body = std::move(read_own_json(run.text(2)).as_object());
    bytes = run.text(2).size();
  }
  cache.keep(moment, definition.number, document, bytes);
  return document;
}

std::vector<DocumentPtr> read_documents(DocumentCache& cache, const Definition& definition,
                                        const Query& query) {
  const QuerySql sql = find_sql(definition, query);
  const DocumentCache::Moment moment = cache.moment();
  Readers::Lease reader = definition.file->readers.lend();
  const std::string chosen = definition.file->plans.choose(*reader, sql);
  Run run((*reader).prepared(chosen));
  for (std::size_t i = 0; i < sql.values.size(); ++i)
    run.bind_value(static_cast<int>(i) + 1, sql.values[i]);
  std::vector<DocumentPtr> documents;
  while (run.step()) {
    DocumentPtr held = cache.find(definition.number, run.text(0));
    if (!held || held->revision != run.integer(1)) {
      auto document = std::make_shared<Document>();
      document->id = run.text(0);
      document->revision = run.integer(1);
      document->sequence = run.integer(2);
      // Sees what `run` sees: the snapshot lasts as long as it runs.
      Run row((*reader).prepared(definition.body_sql));
      if (!row.bind(1, run.integer(3)).step()) throw UnexpectedFailure("a row without a body");
      document->body = std::move(read_own_json(row.text(0)).as_object());
      cache.keep(moment, definition.number, document, row.text(0).size());
      held = std::move(document);
    }
    documents.push_back(std::move(held));
  }
  return documents;
}

std::int64_t read_count(const Definition& definition, const Query& query) {
  const QuerySql sql = count_sql(definition, query);
  Readers::Lease reader = definition.file->readers.lend();
  const std::string chosen = definition.file->plans.choose(*reader, sql);
  Run run((*reader).prepared(chosen));
  for (std::size_t i = 0; i < sql.values.size(); ++i)
    run.bind_value(static_cast<int>(i) + 1, sql.values[i]);
  run.step();
  return run.integer(0);
}

std::vector<PendingMessage> read_outbox(File& file, const std::string& service, std::size_t limit) {
  Readers::Lease reader = file.readers.lend();
  Run run((*reader).prepared("SELECT key,collection,document_id,sequence,message FROM " +
                             outbox_table(service) + " ORDER BY key LIMIT ?1"));
  run.bind(1, static_cast<std::int64_t>(limit));
  std::vector<PendingMessage> pending;
  while (run.step()) {
    auto message = from_cloud_event(read_own_json(run.text(4)).as_object());
    if (!message) throw UnexpectedFailure("a message in the outbox can't be read");
    message->sequence = run.integer(3);
    pending.push_back({std::string(run.text(1)), std::string(run.text(2)),
                       std::to_string(run.integer(0)), std::move(*message)});
  }
  return pending;
}

}  // namespace thenorsound::store::sqlite
