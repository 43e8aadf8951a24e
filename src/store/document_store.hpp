// The store port. One atomic step: a conditional write of ONE document, with the messages that
// tell of it. Everything that must be consistent is designed around that.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/message.hpp"
#include "base/task.hpp"

namespace thenorsound::store {

using Revision = std::int64_t;  // 0: not there; no id has the same one twice, erased or not

struct Document {
  std::string id;
  Revision revision = 0;
  std::int64_t sequence = 0;  // messages sent so far about this id; goes on after an erase
  json::object body;          // without id, revision, sequence
};
using DocumentPtr = std::shared_ptr<const Document>;  // may be shared: never changed

// Conditions name declared fields only, or "id": the document's own. They compare values of one
// type. A condition on an array field holds where one of its items meets it.
enum class Op { eq, ne, lt, le, gt, ge, in, prefix };  // in: value is an array; prefix: text
struct Condition {
  std::string field;
  Op op = Op::eq;
  json::value value;
};
struct Query {
  std::vector<Condition> where;  // all must hold
  std::string order_by;          // a scalar field, missing first; ties and empty: by id
  bool descending = false;
  std::size_t limit = 50;  // at most 10,000
  std::size_t skip = 0;
};

struct Index {
  std::vector<std::string> fields;
  bool unique = false;  // over documents that have all its fields
};
// A member of the body that is not kept as it is ("seller.orgNumber"): where `when` says so of
// its value, or always.
struct ProtectedField {
  std::string path;
  bool (*when)(const json::value& value) = nullptr;
};
struct CollectionSchema {
  std::string name;
  std::vector<std::string> fields;  // scalar members of the body (text, integer, bool) that
                                    // queries name; a missing one is null and meets no condition
  std::vector<std::string> arrays;  // members that are arrays of texts
  std::vector<Index> indexes;       // over `fields`; every query must be answered by one of them
                                    // (or by an array field's own)
  std::string expires_field;        // integer ms; documents past it are swept, some time
  // What SealedStore does before a document reaches an adapter, which knows nothing of it.
  std::vector<ProtectedField> sealed;  // encrypted; none of `fields`
  std::vector<ProtectedField> hashed;  // a keyed hash instead: of `fields`, asked for by eq only
};

struct Write {
  std::string collection;
  std::string id;
  Revision expected = 0;  // 0: the document must not be there
  bool erase = false;     // removes it (expected > 0; messages must be empty)
  json::object body;
  std::vector<Message> messages;  // complete, but for `sequence` (given by the store)
};

enum class Outcome {
  committed,  // durable: survives a crash at any instant from now on
  conflict,   // nothing happened: the revision is another one
  duplicate,  // nothing happened: a unique index refuses it
  refused,    // nothing happened: the store is overloaded or can't write right now
  in_doubt,   // unknown; never repeat blindly: read, then decide
};
struct CommitResult {
  Outcome outcome = Outcome::in_doubt;
  Revision revision = 0;       // the new one, when committed
  std::string violated_field;  // first field of the index, when duplicate
};

// A message that is committed but not yet known to be published.
struct PendingMessage {
  std::string collection;
  std::string document_id;
  std::string key;  // names this message within the store
  Message message;
  bool own = true;  // committed by this process: no other is likely to be publishing it
};

// One service's view of its database. Thread-safe. All calls may fail with service_unavailable.
class DocumentStore {
 public:
  virtual ~DocumentStore() = default;

  // Creates what is missing: collections, columns, indexes. Call once, before use.
  virtual Task<Result<void>> declare(std::vector<CollectionSchema> schemas) = 0;

  // Null where there is none.
  virtual Task<Result<DocumentPtr>> get(std::string collection, std::string id) = 0;
  virtual Task<Result<std::vector<DocumentPtr>>> find(std::string collection, Query query) = 0;
  virtual Task<Result<std::int64_t>> count(std::string collection, Query query) = 0;

  // Each write is atomic by itself and stands for itself; the results are in the same order.
  // Given together they share one trip to the disk.
  virtual Task<std::vector<CommitResult>> commit(std::vector<Write> writes) = 0;
  Task<CommitResult> commit(Write write);

  // The outbox: messages in the order in which each document sent them.
  virtual Task<Result<std::vector<PendingMessage>>> pending_messages(std::size_t limit) = 0;
  virtual Task<Result<void>> clear_messages(std::vector<PendingMessage> published) = 0;
  // `notify` is called, on any thread, after a commit that has messages.
  virtual void on_messages(std::function<void()> notify) = 0;

  // Removes expired documents; returns how many (at most a thousand a call).
  virtual Task<Result<std::size_t>> sweep(Time now) = 0;

  // Overwritten and erased contents leave the store's files too, where that lies in its hands.
  // Takes long.
  virtual Task<Result<void>> erase_traces();
};

}  // namespace thenorsound::store
