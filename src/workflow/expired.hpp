// Removing what has expired from a service's store: kept answers, old links, notes of sent mails.
#pragma once
#include <chrono>

#include "base/time.hpp"
#include "store/document_store.hpp"

namespace thenorsound::workflow {

inline constexpr std::chrono::milliseconds sweep_every{3'600'000};

// All of it, up to a limit; ends early where the store can't.
Task<void> sweep_expired(store::DocumentStore& store, const Clock& clock);

}  // namespace thenorsound::workflow
