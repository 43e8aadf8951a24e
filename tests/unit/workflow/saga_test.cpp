#include "workflow/saga.hpp"

#include <gtest/gtest.h>

#include "base/loops.hpp"
#include "support/until.hpp"

namespace thenorsound::workflow {
namespace {

struct Context {
  std::string fails_at;  // the step that fails
  std::vector<std::string> undo_fails;
  std::vector<std::string> seen;

  Result<void> act(std::string name) {
    seen.push_back(name);
    if (name == fails_at) return conflict("No " + name + ".");
    return {};
  }
  Result<void> undo(const std::string& name) {
    seen.push_back("undo " + name);
    if (std::find(undo_fails.begin(), undo_fails.end(), name) != undo_fails.end())
      return unavailable("down");
    return {};
  }
};

Task<Result<void>> slot(Context& context) { co_return context.act("slot"); }
Task<Result<void>> crew(Context& context) { co_return context.act("crew"); }
Task<Result<void>> price(Context& context) { co_return context.act("price"); }
Task<Result<void>> commit(Context& context) { co_return context.act("commit"); }
Task<Result<void>> free_slot(Context& context) { co_return context.undo("slot"); }
Task<Result<void>> free_crew(Context& context) { co_return context.undo("crew"); }

constexpr Step<Context> steps[] = {{"slot", slot, free_slot},
                                   {"crew", crew, free_crew},
                                   {"price", price, nullptr},
                                   {"commit", commit, nullptr}};

struct Saga : testing::Test {
  Loops loops{1};
  Context context;
  void SetUp() override { loops.start(); }
  SagaOutcome run() {
    return wait_for(loops, run_saga(std::span<const Step<Context>>(steps), context));
  }
};

using Names = std::vector<std::string>;

TEST_F(Saga, RunsAllStepsInOrder) {
  const SagaOutcome outcome = run();
  EXPECT_TRUE(outcome.result.has_value());
  EXPECT_TRUE(outcome.undone);
  EXPECT_EQ(outcome.failed_step, "");
  EXPECT_EQ(context.seen, (Names{"slot", "crew", "price", "commit"}));
}

TEST_F(Saga, UndoesTheFirstStepWhereThatFails) {
  context.fails_at = "slot";
  const SagaOutcome outcome = run();
  EXPECT_EQ(outcome.failed_step, "slot");
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().message, "No slot.");
  EXPECT_EQ(context.seen, (Names{"slot", "undo slot"}));
}

TEST_F(Saga, UndoesTheFailedStepAndThoseBeforeItInReverse) {
  context.fails_at = "crew";
  EXPECT_EQ(run().failed_step, "crew");
  EXPECT_EQ(context.seen, (Names{"slot", "crew", "undo crew", "undo slot"}));
}

TEST_F(Saga, SkipsStepsThatHaveNothingToUndo) {
  context.fails_at = "price";
  EXPECT_EQ(run().failed_step, "price");
  EXPECT_EQ(context.seen, (Names{"slot", "crew", "price", "undo crew", "undo slot"}));
}

TEST_F(Saga, UndoesAllWhereTheLastStepFails) {
  context.fails_at = "commit";
  EXPECT_EQ(run().failed_step, "commit");
  EXPECT_EQ(context.seen, (Names{"slot", "crew", "price", "commit", "undo crew", "undo slot"}));
}

TEST_F(Saga, GoesOnUndoingAfterAnUndoThatFails) {
  context.fails_at = "commit";
  context.undo_fails = {"crew"};
  const SagaOutcome outcome = run();
  EXPECT_FALSE(outcome.undone);
  EXPECT_EQ(outcome.result.error().message, "No commit.");  // the step's error, not the undo's
  EXPECT_EQ(context.seen.back(), "undo slot");
}

TEST_F(Saga, UndoesAsAWholeWhatWasFoundUnfinished) {
  EXPECT_TRUE(wait_for(loops, undo_saga(std::span<const Step<Context>>(steps), context)));
  EXPECT_EQ(context.seen, (Names{"undo crew", "undo slot"}));
}

}  // namespace
}  // namespace thenorsound::workflow
