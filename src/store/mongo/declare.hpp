// Brings collections and indexes to what is declared. Blocks; for worker threads.
#pragma once
#include "store/mongo/client.hpp"
#include "store/mongo/definition.hpp"

namespace thenorsound::store::mongo {

// Claims the name for the service, drops indexes of ours no longer declared, fills unique keys that
// are new, makes what is missing. Errors: conflict "name-taken"; conflict "duplicates" where a
// unique index can't be made (nothing changes then); unavailable. May be run by many processes at
// once.
Result<void> declare(Clients::Lease& client, const MongoSettings& settings,
                     const Definition& definition);

}  // namespace thenorsound::store::mongo
