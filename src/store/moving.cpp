#include "store/moving.hpp"

#include <algorithm>

#include "store/sealed_store.hpp"

namespace thenorsound::store {
namespace {

constexpr std::size_t page_size = 200;

Error refused(std::string what) { return make_error(Code::validation_error, std::move(what)); }

const MovedService* find(const MovedServices& services, const std::string& name) {
  for (const MovedService& service : services)
    if (service.name == name) return &service;
  return nullptr;
}

Task<Result<void>> write_collection(MovableStore& from, std::string collection,
                                    ExportWriter& writer) {
  for (std::string after;;) {
    const auto page = co_await from.scan(collection, after, page_size);
    if (!page) co_return page.error();
    if (page->empty()) co_return Result<void>();
    for (const Kept& kept : *page) writer.add(kept);
    after = page->back().id;
  }
}

Task<Result<CollectionSum>> sum_of(MovableStore& store, std::string service,
                                   std::string collection) {
  Summing sum(std::move(service), collection);
  for (std::string after;;) {
    const auto page = co_await store.scan(collection, after, page_size);
    if (!page) co_return page.error();
    if (page->empty()) break;
    for (const Kept& kept : *page) sum.add(line_of(kept));
    after = page->back().id;
  }
  co_return sum.finish();
}

void note(ExportContent& content, ExportReader::Batch& batch) {
  const bool notes = SealedStore::is_notes(batch.service, batch.collection);
  for (Kept& kept : batch.documents) {
    if (!kept.body) continue;
    collect_keys(json::value(*kept.body), content.keys);
    if (!notes) continue;
    if (const auto key = SealedStore::key_of_note(kept.id)) content.keys.insert(*key);
    content.notes.push_back({batch.service, kept.id, std::move(*kept.body)});
  }
}

}  // namespace

Task<Result<void>> write_all(MovedServices services, ExportWriter& writer) {
  for (const MovedService& service : services)
    for (const std::string& collection : service.collections) {
      writer.begin(service.name, collection);
      const Result<void> done = co_await write_collection(*service.store, collection, writer);
      if (!done) co_return done;
    }
  co_return Result<void>();
}

std::int64_t ExportContent::documents_of(std::string_view collection) const {
  for (const CollectionSum& sum : collections)
    if (sum.name == collection) return sum.documents;
  return 0;
}

Result<ExportContent> read_through(const std::string& path) {
  auto reader = ExportReader::open(path);
  if (!reader) return reader.error();
  ExportContent content;
  content.header = (*reader)->header();
  for (bool end = false; !end;) {
    Result<ExportReader::Batch> batch = (*reader)->next();
    if (!batch) return batch.error();
    end = batch->end;
    note(content, *batch);
  }
  content.collections = (*reader)->collections();
  return content;
}

Result<void> check_collections(const ExportContent& content, const MovedServices& services) {
  for (const CollectionSum& sum : content.collections) {
    const MovedService* service = find(services, sum.service);
    if (service == nullptr || std::find(service->collections.begin(), service->collections.end(),
                                        sum.name) == service->collections.end())
      return refused("it holds the collection " + sum.name + " of service " + sum.service +
                     ", which this program does not have");
  }
  return {};
}

Result<void> check_keys(const ExportContent& content, const Keyring* keys) {
  std::string missing;
  for (const std::string& key : content.keys)
    if (keys == nullptr || !keys->has(key)) missing += (missing.empty() ? "" : ", ") + key;
  if (!missing.empty())
    return make_error(Code::service_error,
                      "data is encrypted with keys that are missing here: " + missing +
                          "; bring DATA/secrets or [encryption] keys along");
  if (keys == nullptr) return {};
  for (const ExportContent::Note& note : content.notes) {
    const Result<void> sound = SealedStore::check_note(*keys, note.service, note.id, note.body);
    if (!sound) return sound;
  }
  return {};
}

Task<Result<bool>> is_empty(MovedServices services) {
  for (const MovedService& service : services)
    for (const std::string& collection : service.collections) {
      const auto first = co_await service.store->scan(collection, "", 1);
      if (!first) co_return first.error();
      if (!first->empty()) co_return false;
    }
  co_return true;
}

Task<Result<void>> restore_all(MovedServices services, std::string path) {
  auto reader = ExportReader::open(path);
  if (!reader) co_return reader.error();
  for (bool end = false; !end;) {
    Result<ExportReader::Batch> batch = (*reader)->next();
    if (!batch) co_return batch.error();
    end = batch->end;
    if (batch->documents.empty()) continue;
    const MovedService* service = find(services, batch->service);
    if (service == nullptr) co_return refused("it is another file now than it was");
    const Result<void> done =
        co_await service->store->restore(std::move(batch->collection), std::move(batch->documents));
    if (!done) co_return done;
  }
  co_return Result<void>();
}

Task<Result<void>> compare_all(MovedServices services, std::vector<CollectionSum> expected) {
  for (const MovedService& service : services)
    for (const std::string& collection : service.collections) {
      const auto found = co_await sum_of(*service.store, service.name, collection);
      if (!found) co_return found.error();
      const auto wanted =
          std::find_if(expected.begin(), expected.end(), [&](const CollectionSum& sum) {
            return sum.service == service.name && sum.name == collection;
          });
      const bool same = wanted == expected.end() ? found->documents == 0 : *found == *wanted;
      if (same) continue;
      co_return make_error(Code::service_error, "the store does not hold what the file does, in " +
                                                    collection + " of " + service.name + ": " +
                                                    std::to_string(found->documents) +
                                                    " documents");
    }
  co_return Result<void>();
}

}  // namespace thenorsound::store
