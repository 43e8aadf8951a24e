// The fixture of the contract suite. The file of an adapter (sqlite_adapter.cpp) is linked with the
// suite and says in `adapters` how it is made.
#pragma once
#include <gtest/gtest.h>

#include "base/context.hpp"
#include "base/loops.hpp"
#include "store/movable_store.hpp"
#include "support/until.hpp"

namespace thenorsound::store {

class TestedStore {
 public:
  virtual ~TestedStore() = default;
  virtual MovableStore& store() = 0;  // of service "shop"
  virtual std::unique_ptr<DocumentStore> another(const std::string& service) = 0;
  virtual void restart() = 0;  // as after the process ended
};
struct Adapter {
  std::string name;
  std::function<std::unique_ptr<TestedStore>()> make;
  bool small = false;  // races and random operations in small: the same code has run in full
};

std::vector<Adapter> adapters();
inline std::string adapter_name(const testing::TestParamInfo<Adapter>& info) {
  return info.param.name;
}

inline json::object object(std::string_view text) { return read_own_json(text).as_object(); }

// fields: email (unique), team + shirt (unique together), rank, active, price, "home.city",
// expiresAt; note, which no index covers; arrays: tags.
CollectionSchema things_schema();
Message message(const std::string& type, const std::string& subject);

class StoreContract : public ::testing::TestWithParam<Adapter> {
 protected:
  void SetUp() override;
  void TearDown() override { loops_.stop(); }

  MovableStore& store() { return tested_->store(); }
  void declare(DocumentStore& store, std::vector<CollectionSchema> schemas);
  void restart();

  CommitResult insert(const std::string& id, json::object body, std::vector<Message> messages = {});
  CommitResult update(const std::string& id, Revision expected, json::object body,
                      std::vector<Message> messages = {});
  CommitResult erase(const std::string& id, Revision expected);
  // The store throws through these, as it does through co_await.
  DocumentPtr get(const std::string& id);
  std::vector<std::string> ids(Query query);
  std::int64_t count(std::vector<Condition> where);
  std::vector<PendingMessage> pending();
  // Runs them at the same time, over all loops, and waits for all.
  void run_together(std::vector<Task<void>> tasks);

  Loops loops_{4};
  std::unique_ptr<TestedStore> tested_;
};

Query where(std::vector<Condition> conditions);

}  // namespace thenorsound::store
