// A saga in a line of steps. Its log lies in the document it makes (one atomic write each): the
// first write names the saga and whose it is until when; every undo copes with "never happened",
// so a saga found unfinished after its lease is undone as a whole, in reverse.
#pragma once
#include <boost/describe.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/task.hpp"

namespace thenorsound::workflow {

// Described, so that a document can hold it.
struct SagaLog {
  std::string name;
  std::string state;                // "running", "undoing", "done", "undone"
  std::string failed_step;          // "" until a step failed
  std::int64_t lease_until_ms = 0;  // whoever runs it has it until then
  std::int64_t undo_attempts = 0;
};
BOOST_DESCRIBE_STRUCT(SagaLog, (), (name, state, failed_step, lease_until_ms, undo_attempts))

template <class Context>
struct Step {
  std::string_view name;
  Task<Result<void>> (*act)(Context&);
  Task<Result<void>> (*undo)(Context&);  // null: nothing to undo
};

struct SagaOutcome {
  Result<void> result;  // the error of the step that failed
  std::string failed_step;
  bool undone = true;  // false: an undo failed too; whoever sweeps tries again
};

// Undoes all of `steps`, last first. False where one refused; the others are undone all the same.
template <class Context>
Task<bool> undo_saga(std::span<const Step<Context>> steps, Context& context) {
  bool all = true;
  for (std::size_t i = steps.size(); i-- > 0;) {
    if (steps[i].undo == nullptr) continue;
    const Result<void> undone = co_await steps[i].undo(context);
    if (undone) continue;
    all = false;
    log_warning("undo failed", {{"step", steps[i].name}, {"reason", undone.error().reason}});
  }
  co_return all;
}

// Runs the steps in order; on failure undoes the failed step and those before it, in reverse.
template <class Context>
Task<SagaOutcome> run_saga(std::span<const Step<Context>> steps, Context& context) {
  SagaOutcome outcome;
  std::size_t at = 0;
  for (; at < steps.size(); ++at) {
    outcome.result = co_await steps[at].act(context);
    if (!outcome.result) break;
  }
  if (at == steps.size()) co_return outcome;
  outcome.failed_step = std::string(steps[at].name);
  outcome.undone = co_await undo_saga(steps.first(at + 1), context);
  co_return outcome;
}

}  // namespace thenorsound::workflow
