// The conditional write of one document. Blocks; for worker threads.
#pragma once
#include "store/mongo/client.hpp"
#include "store/mongo/definition.hpp"
#include "store/mongo/revisions.hpp"

namespace thenorsound::store::mongo {

struct PreparedWrite {
  DefinitionPtr definition;
  Write write;
  json::object unique;
};
// Throws UnexpectedFailure for a write that makes no sense.
PreparedWrite prepare(DefinitionPtr definition, Write write);

CommitResult commit(Clients& clients, KnownSequences& sequences, const PreparedWrite& prepared);

}  // namespace thenorsound::store::mongo
