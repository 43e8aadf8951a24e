// A document store in memory, for tests of what stands on the port, with faults to order.
#pragma once
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include "store/document_store.hpp"

namespace thenorsound::store {

class MemoryStore : public DocumentStore {
 public:
  // in_doubt_done: written, though nobody hears of it. in_doubt_lost: not written.
  enum class Fault { none, conflict, in_doubt_done, in_doubt_lost };

  // Asked for each write, under the store's lock.
  std::function<Fault(const Write&)> fault;
  std::atomic<bool> down{false};         // everything fails
  std::atomic<int> failing_clears{0};    // this many calls of clear_messages fail
  std::atomic<std::int64_t> commits{0};  // calls of commit
  std::atomic<std::int64_t> reads{0};    // calls of find

  Task<Result<void>> declare(std::vector<CollectionSchema> schemas) override {
    if (down) co_return unavailable("down");
    const std::lock_guard lock(mutex_);
    for (auto& schema : schemas) {
      const std::string name = schema.name;
      collections_[name].schema = std::move(schema);
    }
    co_return Result<void>{};
  }

  Task<Result<DocumentPtr>> get(std::string collection, std::string id) override {
    if (down) co_return unavailable("down");
    const std::lock_guard lock(mutex_);
    auto& documents = collections_[collection].documents;
    const auto found = documents.find(id);
    co_return found == documents.end() ? DocumentPtr{} : found->second;
  }

  Task<Result<std::vector<DocumentPtr>>> find(std::string collection, Query query) override {
    if (down) co_return unavailable("down");
    ++reads;
    co_return select(collection, query);
  }

  Task<Result<std::int64_t>> count(std::string collection, Query query) override {
    if (down) co_return unavailable("down");
    query.skip = 0;
    query.limit = static_cast<std::size_t>(-1);
    co_return static_cast<std::int64_t>(select(collection, query).size());
  }

  using DocumentStore::commit;
  Task<std::vector<CommitResult>> commit(std::vector<Write> writes) override {
    ++commits;
    std::vector<CommitResult> results;
    bool sent = false;
    {
      const std::lock_guard lock(mutex_);
      for (Write& write : writes) {
        sent = sent || !write.messages.empty();
        results.push_back(apply_with_fault(write));
      }
    }
    if (sent && notify_) notify_();
    co_return results;
  }

  Task<Result<std::vector<PendingMessage>>> pending_messages(std::size_t limit) override {
    if (down) co_return unavailable("down");
    const std::lock_guard lock(mutex_);
    std::vector<PendingMessage> first;
    for (const auto& item : outbox_) {
      if (first.size() == limit) break;
      first.push_back(item);
    }
    co_return first;
  }

  Task<Result<void>> clear_messages(std::vector<PendingMessage> published) override {
    if (down || failing_clears-- > 0) co_return unavailable("down");
    const std::lock_guard lock(mutex_);
    for (const auto& done : published)
      std::erase_if(outbox_, [&](const auto& item) { return item.key == done.key; });
    co_return Result<void>{};
  }

  void on_messages(std::function<void()> notify) override { notify_ = std::move(notify); }

  Task<Result<std::size_t>> sweep(Time now) override {
    const std::lock_guard lock(mutex_);
    std::size_t swept = 0;
    for (auto& [name, collection] : collections_) {
      const std::string& field = collection.schema.expires_field;
      if (field.empty()) continue;
      swept += std::erase_if(collection.documents, [&](const auto& item) {
        const json::value* at = item.second->body.if_contains(field);
        return at != nullptr && at->is_int64() && at->get_int64() < now.ms;
      });
    }
    co_return swept;
  }

  // Everything as it is now, to go back to.
  using Contents = std::map<std::string, std::map<std::string, DocumentPtr>>;
  Contents contents() {
    const std::lock_guard lock(mutex_);
    Contents all;
    for (const auto& [name, collection] : collections_) all[name] = collection.documents;
    return all;
  }
  void put_back(const Contents& contents) {
    const std::lock_guard lock(mutex_);
    for (auto& [name, collection] : collections_) {
      const auto found = contents.find(name);
      if (found == contents.end())
        collection.documents.clear();
      else
        collection.documents = found->second;
    }
    outbox_.clear();
  }

  std::size_t size(const std::string& collection) {
    const std::lock_guard lock(mutex_);
    return collections_[collection].documents.size();
  }

 private:
  struct Held {
    CollectionSchema schema;
    std::map<std::string, DocumentPtr> documents;
  };

  CommitResult apply_with_fault(const Write& write) {
    const Fault ordered = down ? Fault::in_doubt_lost : fault ? fault(write) : Fault::none;
    CommitResult result;
    if (ordered == Fault::in_doubt_lost) return result;
    if (ordered == Fault::conflict) {
      result.outcome = Outcome::conflict;
      return result;
    }
    result = apply(write);
    if (ordered == Fault::in_doubt_done) result.outcome = Outcome::in_doubt;
    return result;
  }

  CommitResult apply(const Write& write) {
    Held& collection = collections_[write.collection];
    const auto found = collection.documents.find(write.id);
    const DocumentPtr before = found == collection.documents.end() ? nullptr : found->second;
    CommitResult result;
    result.outcome = Outcome::conflict;
    if ((before ? before->revision : 0) != write.expected) return result;
    for (const Index& index : collection.schema.indexes)
      if (!write.erase && index.unique && taken(collection, index, write)) {
        result.outcome = Outcome::duplicate;
        result.violated_field = index.fields.front();
        return result;
      }
    result.outcome = Outcome::committed;
    if (write.erase) {
      collection.documents.erase(found);
      return result;
    }
    auto document = std::make_shared<Document>();
    document->id = write.id;
    document->revision = result.revision = ++last_revision_;
    document->sequence = before ? before->sequence : 0;
    document->body = write.body;
    for (Message message : write.messages) {
      message.sequence = ++document->sequence;
      outbox_.push_back(
          {write.collection, write.id, std::to_string(++last_key_), std::move(message)});
    }
    collection.documents[write.id] = std::move(document);
    return result;
  }

  static bool taken(const Held& collection, const Index& index, const Write& write) {
    for (const auto& [id, other] : collection.documents) {
      bool same = id != write.id;
      for (const std::string& field : index.fields) {
        const json::value* mine = write.body.if_contains(field);
        const json::value* theirs = other->body.if_contains(field);
        same = same && mine != nullptr && theirs != nullptr && *mine == *theirs;
      }
      if (same) return true;
    }
    return false;
  }

  static int compare(const json::value& a, const json::value& b) {
    if (a.is_string() && b.is_string()) return a.get_string().compare(b.get_string());
    if (a.is_bool() && b.is_bool()) return int{a.get_bool()} - int{b.get_bool()};
    if (!a.is_number() || !b.is_number()) return a.kind() < b.kind() ? -1 : 1;
    const auto x = a.to_number<std::int64_t>(), y = b.to_number<std::int64_t>();
    return x < y ? -1 : x > y ? 1 : 0;
  }

  static bool holds(const json::value& value, const Condition& condition) {
    if (const json::array* items = value.if_array())
      return std::any_of(items->begin(), items->end(),
                         [&](const json::value& item) { return holds(item, condition); });
    if (value.is_null()) return false;
    if (condition.op == Op::in) {
      const json::array& any = condition.value.as_array();
      return std::any_of(any.begin(), any.end(),
                         [&](const json::value& item) { return compare(value, item) == 0; });
    }
    if (condition.op == Op::prefix)
      return std::string_view(value.as_string())
          .starts_with(std::string_view(condition.value.as_string()));
    const int order = compare(value, condition.value);
    switch (condition.op) {
      case Op::eq:
        return order == 0;
      case Op::ne:
        return order != 0;
      case Op::lt:
        return order < 0;
      case Op::le:
        return order <= 0;
      case Op::gt:
        return order > 0;
      default:
        return order >= 0;
    }
  }

  std::vector<DocumentPtr> select(const std::string& name, const Query& query) {
    const std::lock_guard lock(mutex_);
    std::vector<DocumentPtr> found;
    for (const auto& [id, document] : collections_[name].documents) {
      const bool all =
          std::all_of(query.where.begin(), query.where.end(), [&](const Condition& condition) {
            if (condition.field == "id") return holds(json::string(document->id), condition);
            const json::value* value = document->body.if_contains(condition.field);
            return value != nullptr && holds(*value, condition);
          });
      if (all) found.push_back(document);
    }
    const auto field = [&](const DocumentPtr& document) {
      const json::value* value = document->body.if_contains(query.order_by);
      return value == nullptr ? json::value() : *value;
    };
    if (!query.order_by.empty())
      std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
        const int order = compare(field(a), field(b));
        return query.descending ? order > 0 : order < 0;
      });
    else if (query.descending)
      std::reverse(found.begin(), found.end());
    found.erase(found.begin(),
                found.begin() + static_cast<std::ptrdiff_t>(std::min(query.skip, found.size())));
    if (found.size() > query.limit) found.resize(query.limit);
    return found;
  }

  std::mutex mutex_;
  std::map<std::string, Held> collections_;
  std::deque<PendingMessage> outbox_;
  std::function<void()> notify_;
  Revision last_revision_ = 0;
  std::int64_t last_key_ = 0;
};

}  // namespace thenorsound::store
