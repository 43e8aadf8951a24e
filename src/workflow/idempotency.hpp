// Idempotency-Key on POST: the first answer is kept 24 h, per caller and route, across restarts.
#pragma once
#include <functional>
#include <string>

#include "http/router.hpp"
#include "store/document_store.hpp"

namespace thenorsound::workflow {

// The `reason` of an Error of `act` that was undone as a whole, and whose id is used up: nothing
// is kept under the key, and a repeat runs with a new id.
inline constexpr std::string_view start_afresh = "start-afresh";
// Where an earlier run was undone and this one did nothing: it is run with a new id at once. Not
// the caller's to repeat: many 503 would make breakers leave the service alone.
inline constexpr std::string_view id_used_up = "id-used-up";

class Idempotency {
 public:
  // Keeps its documents in collection "<service>_idempotency" of `store`.
  Idempotency(store::DocumentStore& store, const Clock& clock, std::string service);
  store::CollectionSchema schema() const;

  // Without the header: runs `act` with a new id. With it: the id is claimed under the key first;
  // a repeat with the same body gets the first answer (2xx, 409, 412, 422), or, while that is
  // being made, waits up to 10 s, then 409 with Retry-After; another body: IDEMPOTENCY_KEY_REUSED.
  // Other 4xx free the key; after 5xx, or a crash, a repeat runs `act` again with the same id, so
  // it must be idempotent by id. A bad key: 400 without details.
  Task<Result<http::Response>> run(http::Call& call, std::string id_prefix,
                                   std::function<Task<Result<http::Response>>(std::string id)> act);

 private:
  store::DocumentStore& store_;
  const Clock& clock_;
  std::string collection_;
};

}  // namespace thenorsound::workflow
