#include "store/document_store.hpp"

namespace thenorsound::store {

Task<CommitResult> DocumentStore::commit(Write write) {
  std::vector<Write> writes;
  writes.push_back(std::move(write));
  std::vector<CommitResult> results = co_await commit(std::move(writes));
  co_return std::move(results.front());
}

Task<Result<void>> DocumentStore::erase_traces() { co_return Result<void>(); }

}  // namespace thenorsound::store
