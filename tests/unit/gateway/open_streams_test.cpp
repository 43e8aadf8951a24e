#include "services/gateway/open_streams.hpp"

#include <gtest/gtest.h>

#include <future>

namespace thenorsound::gateway {
namespace {

struct Endless : http::BodyStream {
  std::promise<void> cancelled;
  std::future<void> cancellation = cancelled.get_future();
  Task<std::string> next() override { co_return "piece"; }
  void cancel() override { cancelled.set_value(); }
  bool ends_within(std::chrono::milliseconds limit) const {
    return cancellation.wait_for(limit) == std::future_status::ready;
  }
};
constexpr std::chrono::seconds soon{20};
constexpr std::chrono::milliseconds at_once{0};

struct OpenStreamsTest : testing::Test {
  Loops loops{2};
  OpenStreams streams;
  void SetUp() override { loops.start(); }
  void TearDown() override { loops.stop(); }
  std::shared_ptr<Endless> open(std::string sid) {
    auto stream = std::make_shared<Endless>();
    streams.note(std::move(sid), stream, loops.next().get_executor());
    return stream;
  }
};

TEST_F(OpenStreamsTest, AllOfASessionEndWithItAndNoOther) {
  const auto one = open("ses-1"), two = open("ses-1"), other = open("ses-2");
  streams.end("ses-1");
  EXPECT_TRUE(one->ends_within(soon) && two->ends_within(soon));
  EXPECT_FALSE(other->ends_within(at_once));
  streams.end("ses-none");
  streams.end("ses-2");
  EXPECT_TRUE(other->ends_within(soon));
}

TEST_F(OpenStreamsTest, KeepsNoneAlive) {
  auto gone = open("ses-1");
  const std::weak_ptr<Endless> seen = gone;
  gone.reset();
  EXPECT_TRUE(seen.expired());
  streams.end("ses-1");
}

}  // namespace
}  // namespace thenorsound::gateway
