// Rotation of keys: every sealed value is brought to the current one.
#include "store/sealed_store.hpp"

namespace thenorsound::store {
namespace {

Query page_after(const std::string& id) {
  Query query;
  if (!id.empty()) query.where.push_back(Condition{"id", Op::gt, json::value(json::string(id))});
  query.limit = SealedStore::page_size;
  return query;
}

}  // namespace

Task<Result<SealedStore::Renewed>> SealedStore::renew() {
  Renewed sum;
  sum.sealed = std::exchange(sealed_when_declared_, 0);
  const std::int64_t before = sum.sealed;
  for (const Fields& fields : sealed_) {
    const auto counts = co_await renew_collection(fields);
    if (!counts) co_return counts.error();
    sum.documents += counts->documents;
    sum.sealed += counts->sealed;
    sum.renewed += counts->renewed;
  }
  if (sum.sealed > before) {
    const Result<void> erased = co_await below_.erase_traces();
    if (!erased) co_return erased.error();
  }
  co_return sum;
}

Task<Result<SealedStore::Renewed>> SealedStore::renew_collection(const Fields& fields) {
  Renewed counts;
  std::string last;
  for (;;) {
    const auto page = co_await below_.find(fields.first, page_after(last));
    if (!page) co_return page.error();
    if (page->empty()) co_return counts;
    last = page->back()->id;
    const Result<void> done = co_await renew_page(fields, *page, counts);
    if (!done) co_return done.error();
  }
}

// The document as it has to be stored. Its revision makes it conditional, and no message tells of
// it: nothing that anybody sees has changed.
Result<Write> SealedStore::renewal(const Fields& fields, const Document& document) const {
  Write write;
  write.collection = fields.first;
  write.id = document.id;
  write.expected = document.revision;
  write.body = document.body;
  const Result<void> opened = fields.second.open(keys_, document.id, write.body);
  if (!opened)
    return make_error(Code::service_error,
                      "an encrypted value of " + fields.first + " " + document.id +
                          " can't be opened; nothing of it was changed",
                      opened.error().reason);
  fields.second.seal(keys_, document.id, write.body);
  return write;
}

Task<Result<void>> SealedStore::renew_page(const Fields& fields,
                                           const std::vector<DocumentPtr>& page, Renewed& counts) {
  std::vector<Write> writes;
  std::vector<SealedFields::State> states;
  for (const DocumentPtr& document : page) {
    ++counts.documents;
    const SealedFields::State state = fields.second.state_of(keys_, document->body);
    if (state == SealedFields::State::current) continue;
    Result<Write> write = renewal(fields, *document);
    if (!write) co_return write.error();
    writes.push_back(std::move(*write));
    states.push_back(state);
  }
  if (writes.empty()) co_return Result<void>();
  std::vector<std::string> ids;
  for (const Write& write : writes) ids.push_back(write.id);
  const std::vector<CommitResult> results = co_await below_.commit(std::move(writes));
  for (std::size_t i = 0; i < results.size(); ++i) {
    ++(states[i] == SealedFields::State::plain ? counts.sealed : counts.renewed);
    if (results[i].outcome == Outcome::committed) continue;
    const Result<void> done = co_await renew_one(fields, ids[i]);
    if (!done) co_return done;
  }
  co_return Result<void>();
}

// Somebody else wrote it, or nobody knows: look again.
Task<Result<void>> SealedStore::renew_one(const Fields& fields, std::string id) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    const auto document = co_await below_.get(fields.first, id);
    if (!document) co_return document.error();
    if (!*document ||
        fields.second.state_of(keys_, (*document)->body) == SealedFields::State::current)
      co_return Result<void>();
    Result<Write> write = renewal(fields, **document);
    if (!write) co_return write.error();
    const CommitResult done = co_await below_.commit(std::move(*write));
    if (done.outcome == Outcome::committed) co_return Result<void>();
    if (done.outcome == Outcome::duplicate)
      co_return make_error(Code::service_error,
                           fields.first + " " + id +
                               " has a number that another one has too: " + done.violated_field);
  }
  co_return unavailable("a document that is written all the time");
}

Task<Result<void>> SealedStore::forget_old_keys() {
  if (sealed_.empty()) co_return Result<void>();
  const auto notes = co_await used_keys();
  if (!notes) co_return notes.error();
  for (const DocumentPtr& note : *notes) {
    if (note->id == note_of_key(keys_.current())) continue;
    Write write;
    write.collection = notes_;
    write.id = note->id;
    write.expected = note->revision;
    write.erase = true;
    const CommitResult done = co_await below_.commit(std::move(write));
    if (done.outcome != Outcome::committed && done.outcome != Outcome::conflict)
      co_return unavailable("the store can't write");
  }
  co_return Result<void>();
}

}  // namespace thenorsound::store
