#include "store/mongo/declare.hpp"

#include <set>

namespace thenorsound::store::mongo {
namespace {

constexpr int seconds_until_purge_date = 0;

struct Wanted {
  std::string name;
  json::object keys;
  bool unique = false;
  bool expires = false;
};

void add(std::vector<Wanted>& wanted, std::string name, std::vector<std::string> paths) {
  Wanted index;
  index.name = std::move(name);
  for (const std::string& path : paths) index.keys[path] = 1;
  wanted.push_back(std::move(index));
}

std::vector<Wanted> wanted_indexes(const Definition& d) {
  std::vector<Wanted> wanted;
  for (const Index& index : d.indexes) {
    if (index.fields.front() == "id") continue;  // the server's own
    std::string name = "by";
    std::vector<std::string> paths;
    for (const std::string& field : index.fields) {
      name += "_" + field;
      paths.push_back(path_of(field));
    }
    if (index.fields.back() != "id") paths.emplace_back("_id");
    add(wanted, std::move(name), std::move(paths));
  }
  for (const std::string& array : d.arrays) add(wanted, "of_" + array, {path_of(array), "_id"});
  for (const UniqueIndex& index : d.unique) {
    add(wanted, "unique_" + index.name, {"unique." + index.name});
    wanted.back().unique = true;
  }
  add(wanted, "outbox", {"pending"});
  if (!d.expires_field.empty()) {
    add(wanted, "purge", {"purgeAt"});
    wanted.back().expires = true;
  }
  return wanted;
}

Error failed(const CallResult& outcome) { return unavailable("database: " + outcome.text); }

Result<void> run(Clients::Lease& client, const std::string& database, const json::object& command,
                 CallResult* failure = nullptr) {
  const Bson bson = to_bson(command);
  CallResult outcome = patiently([&] {
    bson_error_t error;
    bson_t reply;
    const bool done = mongoc_client_write_command_with_opts(client.get(), database.c_str(),
                                                            bson.get(), nullptr, &reply, &error);
    CallResult out = done ? CallResult{} : judge(error, &reply);
    bson_destroy(&reply);
    return out;
  });
  if (outcome.failure == Failure::none) return {};
  const Error error = failed(outcome);
  if (failure != nullptr) *failure = std::move(outcome);
  return error;
}

// Of the registry's document of that name; empty: there is none.
Result<std::string> owner_of(Clients::Lease& client, const MongoSettings& settings,
                             const std::string& name) {
  const auto registry = client.collection(settings.database, "thenor_collections");
  const Bson filter = to_bson(json::object{{"_id", json::string(name)}});
  mongoc_cursor_t* cursor =
      mongoc_collection_find_with_opts(registry.get(), filter.get(), nullptr, nullptr);
  const bson_t* found = nullptr;
  std::string owner;
  if (mongoc_cursor_next(cursor, &found)) owner = text_at(found, "service");
  bson_error_t error;
  const bool is_wrong = mongoc_cursor_error(cursor, &error);
  mongoc_cursor_destroy(cursor);
  if (is_wrong) return unavailable(std::string("database: ") + error.message);
  return owner;
}

Result<void> claim_name(Clients::Lease& client, const MongoSettings& settings,
                        const Definition& d) {
  const auto registry = client.collection(settings.database, "thenor_collections");
  const Bson claim =
      to_bson(json::object{{"_id", json::string(d.name)}, {"service", json::string(d.service)}});
  const CallResult outcome = patiently([&] {
    bson_error_t error;
    return mongoc_collection_insert_one(registry.get(), claim.get(), nullptr, nullptr, &error)
               ? CallResult{}
               : judge(error, nullptr);
  });
  if (outcome.failure == Failure::none) return {};
  if (outcome.failure != Failure::duplicate) return failed(outcome);
  const Result<std::string> owner = owner_of(client, settings, d.name);
  if (!owner) return owner.error();
  if (*owner == d.service) return {};
  return make_error(Code::conflict, "The collection belongs to another service.", "name-taken");
}

Result<std::set<std::string>> names_of_indexes(Clients::Lease& client, const Definition& d) {
  const auto collection = client.collection(d.database, d.name);
  std::set<std::string> names;
  mongoc_cursor_t* cursor = mongoc_collection_find_indexes_with_opts(collection.get(), nullptr);
  const bson_t* found = nullptr;
  while (mongoc_cursor_next(cursor, &found)) names.insert(text_at(found, "name"));
  bson_error_t error;
  const bool is_wrong = mongoc_cursor_error(cursor, &error);
  mongoc_cursor_destroy(cursor);
  // A collection that isn't there yet is no fault (NamespaceNotFound).
  if (is_wrong && error.code != 26) return unavailable(std::string("database: ") + error.message);
  return names;
}

// Writes the key of a unique index that is new into every document.
Result<void> fill_unique_keys(Clients::Lease& client, const Definition& d,
                              const UniqueIndex& index) {
  const auto collection = client.collection(d.database, d.name);
  const Bson all = to_bson({});
  mongoc_cursor_t* cursor =
      mongoc_collection_find_with_opts(collection.get(), all.get(), nullptr, nullptr);
  const bson_t* found = nullptr;
  bson_error_t error{};
  bool done = true;
  while (done && mongoc_cursor_next(cursor, &found)) {
    const json::object document = to_json(found);
    const std::string id = text_at(found, "_id");
    const json::value* body = document.if_contains("body");
    const json::object keys =
        unique_keys(d, id, body != nullptr ? body->as_object() : json::object{});
    json::object where{{"_id", json::string(id)}, {"revision", document.at("revision")}};
    json::object set;
    set["unique." + index.name] = keys.at(index.name);
    const Bson selector = to_bson(where);
    const Bson change = to_bson(json::object{{"$set", std::move(set)}});
    done = mongoc_collection_update_one(collection.get(), selector.get(), change.get(), nullptr,
                                        nullptr, &error);
  }
  if (done) done = !mongoc_cursor_error(cursor, &error);
  mongoc_cursor_destroy(cursor);
  if (!done) return unavailable(std::string("database: ") + error.message);
  return {};
}

json::object creation(const Definition& d, const Wanted& wanted) {
  json::object index{{"name", json::string(wanted.name)}, {"key", wanted.keys}};
  if (wanted.unique) index["unique"] = true;
  if (wanted.expires) index["expireAfterSeconds"] = seconds_until_purge_date;
  json::object command;
  command["createIndexes"] = d.name;
  command["indexes"] = json::array{std::move(index)};
  return command;
}

Result<void> make_index(Clients::Lease& client, const Definition& d, const Wanted& wanted) {
  if (wanted.unique)
    for (const UniqueIndex& index : d.unique)
      if ("unique_" + index.name == wanted.name)
        if (Result<void> filled = fill_unique_keys(client, d, index); !filled) return filled;
  CallResult failure;
  Result<void> made = run(client, d.database, creation(d, wanted), &failure);
  if (!made && wanted.unique && failure.failure == Failure::duplicate)
    return make_error(Code::conflict, "Documents share the key of " + wanted.name, "duplicates");
  return made;
}

}  // namespace

namespace {

// Others, an operator's, are left alone.
bool is_of_ours(const std::string& index) {
  return index == "outbox" || index == "purge" || index.starts_with("by_") ||
         index.starts_with("of_") || index.starts_with("unique_");
}

}  // namespace

Result<void> declare(Clients::Lease& client, const MongoSettings& settings, const Definition& d) {
  if (Result<void> claimed = claim_name(client, settings, d); !claimed) return claimed;
  const Result<std::set<std::string>> there = names_of_indexes(client, d);
  if (!there) return there.error();
  const std::vector<Wanted> wanted = wanted_indexes(d);
  std::set<std::string> names;
  // Unique ones first: where one is refused, nothing else has changed.
  for (const bool unique : {true, false})
    for (const Wanted& index : wanted) {
      names.insert(index.name);
      if (index.unique != unique || there->contains(index.name)) continue;
      if (Result<void> made = make_index(client, d, index); !made) return made;
    }
  for (const std::string& name : *there) {
    if (names.contains(name) || !is_of_ours(name)) continue;
    json::object command;
    command["dropIndexes"] = d.name;
    command["index"] = name;
    // Another process may have dropped it just now.
    (void)run(client, d.database, command);
  }
  return {};
}

}  // namespace thenorsound::store::mongo
