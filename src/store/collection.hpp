// A typed view of one collection: keeps JSON out of the rules. T is described with
// BOOST_DESCRIBE_STRUCT and has no member for id or revision beyond what it needs itself;
// T must have `std::string document_id() const`.
//
//   Result<Event> renamed = co_await events.modify(trace, id, rename);
// where `rename` is a named lambda  Result<Change>(Event& event, Outgoing& out).
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "base/context.hpp"
#include "store/document_store.hpp"
#include "store/modify_queue.hpp"

namespace thenorsound::store {

template <class T>
struct Stored {
  T value;
  Revision revision = 0;
};

template <class T>
class Collection {
 public:
  // `source` is the service's name, the `source` of its messages.
  Collection(DocumentStore& store, const Clock& clock, std::string name, std::string source)
      : store_(store), name_(std::move(name)), queue_(store, clock, name_, std::move(source)) {}

  DocumentStore& store() { return store_; }
  const std::string& name() const { return name_; }

  // Nothing where there is none.
  Task<Result<std::optional<T>>> get(std::string id) {
    auto document = co_await store_.get(name_, std::move(id));
    if (!document) co_return document.error();
    if (!*document) co_return std::optional<T>{};
    co_return std::optional<T>(from_document<T>((*document)->body));
  }
  Task<Result<std::vector<T>>> find(Query query) {
    auto documents = co_await store_.find(name_, std::move(query));
    if (!documents) co_return documents.error();
    std::vector<T> values;
    values.reserve(documents->size());
    for (const DocumentPtr& document : *documents)
      values.push_back(from_document<T>(document->body));
    co_return values;
  }
  Task<Result<std::int64_t>> count(Query query) { return store_.count(name_, std::move(query)); }

  // The document as it now is. Errors: conflict with reason "exists" where the id is taken;
  // conflict with reason "duplicate:<field>" where a unique index refuses; unavailable.
  Task<Result<T>> insert(Trace trace, T value, Outgoing out = {}) {
    auto done = co_await queue_.insert(std::move(trace), value.document_id(), to_document(value),
                                       std::move(out));
    if (!done) co_return done.error();
    co_return std::move(value);
  }

  // Applies the pure function `change(T&, Outgoing&)` -> Result<Change> to the latest state and
  // commits; repeats on conflict, never when in doubt. Changes of one document that wait at the
  // same time, in this process, are applied one after another and committed together; a refusal
  // of one leaves the others be. Returns T as `change` left it. Errors: not_found with reason
  // "absent"; the refusal of `change`; conflict "duplicate:<field>"; unavailable (reason
  // "in-doubt" where the outcome is not known).
  // `change` may run more than once and on another thread: it must capture by value (or things
  // that outlive the call) and be free of side effects.
  template <class F>
  Task<Result<T>> modify(Trace trace, std::string id, F change) {
    auto after = std::make_shared<T>();
    ChangeFunction erased = [after, change = std::move(change)](std::shared_ptr<void>& state,
                                                                Outgoing& out) -> Result<Change> {
      T copy = *std::static_pointer_cast<T>(state);
      Result<Change> outcome = change(copy, out);
      if (!outcome) return outcome;
      *after = copy;
      if (*outcome == Change::yes) state = std::make_shared<T>(std::move(copy));
      return outcome;
    };
    Result<void> done = co_await queue_.modify(std::move(trace), std::move(id), std::move(erased),
                                               &read_state, &write_state);
    if (!done) co_return done.error();
    co_return std::move(*after);
  }

  // Removes it whatever its revision; no error where there is none.
  Task<Result<void>> erase(std::string id) { return queue_.erase(std::move(id)); }

 private:
  static std::shared_ptr<void> read_state(const json::object& body) {
    return std::make_shared<T>(from_document<T>(body));
  }
  static json::object write_state(const std::shared_ptr<void>& state) {
    return to_document(*std::static_pointer_cast<T>(state));
  }

  DocumentStore& store_;
  std::string name_;
  ModifyQueue queue_;
};

}  // namespace thenorsound::store
