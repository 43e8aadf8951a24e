#include "store/sealed_store.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace thenorsound::store {
namespace {

constexpr std::string_view collection_mark = "collection:";
constexpr std::string_view begun = "begun";  // of a collection: it may have plain values or traces
constexpr const char* hash_note = "hash";
constexpr std::string_view known_text = "thenorsound";  // what each key is tried on
constexpr std::size_t max_keys = 1'000;

std::string notes_of(const std::string& service) { return service + "_sealing"; }

std::string check_of(const Document& note) {
  return std::string(note.body.at("check").as_string());
}

Error key_problem(std::string what) { return make_error(Code::service_error, std::move(what)); }

Error cant_write(const CommitResult& result) {
  return unavailable(result.outcome == Outcome::in_doubt ? "in-doubt" : "the store can't write");
}

}  // namespace

SealedStore::SealedStore(DocumentStore& below, const Keyring& keys, std::string service)
    : below_(below), keys_(keys), service_(std::move(service)), notes_(notes_of(service_)) {}

std::vector<CollectionSchema> SealedStore::schemas_below(const std::string& service,
                                                         std::vector<CollectionSchema> schemas) {
  const bool any = std::any_of(schemas.begin(), schemas.end(),
                               [](const auto& schema) { return !SealedFields(schema).empty(); });
  if (any) {
    CollectionSchema notes;
    notes.name = notes_of(service);
    schemas.push_back(std::move(notes));
  }
  return schemas;
}

bool SealedStore::is_notes(const std::string& service, const std::string& collection) {
  return collection == notes_of(service);
}

std::optional<std::string> SealedStore::key_of_note(const std::string& id) {
  const std::string mark = note_of_key("");
  if (!id.starts_with(mark)) return {};
  return id.substr(mark.size());
}

Result<void> SealedStore::check_note(const Keyring& keys, const std::string& service,
                                     const std::string& id, const json::object& body) {
  const json::value* value = body.if_contains("check");
  const std::string check = value && value->is_string() ? std::string(value->get_string()) : "";
  if (id == hash_note && check != keys.keyed_hash(known_text))
    return key_problem(
        "numbers are hashed with another key than the one given: restore DATA/secrets or "
        "[encryption] hash_key");
  const auto key = key_of_note(id);
  if (!key) return {};
  if (!keys.has(*key))
    return key_problem("data is encrypted with the key '" + *key +
                       "', which is missing: restore DATA/secrets or [encryption] keys");
  if (const auto text = keys.open(Sealed{*key, check}, notes_of(service));
      !text || *text != known_text)
    return key_problem("data is encrypted with another key '" + *key +
                       "' than the one given: restore DATA/secrets or [encryption] keys");
  return {};
}

Task<Result<void>> SealedStore::declare(std::vector<CollectionSchema> schemas) {
  bool any = false;
  for (const CollectionSchema& schema : schemas) {
    SealedFields fields(schema);
    if (fields.empty()) continue;
    sealed_.insert_or_assign(schema.name, std::move(fields));
    any = true;
  }
  schemas = schemas_below(service_, std::move(schemas));
  const Result<void> declared = co_await below_.declare(std::move(schemas));
  if (!declared || !any) co_return declared;
  const Result<void> sound = co_await check_keys();
  if (!sound) co_return sound;
  co_return co_await seal_new_collections();
}

Task<Result<std::vector<DocumentPtr>>> SealedStore::used_keys() {
  Query query;
  query.where.push_back(Condition{"id", Op::prefix, json::value(json::string(note_of_key("")))});
  query.limit = max_keys;
  return below_.find(notes_, std::move(query));
}

Task<Result<void>> SealedStore::check_keys() {
  const auto used = co_await used_keys();
  if (!used) co_return used.error();
  bool current_is_known = false;
  for (const DocumentPtr& note : *used) {
    const Result<void> sound = check_note(keys_, service_, note->id, note->body);
    if (!sound) co_return sound;
    current_is_known = current_is_known || note->id == note_of_key(keys_.current());
  }
  const auto hash = co_await below_.get(notes_, hash_note);
  if (!hash) co_return hash.error();
  if (*hash) {
    const Result<void> sound = check_note(keys_, service_, hash_note, (*hash)->body);
    if (!sound) co_return sound;
  }
  const std::string expected = keys_.keyed_hash(known_text);
  if (!*hash) {
    const Result<void> noted = co_await note(hash_note, expected);
    if (!noted) co_return noted;
  }
  if (current_is_known) co_return Result<void>();
  std::string check = keys_.seal(known_text, notes_).data;
  co_return co_await note(note_of_key(keys_.current()), std::move(check));
}

Task<Result<void>> SealedStore::note(std::string id, std::string check) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    const auto before = co_await below_.get(notes_, id);
    if (!before) co_return before.error();
    Write write;
    write.collection = notes_;
    write.id = id;
    write.expected = *before ? (*before)->revision : 0;
    write.body["check"] = json::string(check);
    const CommitResult done = co_await below_.commit(std::move(write));
    if (done.outcome == Outcome::committed) co_return Result<void>();
    if (done.outcome != Outcome::conflict) co_return cant_write(done);
  }
  co_return unavailable("others write the same note");
}

// A collection that was written before it was sealed holds plain values, and leaves traces of them.
Task<Result<void>> SealedStore::seal_new_collections() {
  std::vector<const Fields*> unknown;
  bool traces = false;
  const std::int64_t before = sealed_when_declared_;
  for (const Fields& fields : sealed_) {
    const std::string id = std::string(collection_mark) + fields.first;
    const auto noted = co_await below_.get(notes_, id);
    if (!noted) co_return noted.error();
    const std::string state = *noted ? check_of(**noted) : "";
    if (state == fields.second.signature()) continue;
    unknown.push_back(&fields);
    traces = traces || state == begun;
    const Result<void> marked = co_await note(id, std::string(begun));
    if (!marked) co_return marked;
    const auto counts = co_await renew_collection(fields);
    if (!counts) co_return counts.error();
    sealed_when_declared_ += counts->sealed;
  }
  if (sealed_when_declared_ > before)
    log_info("plain values have been encrypted", {{"documents", sealed_when_declared_ - before}});
  if (traces || sealed_when_declared_ > before) {
    const Result<void> erased = co_await below_.erase_traces();
    if (!erased) co_return erased;
  }
  for (const Fields* fields : unknown) {
    std::string id = std::string(collection_mark) + fields->first;
    const Result<void> noted = co_await note(std::move(id), fields->second.signature());
    if (!noted) co_return noted;
  }
  co_return Result<void>();
}

Result<DocumentPtr> SealedStore::opened(const Fields& fields, DocumentPtr document) const {
  if (!document || !fields.second.has_sealed(document->body)) return document;
  auto copy = std::make_shared<Document>(*document);
  const Result<void> done = fields.second.open(keys_, copy->id, copy->body);
  if (done) return DocumentPtr(std::move(copy));
  log_error("an encrypted value can't be opened",
            {{"collection", fields.first}, {"id", document->id}, {"reason", done.error().reason}});
  return done.error();
}

Task<Result<DocumentPtr>> SealedStore::get(std::string collection, std::string id) {
  const auto fields = sealed_.find(collection);
  if (fields == sealed_.end()) return below_.get(std::move(collection), std::move(id));
  return get_opened(*fields, std::move(id));
}

Task<Result<DocumentPtr>> SealedStore::get_opened(const Fields& fields, std::string id) {
  auto document = co_await below_.get(fields.first, std::move(id));
  if (!document) co_return document;
  co_return opened(fields, std::move(*document));
}

Task<Result<std::vector<DocumentPtr>>> SealedStore::find(std::string collection, Query query) {
  const auto fields = sealed_.find(collection);
  if (fields == sealed_.end()) return below_.find(std::move(collection), std::move(query));
  fields->second.translate(keys_, query);
  return find_opened(*fields, std::move(query));
}

Task<Result<std::vector<DocumentPtr>>> SealedStore::find_opened(const Fields& fields, Query query) {
  auto documents = co_await below_.find(fields.first, std::move(query));
  if (!documents) co_return documents;
  for (DocumentPtr& document : *documents) {
    auto plain = opened(fields, std::move(document));
    if (!plain) co_return plain.error();
    document = std::move(*plain);
  }
  co_return documents;
}

Task<Result<std::int64_t>> SealedStore::count(std::string collection, Query query) {
  const auto fields = sealed_.find(collection);
  if (fields != sealed_.end()) fields->second.translate(keys_, query);
  return below_.count(std::move(collection), std::move(query));
}

Task<std::vector<CommitResult>> SealedStore::commit(std::vector<Write> writes) {
  for (Write& write : writes) {
    const auto fields = sealed_.find(write.collection);
    if (fields != sealed_.end() && !write.erase) fields->second.seal(keys_, write.id, write.body);
  }
  return below_.commit(std::move(writes));
}

Task<Result<std::vector<PendingMessage>>> SealedStore::pending_messages(std::size_t limit) {
  return below_.pending_messages(limit);
}

Task<Result<void>> SealedStore::clear_messages(std::vector<PendingMessage> published) {
  return below_.clear_messages(std::move(published));
}

void SealedStore::on_messages(std::function<void()> notify) {
  below_.on_messages(std::move(notify));
}

Task<Result<std::size_t>> SealedStore::sweep(Time now) { return below_.sweep(now); }

Task<Result<void>> SealedStore::erase_traces() { return below_.erase_traces(); }

}  // namespace thenorsound::store
