#include "workflow/expired.hpp"

namespace thenorsound::workflow {

Task<void> sweep_expired(store::DocumentStore& store, const Clock& clock) {
  constexpr int most_rounds = 100;
  for (int round = 0; round < most_rounds; ++round) {
    const Result<std::size_t> swept = co_await store.sweep(clock.now());
    if (!swept || *swept == 0) co_return;
  }
}

}  // namespace thenorsound::workflow
