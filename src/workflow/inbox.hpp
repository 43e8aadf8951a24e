// Which message of a subject may be applied now: the document that holds the effect holds the
// sequence applied last, so that a repeat does nothing.
#pragma once
#include <cstdint>

namespace thenorsound::workflow {

enum class Arrival { repeat, next, early };

// For consumers that get every message of a subject.
inline Arrival arrival(std::int64_t last_applied, std::int64_t sequence) {
  if (sequence <= last_applied) return Arrival::repeat;
  return sequence == last_applied + 1 ? Arrival::next : Arrival::early;
}
// For consumers that get only some of a subject's messages and act on its latest state.
inline Arrival latest(std::int64_t last_applied, std::int64_t sequence) {
  return sequence <= last_applied ? Arrival::repeat : Arrival::next;
}

}  // namespace thenorsound::workflow
