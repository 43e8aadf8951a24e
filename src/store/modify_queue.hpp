// Read-modify-write of one document: changes that wait for the same document in this process are
// applied together in one commit; between processes, jittered back-off.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/context.hpp"
#include "store/document_store.hpp"

namespace thenorsound::store {

enum class Change { no, yes };  // no: nothing to write (an action repeated)

// What a change wants to say on the bus; completed (id, subject, sequence, time, trace) on commit.
struct Outgoing {
  struct Item {
    std::string type;
    json::object data;
    std::string source;  // empty: the collection's
  };
  std::vector<Item> items;
  void add(std::string type, json::object data) {
    items.push_back(Item{std::move(type), std::move(data), {}});
  }
};

// `state` is the decoded document; a change that succeeds with Change::yes replaces it.
using ChangeFunction = std::function<Result<Change>(std::shared_ptr<void>& state, Outgoing& out)>;
using ReadState = std::shared_ptr<void> (*)(const json::object& body);
using WriteState = json::object (*)(const std::shared_ptr<void>& state);

class ModifyQueue {
 public:
  ModifyQueue(DocumentStore& store, const Clock& clock, std::string collection, std::string source);
  ~ModifyQueue();

  Task<Result<void>> insert(Trace trace, std::string id, json::object body, Outgoing out);
  Task<Result<void>> modify(Trace trace, std::string id, ChangeFunction change, ReadState read,
                            WriteState write);
  Task<Result<void>> erase(std::string id);

  // Limits.
  static constexpr std::size_t max_waiting_per_document = 2'000;  // more: service_unavailable
  static constexpr std::size_t max_together = 256;                // changes in one commit
  static constexpr int max_attempts = 30;                         // conflicts with other processes

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace thenorsound::store
