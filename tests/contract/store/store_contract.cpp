#include "store_contract.hpp"

namespace thenorsound::store {

CollectionSchema things_schema() {
  CollectionSchema schema;
  schema.name = "things";
  schema.fields = {"email", "team", "shirt", "rank", "active", "price", "home.city", "note"};
  schema.arrays = {"tags"};
  schema.indexes = {{{"email"}, true},      {{"team", "shirt"}, true},
                    {{"rank"}, false},      {{"team", "rank"}, false},
                    {{"active"}, false},    {{"price"}, false},
                    {{"home.city"}, false}, {{"id"}, false}};
  schema.expires_field = "expiresAt";
  return schema;
}

Message message(const std::string& type, const std::string& subject) {
  Message out;
  out.id = "msg-" + type + "-" + subject;
  out.source = "shop";
  out.type = type;
  out.subject = subject;
  out.time = Time{1'700'000'000'123};
  out.traceparent = new_trace().traceparent;
  out.data["of"] = subject;
  return out;
}

Query where(std::vector<Condition> conditions) {
  Query query;
  query.where = std::move(conditions);
  return query;
}

void StoreContract::SetUp() {
  loops_.start();
  tested_ = GetParam().make();
  declare(store(), {things_schema()});
}

void StoreContract::declare(DocumentStore& on, std::vector<CollectionSchema> schemas) {
  const Result<void> declared = wait_for(loops_, on.declare(std::move(schemas)));
  ASSERT_TRUE(declared) << declared.error().message << ' ' << declared.error().reason;
}

void StoreContract::restart() {
  tested_->restart();
  declare(store(), {things_schema()});
}

CommitResult StoreContract::update(const std::string& id, Revision expected, json::object body,
                                   std::vector<Message> messages) {
  Write write;
  write.collection = "things";
  write.id = id;
  write.expected = expected;
  write.body = std::move(body);
  write.messages = std::move(messages);
  return wait_for(loops_, store().commit(std::move(write)));
}

CommitResult StoreContract::insert(const std::string& id, json::object body,
                                   std::vector<Message> messages) {
  return update(id, 0, std::move(body), std::move(messages));
}

CommitResult StoreContract::erase(const std::string& id, Revision expected) {
  Write write;
  write.collection = "things";
  write.id = id;
  write.expected = expected;
  write.erase = true;
  return wait_for(loops_, store().commit(std::move(write)));
}

DocumentPtr StoreContract::get(const std::string& id) {
  return wait_for(loops_, store().get("things", id)).value();
}

std::vector<std::string> StoreContract::ids(Query query) {
  std::vector<std::string> out;
  for (const DocumentPtr& document :
       wait_for(loops_, store().find("things", std::move(query))).value())
    out.push_back(document->id);
  return out;
}

std::int64_t StoreContract::count(std::vector<Condition> conditions) {
  return wait_for(loops_, store().count("things", where(std::move(conditions)))).value();
}

std::vector<PendingMessage> StoreContract::pending() {
  return wait_for(loops_, store().pending_messages(10'000)).value();
}

void StoreContract::run_together(std::vector<Task<void>> tasks) {
  std::atomic<std::size_t> running{tasks.size()};
  const auto counted = [](Task<void> task, std::atomic<std::size_t>& left) -> Task<void> {
    try {
      co_await std::move(task);
    } catch (const std::exception& problem) {
      ADD_FAILURE() << problem.what();
    }
    --left;
  };
  for (Task<void>& task : tasks) loops_.spawn("test", counted(std::move(task), running));
  ASSERT_TRUE(until([&] { return running == 0; }, std::chrono::minutes{3}));
}

}  // namespace thenorsound::store
