#include "services/notification/live_streams.hpp"

#include <gtest/gtest.h>

#include "support/until.hpp"

namespace thenorsound::notification {
namespace {

struct Streams : testing::Test {
  Loops loops{2};
  SettableClock clock{Time{1'800'000'000'000}};
  LiveStreams streams{clock};
  bool good = true;
  void SetUp() override { loops.start(); }
  void TearDown() override { loops.stop(); }

  std::shared_ptr<http::BodyStream> open(std::int64_t lives_ms = 900'000) {
    Actor admin;
    admin.role = Role::Admin;
    auto still_good = [this]() { return answer(); };
    return *streams.open(admin, clock.now() + lives_ms, std::move(still_good));
  }
  Task<bool> answer() { co_return good; }
  std::string next(const std::shared_ptr<http::BodyStream>& stream) {
    return wait_for(loops, stream->next());
  }
  void tell(std::string subject) {
    Message message;
    message.type = "booking.created";
    message.subject = std::move(subject);
    streams.tell(message, {});
  }
};

TEST_F(Streams, BeginAtOnceAndTellWhatHappens) {
  const auto stream = open();
  EXPECT_EQ(next(stream), ": open\n\n");
  tell("book-1");
  EXPECT_EQ(next(stream), "data: {\"type\":\"booking.created\",\"id\":\"book-1\"}\n\n");
}

TEST_F(Streams, WakeAReaderThatWaits) {
  const auto stream = open();
  next(stream);
  std::string got;
  std::thread reader([&] { got = next(stream); });
  std::this_thread::sleep_for(std::chrono::milliseconds{30});
  tell("book-2");
  reader.join();
  EXPECT_NE(got.find("book-2"), std::string::npos);
}

TEST_F(Streams, EndWhenTheTokenDoes) {
  const auto stream = open(1'000);
  next(stream);
  clock.advance(1'000);
  tell("book-1");
  EXPECT_EQ(next(stream), "");
}

TEST_F(Streams, BeatWhenNothingHappensAndEndOnceRevoked) {
  SystemClock real;
  LiveStreams quick(real, std::chrono::milliseconds{20});
  auto still_good = [this]() { return answer(); };
  Actor admin;
  admin.role = Role::Admin;
  const auto stream = *quick.open(admin, real.now() + 60'000, std::move(still_good));
  EXPECT_EQ(next(stream), ": open\n\n");
  EXPECT_EQ(next(stream), ": heartbeat\n\n");
  EXPECT_EQ(next(stream), ": heartbeat\n\n");
  good = false;
  EXPECT_EQ(next(stream), "");
}

TEST_F(Streams, AskAboutTheLoginAlsoWhileThereIsAlwaysSomethingToTell) {
  SystemClock real;
  LiveStreams quick(real, std::chrono::milliseconds{20});
  auto still_good = [this]() { return answer(); };
  Actor admin;
  admin.role = Role::Admin;
  const auto stream = *quick.open(admin, real.now() + 600'000, std::move(still_good));
  good = false;
  EXPECT_TRUE(until([&] {
    Message message;
    message.type = "booking.created";
    quick.tell(message, {});
    return next(stream).empty();
  }));
}

TEST_F(Streams, AreForgottenOnceClosed) {
  auto stream = open();
  EXPECT_TRUE(streams.any_open());
  stream.reset();
  EXPECT_FALSE(streams.any_open());
}

TEST_F(Streams, AReaderThatIsTooSlowIsCutOff) {
  const auto stream = open();
  for (std::size_t i = 0; i <= LiveStreams::most_waiting; ++i) tell("book");
  EXPECT_EQ(next(stream), "");
}

TEST_F(Streams, EndWhenTheServiceStops) {
  const auto stream = open();
  next(stream);
  std::string got = "something";
  std::thread reader([&] { got = next(stream); });
  std::this_thread::sleep_for(std::chrono::milliseconds{30});
  streams.end_all();
  reader.join();
  EXPECT_EQ(got, "");
}

}  // namespace
}  // namespace thenorsound::notification
