#include "store/mongo/moving.hpp"

#include "store/mongo/reading.hpp"
#include "store/mongo/revisions.hpp"
#include "store/mongo/stored.hpp"

namespace thenorsound::store::mongo {
namespace {

Message message_of(const json::value& item) {
  auto message = from_cloud_event(item.as_object().at("message").as_object());
  if (!message) throw UnexpectedFailure("a message in the outbox can't be read");
  return std::move(*message);
}

Kept kept_of(const bson_t* found) {
  json::object stored = to_json(found);
  Kept kept;
  kept.id = text_at(found, "_id");
  kept.sequence = integer_at(found, "sequence");
  if (integer_at(found, "revision") > 0) kept.body = std::move(stored.at("body").as_object());
  if (const json::value* outbox = stored.if_contains("outbox"))
    for (const json::value& item : outbox->as_array()) kept.messages.push_back(message_of(item));
  return kept;
}

Bson stored_form(const Definition& d, const Kept& kept) {
  static const json::object no_body;
  const json::object& body = kept.body ? *kept.body : no_body;
  check_members(d, body);
  const Revision revision = revision_above(0);
  json::object out;
  out["_id"] = kept.id;
  out["revision"] = kept.body ? revision : -revision;
  out["sequence"] = kept.sequence;
  if (kept.body) out["body"] = body;
  out["unique"] = unique_keys(d, kept.id, body);
  if (!kept.messages.empty()) {
    json::array outbox;
    for (const Message& message : kept.messages) {
      json::object item;
      item["key"] = outbox_key(revision, outbox.size(), "moved");
      item["message"] = to_cloud_event(message);
      outbox.push_back(std::move(item));
    }
    out["outbox"] = std::move(outbox);
    out["pending"] = revision;
  }
  return with_purge_date(d, body, out);
}

CallResult remove_all(mongoc_collection_t* collection, const std::vector<Kept>& documents) {
  json::array ids;
  for (const Kept& kept : documents) ids.emplace_back(json::string(kept.id));
  const Bson filter = to_bson(json::object{{"_id", json::object{{"$in", std::move(ids)}}}});
  bson_error_t error;
  return mongoc_collection_delete_many(collection, filter.get(), nullptr, nullptr, &error)
             ? CallResult{}
             : judge(error, nullptr);
}

struct DestroyBulk {
  void operator()(mongoc_bulk_operation_t* bulk) const { mongoc_bulk_operation_destroy(bulk); }
};

CallResult insert_all(mongoc_collection_t* collection, const std::vector<Bson>& forms) {
  const std::unique_ptr<mongoc_bulk_operation_t, DestroyBulk> bulk(
      mongoc_collection_create_bulk_operation_with_opts(collection, nullptr));
  bson_error_t error{};
  for (const Bson& form : forms)
    if (!mongoc_bulk_operation_insert_with_opts(bulk.get(), form.get(), nullptr, &error))
      throw UnexpectedFailure(std::string("a document that can't be restored: ") + error.message);
  bson_t reply;
  const bool done = mongoc_bulk_operation_execute(bulk.get(), &reply, &error) != 0;
  CallResult out = done ? CallResult{} : judge(error, nullptr);
  bson_destroy(&reply);
  return out;
}

}  // namespace

Result<std::vector<Kept>> scan(Clients& clients, const Definition& d, const std::string& after,
                               std::size_t limit) {
  const Bson filter = to_bson(json::object{{"_id", json::object{{"$gt", json::string(after)}}}});
  const Bson options = to_bson(
      json::object{{"sort", json::object{{"_id", 1}}},
                   {"limit", static_cast<std::int64_t>(limit)},
                   {"projection", json::object{{"unique", 0}, {"pending", 0}, {"purgeAt", 0}}}});
  std::vector<Kept> documents;
  const auto take = [&](Found found) { documents.push_back(kept_of(found.bson)); };
  const auto begin = [&] { documents.clear(); };
  if (Result<void> read = each(clients, d, filter, options, take, begin); !read)
    return read.error();
  return documents;
}

Result<void> restore(Clients& clients, const Definition& d, const std::vector<Kept>& documents) {
  if (documents.empty()) return {};
  std::vector<Bson> forms;
  for (const Kept& kept : documents) forms.push_back(stored_form(d, kept));
  Clients::Lease client(clients);
  const auto collection = client.collection(d.database, d.name);
  const CallResult done = patiently([&] {
    CallResult removed = remove_all(collection.get(), documents);
    if (removed.failure != Failure::none) return removed;
    return insert_all(collection.get(), forms);
  });
  if (done.failure == Failure::none) return {};
  clients.note(done.failure);
  if (done.failure == Failure::duplicate)
    return make_error(Code::conflict, d.name + ": a document has what another one has", done.text);
  return unavailable("database: " + done.text);
}

}  // namespace thenorsound::store::mongo
