// A store that keeps members of documents encrypted (CollectionSchema::sealed, ::hashed), on top
// of any other: what is below it never sees them. Each service's store remembers which keys it has
// used, so that a wrong or a missing one is found at the start.
#pragma once
#include <map>
#include <utility>

#include "store/sealed_fields.hpp"

namespace thenorsound::store {

class SealedStore : public DocumentStore {
 public:
  // All three must outlive it. `service` names the collection of its own.
  SealedStore(DocumentStore& below, const Keyring& keys, std::string service);

  // What is declared below for a service: `schemas`, and the collection of its own.
  static std::vector<CollectionSchema> schemas_below(const std::string& service,
                                                     std::vector<CollectionSchema> schemas);
  static bool is_notes(const std::string& service, const std::string& collection);
  static std::optional<std::string> key_of_note(const std::string& id);
  // One of its documents. Error service_error, in words for the operator, where it speaks of a key
  // that is missing or is another one.
  static Result<void> check_note(const Keyring& keys, const std::string& service,
                                 const std::string& id, const json::object& body);

  // Besides: seals what was stored before its collection was sealed. Error service_error, in
  // words for the operator, where a key that this store has used is missing or is another one.
  Task<Result<void>> declare(std::vector<CollectionSchema> schemas) override;
  Task<Result<DocumentPtr>> get(std::string collection, std::string id) override;
  Task<Result<std::vector<DocumentPtr>>> find(std::string collection, Query query) override;
  Task<Result<std::int64_t>> count(std::string collection, Query query) override;
  using DocumentStore::commit;
  Task<std::vector<CommitResult>> commit(std::vector<Write> writes) override;
  Task<Result<std::vector<PendingMessage>>> pending_messages(std::size_t limit) override;
  Task<Result<void>> clear_messages(std::vector<PendingMessage> published) override;
  void on_messages(std::function<void()> notify) override;
  Task<Result<std::size_t>> sweep(Time now) override;
  Task<Result<void>> erase_traces() override;

  struct Renewed {
    std::int64_t documents = 0;  // looked at
    std::int64_t sealed = 0;     // had something plain
    std::int64_t renewed = 0;    // were sealed with another key
  };
  // Seals all that is declared with the current key, document by document; may be cut off at any
  // point, and run beside processes that have the same keys.
  Task<Result<Renewed>> renew();
  // After renew(): the keys other than the current one are no longer needed here.
  Task<Result<void>> forget_old_keys();

  static constexpr std::size_t page_size = 100;  // documents read and written together
  static constexpr int max_attempts = 30;        // at one document that others write too

 private:
  using Fields = std::pair<const std::string, SealedFields>;
  Task<Result<DocumentPtr>> get_opened(const Fields& fields, std::string id);
  Task<Result<std::vector<DocumentPtr>>> find_opened(const Fields& fields, Query query);
  Result<DocumentPtr> opened(const Fields& fields, DocumentPtr document) const;
  Task<Result<void>> check_keys();
  Task<Result<std::vector<DocumentPtr>>> used_keys();
  static std::string note_of_key(const std::string& key) { return "key:" + key; }
  Task<Result<void>> seal_new_collections();
  Task<Result<Renewed>> renew_collection(const Fields& fields);
  Task<Result<void>> renew_page(const Fields& fields, const std::vector<DocumentPtr>& page,
                                Renewed& counts);
  Task<Result<void>> renew_one(const Fields& fields, std::string id);
  Result<Write> renewal(const Fields& fields, const Document& document) const;
  Task<Result<void>> note(std::string id, std::string check);

  DocumentStore& below_;
  const Keyring& keys_;
  const std::string service_;
  const std::string notes_;  // the collection of its own
  std::map<std::string, SealedFields> sealed_;
  std::int64_t sealed_when_declared_ = 0;  // documents
};

}  // namespace thenorsound::store
