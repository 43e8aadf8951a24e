#include "bus/subject_lines.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace thenorsound::bus {
namespace {

ItemPtr item(std::string subject, std::int64_t sequence) {
  auto made = std::make_shared<Item>();
  made->id = subject + std::to_string(sequence);
  made->message.id = made->id;
  made->message.subject = std::move(subject);
  made->message.sequence = sequence;
  return made;
}

std::string taken(SubjectLines& lines) {
  const ItemPtr next = lines.take();
  return next ? next->id : "";
}

TEST(SubjectLines, TakesTheLowestSequenceOfASubjectFirst) {
  SubjectLines lines;
  lines.add(item("a", 3));
  lines.add(item("a", 1));
  lines.add(item("a", 2));
  for (const char* id : {"a1", "a2", "a3"}) {
    const ItemPtr next = lines.take();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->id, id);
    lines.finish(*next);
  }
  EXPECT_EQ(lines.take(), nullptr);
}

TEST(SubjectLines, GivesNoSecondOneOfASubjectThatIsBusy) {
  SubjectLines lines;
  lines.add(item("a", 1));
  lines.add(item("a", 2));
  lines.add(item("b", 1));
  EXPECT_EQ(taken(lines), "a1");
  EXPECT_EQ(taken(lines), "b1");
  EXPECT_EQ(taken(lines), "");
  lines.add(item("a", 3));
  EXPECT_FALSE(lines.has_ready());
  EXPECT_EQ(lines.waiting(), 2U);
}

TEST(SubjectLines, SubjectsTakeTurns) {
  SubjectLines lines;
  for (int sequence = 1; sequence <= 2; ++sequence)
    for (const char* subject : {"a", "b"}) lines.add(item(subject, sequence));
  std::string order;
  while (const ItemPtr next = lines.take()) {
    order += next->id + " ";
    lines.finish(*next);
  }
  EXPECT_EQ(order, "a1 b1 a2 b2 ");
}

TEST(SubjectLines, WhatIsPutOffComesBackInTime) {
  SubjectLines lines;
  lines.add(item("a", 2));
  lines.put_off(lines.take(), 500);
  EXPECT_EQ(lines.take(), nullptr);
  EXPECT_EQ(lines.next_return_ms(), 500);
  EXPECT_EQ(lines.put_off_count(), 1U);
  lines.bring_back(499);
  EXPECT_EQ(lines.take(), nullptr);
  lines.bring_back(500);
  EXPECT_EQ(lines.put_off_count(), 0U);
  EXPECT_EQ(taken(lines), "a2");
  EXPECT_EQ(lines.next_return_ms(), std::numeric_limits<std::int64_t>::max());
}

TEST(SubjectLines, DropsWhatWaitsAndKeepsWhatIsBeingHandled) {
  SubjectLines lines;
  lines.add(item("a", 1));
  lines.add(item("a", 2));
  lines.add(item("b", 1));
  lines.add(item("c", 1));
  const ItemPtr busy = lines.take();
  lines.put_off(lines.take(), 500);
  lines.drop_waiting();
  EXPECT_EQ(lines.waiting(), 0U);
  EXPECT_EQ(lines.put_off_count(), 0U);
  EXPECT_EQ(lines.take(), nullptr);
  EXPECT_EQ(lines.next_return_ms(), std::numeric_limits<std::int64_t>::max());
  lines.add(item("a", 2));
  EXPECT_EQ(lines.take(), nullptr);  // its subject is still busy
  lines.finish(*busy);
  EXPECT_EQ(taken(lines), "a2");
}

TEST(SubjectLines, WhatIsPutOffComesBackWhenAnotherOfItsSubjectIsDone) {
  SubjectLines lines;
  lines.add(item("a", 2));
  lines.put_off(lines.take(), 1'000'000);
  lines.add(item("a", 1));
  const ItemPtr missing = lines.take();
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->id, "a1");
  lines.finish(*missing);
  EXPECT_EQ(taken(lines), "a2");
}

TEST(SubjectLines, LaterOnesWaitBehindTheOneThatIsPutOff) {
  SubjectLines lines;
  for (const int sequence : {2, 3, 4}) lines.add(item("a", sequence));
  lines.put_off(lines.take(), 500);
  EXPECT_EQ(lines.take(), nullptr);
  EXPECT_EQ(lines.put_off_count(), 3U);
  EXPECT_EQ(lines.waiting(), 3U);
  lines.bring_back(500);
  EXPECT_EQ(taken(lines), "a2");
}

TEST(SubjectLines, ReleaseLeavesWhatIsPutOff) {
  SubjectLines lines;
  lines.add(item("a", 3));
  lines.put_off(lines.take(), 500);
  lines.add(item("a", 1));
  lines.release(*lines.take());
  EXPECT_EQ(lines.take(), nullptr);
  lines.bring_back(500);
  EXPECT_EQ(taken(lines), "a3");
}

TEST(SubjectLines, CountsWhatWaits) {
  SubjectLines lines;
  lines.add(item("a", 1));
  lines.add(item("a", 1));  // the same again
  lines.add(item("b", 1));
  EXPECT_EQ(lines.waiting(), 2U);
  lines.finish(*lines.take());
  lines.finish(*lines.take());
  EXPECT_EQ(lines.waiting(), 0U);
}

}  // namespace
}  // namespace thenorsound::bus
