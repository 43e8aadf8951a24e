// Idempotency-Key on POST: the first answer is kept 24 h, per caller and route, across restarts.
#pragma once
#include <functional>
#include <string>

#include "http/router.hpp"
#include "store/document_store.hpp"

namespace thenorsound::workflow {

class Idempotency {
 public:
  // Keeps its documents in collection "<service>_idempotency" of `store`.
  Idempotency(store::DocumentStore& store, const Clock& clock, std::string service);
  store::CollectionSchema schema() const;

  // Without the header: runs `act` with a new id. With it: the id is claimed under the key first;
  // a repeat with the same body gets the first answer (201 and the saga's 409 and 422), or, while
  // that is being made, waits up to 10 s, then 409 with Retry-After; another body:
  // IDEMPOTENCY_KEY_REUSED. 400, 401, 403, 404, 429 and 5xx are not kept (the id is). A bad key:
  // 400 without details. `act(id)` must be idempotent by id: it is run again after a crash.
  Task<Result<http::Response>> run(
      http::Call& call, std::string id_prefix,
      std::function<Task<Result<http::Response>>(std::string id)> act);

 private:
  store::DocumentStore& store_;
  const Clock& clock_;
  std::string collection_;
};

}  // namespace thenorsound::workflow
