// Contents as they are kept, for moving them to another store or from one. Blocks; for worker
// threads.
#pragma once
#include "store/mongo/client.hpp"
#include "store/mongo/definition.hpp"
#include "store/movable_store.hpp"

namespace thenorsound::store::mongo {

Result<std::vector<Kept>> scan(Clients& clients, const Definition& d, const std::string& after,
                               std::size_t limit);
Result<void> restore(Clients& clients, const Definition& d, const std::vector<Kept>& documents);

}  // namespace thenorsound::store::mongo
