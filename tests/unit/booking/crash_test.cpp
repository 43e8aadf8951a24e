// A process killed in the middle of a saga, and the next one on the same data.
#include <cstdlib>

#include "world.hpp"

namespace thenorsound::booking {
namespace {

class Process : public BookingWorld {
 public:
  Process(std::string folder, BookingSettings settings)
      : BookingWorld(std::move(settings), std::move(folder)) {}
  void TestBody() override {}
  using BookingWorld::all;
  using BookingWorld::bus;
  using BookingWorld::clock;
  using BookingWorld::hood;
  using BookingWorld::message_types;
  using BookingWorld::order;
  using BookingWorld::post;
  using BookingWorld::recover;
};

// The killed process runs this test's code from the start, and must find the same folder.
std::string shared_folder() {
  static constexpr const char* name = "THENORSOUND_TEST_CRASH_FOLDER";
  if (const char* known = std::getenv(name)) return known;
  const std::string folder = (std::filesystem::temp_directory_path() /
                              ("thenor-crash-" + new_id("test", SystemClock().now())))
                                 .string();
  ::setenv(name, folder.c_str(), 1);
  return folder;
}

class KilledAt : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    folder_ = shared_folder() + GetParam();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_P(KilledAt, TheNextProcessEndsWhatWasBegun) {
  const std::string point = GetParam();
  const auto be_killed = [&] {
    BookingSettings settings;
    settings.fault_point = point;
    Process first(folder_, settings);
    first.bus.down = true;  // it dies with the process: what it took would be gone
    first.post(organiser, Process::order());
  };
  EXPECT_EXIT(be_killed(), testing::KilledBySignal(SIGKILL), "");

  Process second(folder_, {});
  ASSERT_EQ(second.all().size(), 1U);
  second.clock.advance(15 * second_ms);
  second.recover();
  const Booking booking = second.all()[0];
  if (point == "after-commit") {
    EXPECT_EQ(booking.status, BookingStatus::REQUESTED);
    EXPECT_EQ(second.message_types(), std::vector<std::string>{"booking.created"});
    EXPECT_TRUE(second.hood.calls().empty());
  } else {
    EXPECT_EQ(booking.status, BookingStatus::CANCELLED);
    EXPECT_EQ(booking.cancellation->code, CancellationCode::Failed);
    EXPECT_EQ(second.message_types(), std::vector<std::string>{"booking.failed"});
    EXPECT_EQ(second.hood.calls().size(), 2U);  // both are freed, whatever had been reserved
  }
}
INSTANTIATE_TEST_SUITE_P(EachPoint, KilledAt,
                         testing::Values("after-pending", "after-slot", "after-crew", "after-price",
                                         "after-commit"));

}  // namespace
}  // namespace thenorsound::booking
