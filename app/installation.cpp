#include "installation.hpp"

#include "base/codec.hpp"

namespace thenorsound::app {
namespace {
constexpr const char* collection = "installation";
}

Task<Result<void>> declare_installation(store::DocumentStore& store) {
  store::CollectionSchema schema;
  schema.name = collection;
  std::vector<store::CollectionSchema> schemas;
  schemas.push_back(std::move(schema));
  co_return co_await store.declare(std::move(schemas));
}

Task<Result<std::optional<Installation>>> read_installation(store::DocumentStore& store) {
  auto document = co_await store.get(collection, collection);
  if (!document) co_return document.error();
  if (!*document) co_return std::optional<Installation>{};
  co_return std::optional<Installation>(from_document<Installation>((*document)->body));
}

Task<Result<void>> write_installation(store::DocumentStore& store, Installation installation) {
  auto before = co_await store.get(collection, collection);
  if (!before) co_return before.error();
  store::Write write;
  write.collection = collection;
  write.id = collection;
  write.expected = *before ? (*before)->revision : 0;
  write.body = to_document(installation);
  const store::CommitResult done = co_await store.commit(std::move(write));
  if (done.outcome != store::Outcome::committed) co_return unavailable("installation not written");
  co_return Result<void>();
}

}  // namespace thenorsound::app
