#include "store/mongo/commit.hpp"

#include "base/log.hpp"
#include "store/mongo/stored.hpp"

namespace thenorsound::store::mongo {
namespace {

struct Head {  // of a stored document
  Revision revision = 0;
  std::int64_t sequence = 0;
};

class Committing {
 public:
  Committing(Clients& clients, KnownSequences& sequences, const PreparedWrite& prepared)
      : clients_(clients),
        client_(clients),
        sequences_(sequences),
        definition_(*prepared.definition),
        write_(prepared.write),
        unique_(prepared.unique),
        collection_(client_.collection(definition_.database, definition_.name)) {}

  CommitResult run() {
    if (write_.erase) return erase();
    return write_.expected == 0 ? insert() : update(write_.expected);
  }

 private:
  CommitResult insert() {
    revision_ = revision_above(0);
    const json::object document = content(0);
    const Bson bson = with_purge_date(definition_, write_.body, document);
    const CallResult outcome = patiently([&] {
      bson_error_t error;
      return mongoc_collection_insert_one(collection_.get(), bson.get(), nullptr, nullptr, &error)
                 ? CallResult{}
                 : judge(error, nullptr);
    });
    if (outcome.failure != Failure::duplicate) return conclude(outcome, 0);
    const Result<Head> head = read_head();
    if (!head) return failed(Failure::not_sent);
    if (head->revision > 0) return CommitResult{Outcome::conflict, 0, {}};
    if (head->revision < 0) return revive(*head);
    return name_violation();
  }

  // An id that was erased and had sent messages: its count goes on.
  CommitResult revive(Head erased) {
    sequences_.keep(definition_.name, write_.id, erased.revision, erased.sequence);
    return update(erased.revision);
  }

  CommitResult update(Revision expected) {
    std::int64_t sequence = 0;
    if (!write_.messages.empty()) {
      const std::optional<std::int64_t> known = sequence_at(expected);
      if (!known) return CommitResult{Outcome::conflict, 0, {}};
      if (*known < 0) return failed(Failure::not_sent);
      sequence = *known;
    }
    revision_ = revision_above(std::max<Revision>(expected, -expected));
    const Bson selector =
        to_bson(json::object{{"_id", json::string(write_.id)}, {"revision", expected}});
    const Bson change = update_of(sequence);
    std::int64_t matched = 0;
    const CallResult outcome = update_one(selector, change, matched);
    if (outcome.failure == Failure::duplicate) return name_violation();
    if (outcome.failure == Failure::none && matched == 0)
      return CommitResult{Outcome::conflict, 0, {}};
    return conclude(outcome, sequence);
  }

  CommitResult erase() {
    // Without messages nothing of it is needed any more.
    const Bson silent = to_bson(json::object{
        {"_id", json::string(write_.id)}, {"revision", write_.expected}, {"sequence", 0}});
    std::int64_t deleted = 0;
    CallResult outcome = patiently([&] {
      bson_error_t error;
      bson_t reply;
      const bool done =
          mongoc_collection_delete_one(collection_.get(), silent.get(), nullptr, &reply, &error);
      CallResult out = done ? CallResult{} : judge(error, &reply);
      deleted = integer_at(&reply, "deletedCount");
      bson_destroy(&reply);
      return out;
    });
    if (outcome.failure != Failure::none || deleted > 0) return conclude(outcome, 0);
    const Bson selector =
        to_bson(json::object{{"_id", json::string(write_.id)}, {"revision", write_.expected}});
    const Bson change = to_bson(erasure(definition_, write_.id, write_.expected));
    std::int64_t matched = 0;
    outcome = update_one(selector, change, matched);
    if (outcome.failure == Failure::none && matched == 0)
      return CommitResult{Outcome::conflict, 0, {}};
    return conclude(outcome, 0);
  }

  CallResult update_one(const Bson& selector, const Bson& change, std::int64_t& matched) {
    return patiently([&] {
      bson_error_t error;
      bson_t reply;
      const bool done = mongoc_collection_update_one(collection_.get(), selector.get(),
                                                     change.get(), nullptr, &reply, &error);
      CallResult out = done ? CallResult{} : judge(error, &reply);
      matched = integer_at(&reply, "matchedCount");
      bson_destroy(&reply);
      return out;
    });
  }

  // The state as it is to be, without the outbox of an update.
  json::object content(std::int64_t sequence) const {
    json::object out;
    out["_id"] = write_.id;
    out["revision"] = revision_;
    out["sequence"] = sequence + static_cast<std::int64_t>(write_.messages.size());
    out["body"] = write_.body;
    out["unique"] = unique_;
    if (!write_.messages.empty()) {
      out["outbox"] = outbox(sequence);
      out["pending"] = revision_;
    }
    return out;
  }

  json::array outbox(std::int64_t sequence) const {
    json::array items;
    for (const Message& message : write_.messages) {
      Message numbered = message;
      numbered.sequence = ++sequence;
      json::object item;
      item["key"] = outbox_key(revision_, items.size(), clients_.mark);
      item["message"] = to_cloud_event(numbered);
      items.push_back(std::move(item));
    }
    return items;
  }

  Bson update_of(std::int64_t sequence) const {
    json::object set = content(sequence);
    set.erase("_id");
    json::value items = nullptr;
    if (const auto found = set.find("outbox"); found != set.end()) {
      items = std::move(found->value());
      set.erase(found);
    }
    if (write_.messages.empty()) set.erase("sequence");
    Bson change(bson_new());
    const Bson set_bson = with_purge_date(definition_, write_.body, set);
    BSON_APPEND_DOCUMENT(change.get(), "$set", set_bson.get());
    if (!purge_date(definition_, write_.body))
      append(change.get(), "$unset", json::object{{"purgeAt", ""}});
    if (!items.is_null()) {
      json::object each;
      each["$each"] = std::move(items);
      json::object push;
      push["outbox"] = std::move(each);
      append(change.get(), "$push", push);
    }
    return change;
  }

  // Nothing: another revision is there. -1: can't be read now.
  std::optional<std::int64_t> sequence_at(Revision expected) {
    if (const auto known = sequences_.find(definition_.name, write_.id, expected)) return known;
    const Result<Head> head = read_head();
    if (!head) return -1;
    if (head->revision != expected) return {};
    return head->sequence;
  }

  // Zeros where there is none. `lasting`: of what no loss of a server can undo.
  Result<Head> read_head(bool lasting = false) {
    const Bson filter = to_bson(json::object{{"_id", json::string(write_.id)}});
    json::object how{{"projection", json::object{{"revision", 1}, {"sequence", 1}}}, {"limit", 1}};
    if (lasting) how["readConcern"] = json::object{{"level", json::string(clients_.lasting_level)}};
    const Bson options = to_bson(how);
    mongoc_cursor_t* cursor =
        mongoc_collection_find_with_opts(collection_.get(), filter.get(), options.get(), nullptr);
    Head head;
    const bson_t* found = nullptr;
    if (mongoc_cursor_next(cursor, &found))
      head = Head{integer_at(found, "revision"), integer_at(found, "sequence")};
    bson_error_t error;
    const bool is_wrong = mongoc_cursor_error(cursor, &error);
    mongoc_cursor_destroy(cursor);
    if (is_wrong) return unavailable(error.message);
    return head;
  }

  // Servers word this differently, some without the index's name: ask who has the key.
  CommitResult name_violation() {
    for (const UniqueIndex& index : definition_.unique) {
      json::object where;
      where["unique." + index.name] = unique_.at(index.name);
      where["_id"] = json::object{{"$ne", json::string(write_.id)}};
      const Bson filter = to_bson(where);
      bson_error_t error;
      const std::int64_t others = mongoc_collection_count_documents(
          collection_.get(), filter.get(), nullptr, nullptr, nullptr, &error);
      if (others > 0) return CommitResult{Outcome::duplicate, 0, index.first};
    }
    // The other one has just gone: whoever asked may try again.
    return CommitResult{Outcome::refused, 0, {}};
  }

  CommitResult conclude(const CallResult& outcome, std::int64_t sequence) {
    if (outcome.failure == Failure::none) {
      // Without messages the sequence was not asked for.
      if (!write_.messages.empty())
        sequences_.keep(definition_.name, write_.id, revision_,
                        sequence + static_cast<std::int64_t>(write_.messages.size()));
      return CommitResult{Outcome::committed, revision_, {}};
    }
    log_warning("database", {{"collection", definition_.name}, {"reason", outcome.text}});
    if (outcome.failure == Failure::in_doubt && has_happened())
      return CommitResult{Outcome::committed, revision_, {}};
    return failed(outcome.failure);
  }

  // Only a yes is certain: a write that was not seen may still be under way.
  bool has_happened() {
    if (write_.erase) return false;
    const Result<Head> head = read_head(true);
    return head && head->revision == revision_;
  }

  CommitResult failed(Failure failure) {
    clients_.note(failure);
    return CommitResult{failure == Failure::in_doubt ? Outcome::in_doubt : Outcome::refused, 0, {}};
  }

  Clients& clients_;
  Clients::Lease client_;
  KnownSequences& sequences_;
  const Definition& definition_;
  const Write& write_;
  const json::object& unique_;
  CollectionHandle collection_;
  Revision revision_ = 0;
};

}  // namespace

PreparedWrite prepare(DefinitionPtr definition, Write write) {
  if (write.id.empty() || (write.erase && (write.expected <= 0 || !write.messages.empty())) ||
      write.expected < 0)
    throw UnexpectedFailure("collection " + definition->name + ": a write that makes no sense");
  check_members(*definition, write.body);
  json::object unique = unique_keys(*definition, write.id, write.body);
  return PreparedWrite{std::move(definition), std::move(write), std::move(unique)};
}

CommitResult commit(Clients& clients, KnownSequences& sequences, const PreparedWrite& prepared) {
  if (clients.is_away()) return CommitResult{Outcome::refused, 0, {}};
  return Committing(clients, sequences, prepared).run();
}

}  // namespace thenorsound::store::mongo
