#include "store/mongo/reading.hpp"

#include <algorithm>
#include <map>

#include "store/mongo/query.hpp"
#include "store/mongo/stored.hpp"

namespace thenorsound::store::mongo {
namespace {

constexpr std::size_t max_limit = 10'000;
constexpr std::int64_t longest_query_ms = 8'000;
constexpr std::size_t swept_at_once = 100;

Error away() { return unavailable("the database can't be reached"); }

DocumentPtr document_of(const bson_t* found) {
  json::object stored = to_json(found);
  auto document = std::make_shared<Document>();
  document->id = text_at(found, "_id");
  document->revision = integer_at(found, "revision");
  document->sequence = integer_at(found, "sequence");
  if (json::value* body = stored.if_contains("body")) document->body = std::move(body->as_object());
  return document;
}

json::object shown() { return json::object{{"unique", 0}, {"outbox", 0}, {"pending", 0}}; }

}  // namespace

Result<void> each(Clients& clients, const Definition& d, const Bson& filter, const Bson& options,
                  const std::function<void(Found)>& take, const std::function<void()>& begin) {
  if (clients.is_away()) return away();
  Clients::Lease client(clients);
  const auto collection = client.collection(d.database, d.name);
  const CallResult result = patiently([&] {
    begin();
    mongoc_cursor_t* cursor =
        mongoc_collection_find_with_opts(collection.get(), filter.get(), options.get(), nullptr);
    const bson_t* found = nullptr;
    while (mongoc_cursor_next(cursor, &found)) take(Found{found});
    bson_error_t error;
    const bool is_wrong = mongoc_cursor_error(cursor, &error);
    mongoc_cursor_destroy(cursor);
    return is_wrong ? judge(error, nullptr) : CallResult{};
  });
  if (result.failure == Failure::none) return {};
  clients.note(result.failure);
  return unavailable("database: " + result.text);
}

Result<DocumentPtr> read_one(Clients& clients, KnownSequences& sequences, const Definition& d,
                             const std::string& id) {
  const Bson filter = to_bson(json::object{{"_id", json::string(id)}});
  const Bson options =
      to_bson(json::object{{"limit", 1}, {"projection", shown()}, {"maxTimeMS", longest_query_ms}});
  DocumentPtr document;
  const auto take = [&](Found found) { document = document_of(found.bson); };
  const auto begin = [&] { document.reset(); };
  if (Result<void> read = each(clients, d, filter, options, take, begin); !read)
    return read.error();
  if (!document || document->revision <= 0) return DocumentPtr{};
  sequences.keep(d.name, id, document->revision, document->sequence);
  return document;
}

Result<std::vector<DocumentPtr>> read_many(Clients& clients, KnownSequences& sequences,
                                           const Definition& d, const Query& query) {
  const Bson filter = to_bson(filter_of(d, query.where));
  const json::array sort = sort_of(d, query);
  json::object order;
  for (std::size_t i = 0; i + 1 < sort.size(); i += 2)
    order[std::string_view(sort[i].as_string())] = sort[i + 1];
  std::vector<DocumentPtr> documents;
  if (query.limit == 0) return documents;  // To MongoDB, 0 is no limit.
  json::object wanted{{"limit", static_cast<std::int64_t>(std::min(query.limit, max_limit))},
                      {"skip", static_cast<std::int64_t>(query.skip)},
                      {"projection", shown()},
                      {"maxTimeMS", longest_query_ms}};
  wanted["sort"] = std::move(order);
  const Bson options = to_bson(wanted);
  const auto take = [&](Found found) { documents.push_back(document_of(found.bson)); };
  const auto begin = [&] { documents.clear(); };
  if (Result<void> read = each(clients, d, filter, options, take, begin); !read)
    return read.error();
  for (const DocumentPtr& document : documents)
    sequences.keep(d.name, document->id, document->revision, document->sequence);
  return documents;
}

Result<std::int64_t> read_count(Clients& clients, const Definition& d, const Query& query) {
  const Bson filter = to_bson(filter_of(d, query.where));
  const Bson options = to_bson(json::object{{"maxTimeMS", longest_query_ms}});
  if (clients.is_away()) return away();
  Clients::Lease client(clients);
  const auto collection = client.collection(d.database, d.name);
  std::int64_t count = 0;
  const CallResult result = patiently([&] {
    bson_error_t error;
    count = mongoc_collection_count_documents(collection.get(), filter.get(), options.get(),
                                              nullptr, nullptr, &error);
    return count < 0 ? judge(error, nullptr) : CallResult{};
  });
  if (result.failure == Failure::none) return count;
  clients.note(result.failure);
  return unavailable("database: " + result.text);
}

namespace {

Bson if_outbox_is_empty(const std::string& id) {
  return to_bson(json::object{{"_id", json::string(id)}, {"outbox", json::object{{"$size", 0}}}});
}
Bson nothing_pending() {
  return to_bson(json::object{{"$set", json::object{{"pending", nullptr}}}});
}

// Clearing was cut off between its two steps. They would be found for ever, before all others.
void settle_empty(Clients& clients, const Definition& d, const std::vector<std::string>& ids) {
  Clients::Lease client(clients);
  const auto collection = client.collection(d.database, d.name);
  const Bson settle = nothing_pending();
  for (const std::string& id : ids) {
    const Bson if_empty = if_outbox_is_empty(id);
    bson_error_t error;
    // Not done: the next look finds it again.
    if (!mongoc_collection_update_one(collection.get(), if_empty.get(), settle.get(), nullptr,
                                      nullptr, &error))
      return;
  }
}

}  // namespace

Result<std::vector<PendingMessage>> read_outbox(Clients& clients, const Definition& d,
                                                std::size_t limit) {
  const Bson filter = to_bson(json::object{{"pending", json::object{{"$gt", 0}}}});
  const Bson options = to_bson(json::object{
      {"projection", json::object{{"outbox", 1}}},
      // A message must not tell of what never was.
      {"readConcern", json::object{{"level", json::string(clients.lasting_level)}}},
      {"sort", json::object{{"pending", 1}}},
      {"limit", static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, max_limit))},
      {"maxTimeMS", longest_query_ms}});
  std::vector<PendingMessage> pending;
  std::vector<std::string> empty;
  const auto take = [&](Found found) {
    const json::object stored = to_json(found.bson);
    const std::string id = text_at(found.bson, "_id");
    const json::value* outbox = stored.if_contains("outbox");
    if (outbox == nullptr || !outbox->is_array() || outbox->get_array().empty())
      return empty.push_back(id);
    for (const json::value& item : outbox->get_array()) {
      auto message = from_cloud_event(item.as_object().at("message").as_object());
      if (!message) throw UnexpectedFailure("a message in the outbox can't be read");
      std::string key(item.as_object().at("key").as_string());
      const bool own = has_mark(key, clients.mark);
      pending.push_back({d.name, id, std::move(key), std::move(*message), own});
    }
  };
  const auto begin = [&] {
    pending.clear();
    empty.clear();
  };
  if (Result<void> read = each(clients, d, filter, options, take, begin); !read)
    return read.error();
  if (!empty.empty()) settle_empty(clients, d, empty);
  return pending;
}

Result<void> clear_outbox(Clients& clients, const Definition& d,
                          const std::vector<PendingMessage>& published) {
  if (clients.is_away()) return away();
  std::map<std::string, json::array> keys;
  for (const PendingMessage& message : published)
    keys[message.document_id].emplace_back(json::string(message.key));
  Clients::Lease client(clients);
  const auto collection = client.collection(d.database, d.name);
  mongoc_bulk_operation_t* bulk =
      mongoc_collection_create_bulk_operation_with_opts(collection.get(), nullptr);
  bson_error_t error{};
  bool done = true;
  for (auto& [id, gone] : keys) {
    const Bson with_id = to_bson(json::object{{"_id", json::string(id)}});
    json::object in{{"key", json::object{{"$in", std::move(gone)}}}};
    const Bson pull = to_bson(json::object{{"$pull", json::object{{"outbox", std::move(in)}}}});
    // Only where no new message has come meanwhile.
    const Bson if_empty = if_outbox_is_empty(id);
    const Bson settle = nothing_pending();
    done = done &&
           mongoc_bulk_operation_update_one_with_opts(bulk, with_id.get(), pull.get(), nullptr,
                                                      &error) &&
           mongoc_bulk_operation_update_one_with_opts(bulk, if_empty.get(), settle.get(), nullptr,
                                                      &error);
  }
  bson_t reply;
  bson_init(&reply);
  if (done) {
    bson_destroy(&reply);
    done = mongoc_bulk_operation_execute(bulk, &reply, &error) != 0;
  }
  bson_destroy(&reply);
  mongoc_bulk_operation_destroy(bulk);
  if (done) return {};
  clients.note(judge(error, nullptr).failure);
  return unavailable(std::string("database: ") + error.message);
}

namespace {

struct Expired {
  json::array silent;  // ids without messages: deleted
  std::vector<std::pair<std::string, Revision>> told;
};

Result<Expired> find_expired(Clients& clients, const Definition& d, Time now, std::size_t limit) {
  Query query;
  query.where = {{d.expires_field, Op::le, now.ms}};
  const Bson filter = to_bson(filter_of(d, query.where));
  const Bson options =
      to_bson(json::object{{"projection", json::object{{"revision", 1}, {"sequence", 1}}},
                           {"limit", static_cast<std::int64_t>(limit)},
                           {"maxTimeMS", longest_query_ms}});
  Expired expired;
  const auto take = [&](Found found) {
    const std::string id = text_at(found.bson, "_id");
    if (integer_at(found.bson, "sequence") == 0)
      expired.silent.emplace_back(json::string(id));
    else
      expired.told.emplace_back(id, integer_at(found.bson, "revision"));
  };
  const auto begin = [&] { expired = {}; };
  if (Result<void> read = each(clients, d, filter, options, take, begin); !read)
    return read.error();
  return expired;
}

// The condition is stated again: it may have been renewed since it was found.
json::object still_expired(const Definition& d, json::value ids, Time now) {
  json::object out;
  out["_id"] = json::object{{"$in", std::move(ids)}};
  out[path_of(d.expires_field)] = json::object{{"$lte", now.ms}};
  out["sequence"] = 0;
  return out;
}

}  // namespace

Result<std::size_t> sweep(Clients& clients, const Definition& d, Time now, std::size_t limit) {
  const Result<Expired> expired = find_expired(clients, d, now, limit);
  if (!expired) return expired.error();
  std::size_t swept = 0;
  Clients::Lease client(clients);
  const auto collection = client.collection(d.database, d.name);
  bson_error_t error;
  // In parts: a slow server is to answer each within the call's time.
  const json::array& silent = expired->silent;
  for (std::size_t at = 0; at < silent.size(); at += swept_at_once) {
    const std::size_t end = std::min(at + swept_at_once, silent.size());
    json::array part(silent.begin() + at, silent.begin() + end);
    const Bson filter = to_bson(still_expired(d, std::move(part), now));
    bson_t reply;
    const bool done =
        mongoc_collection_delete_many(collection.get(), filter.get(), nullptr, &reply, &error);
    swept += static_cast<std::size_t>(integer_at(&reply, "deletedCount"));
    bson_destroy(&reply);
    if (!done) return unavailable(std::string("database: ") + error.message);
  }
  for (const auto& [id, revision] : expired->told) {
    const Bson selector = to_bson(json::object{{"_id", json::string(id)}, {"revision", revision}});
    const Bson change = to_bson(erasure(d, id, revision));
    if (!mongoc_collection_update_one(collection.get(), selector.get(), change.get(), nullptr,
                                      nullptr, &error))
      return unavailable(std::string("database: ") + error.message);
    ++swept;
  }
  return swept;
}

}  // namespace thenorsound::store::mongo
