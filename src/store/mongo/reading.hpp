// What reads: documents, counts, the outbox; and the sweep. Blocks; for worker threads.
#pragma once
#include <functional>

#include "store/mongo/client.hpp"
#include "store/mongo/definition.hpp"
#include "store/mongo/revisions.hpp"

namespace thenorsound::store::mongo {

// bson_t is over-aligned, which a template argument loses.
struct Found {
  const bson_t* bson;
};
// Reads with a filter; `take` gets each document. All over again, after `begin`, when a throttling
// server asks for it.
Result<void> each(Clients& clients, const Definition& d, const Bson& filter, const Bson& options,
                  const std::function<void(Found)>& take, const std::function<void()>& begin);

Result<DocumentPtr> read_one(Clients& clients, KnownSequences& sequences, const Definition& d,
                             const std::string& id);
Result<std::vector<DocumentPtr>> read_many(Clients& clients, KnownSequences& sequences,
                                           const Definition& d, const Query& query);
Result<std::int64_t> read_count(Clients& clients, const Definition& d, const Query& query);

// The oldest of one collection.
Result<std::vector<PendingMessage>> read_outbox(Clients& clients, const Definition& d,
                                                std::size_t limit);
// Those of one collection.
Result<void> clear_outbox(Clients& clients, const Definition& d,
                          const std::vector<PendingMessage>& published);

Result<std::size_t> sweep(Clients& clients, const Definition& d, Time now, std::size_t limit);

}  // namespace thenorsound::store::mongo
