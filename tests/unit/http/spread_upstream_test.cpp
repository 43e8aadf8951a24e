#include "http/spread_upstream.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "http/error_response.hpp"

namespace thenorsound::http {
namespace {

using namespace std::chrono_literals;

// Counts, and answers as it is told.
class Fake : public Upstream {
 public:
  Task<Result<Response>> send(Request&, std::chrono::milliseconds) override {
    ++asked;
    co_return answer;
  }
  int asked = 0;
  Result<Response> answer = json_response(200, "{}");
};

class SpreadUpstreamTest : public testing::Test {
 protected:
  void make(std::size_t count) {
    std::vector<SpreadUpstream::Address> addresses;
    for (std::size_t i = 0; i < count; ++i) {
      auto fake = std::make_unique<Fake>();
      fakes_.push_back(fake.get());
      addresses.push_back({"10.0.0." + std::to_string(i) + ":1", std::move(fake)});
    }
    upstream_ = std::make_unique<SpreadUpstream>("fake", std::move(addresses), clock_);
  }
  Result<Response> send() {
    boost::asio::io_context loop;
    std::optional<Result<Response>> result;
    Request request;
    boost::asio::co_spawn(
        loop, upstream_->send(request, 1s),
        [&](std::exception_ptr, Result<Response> got) { result = std::move(got); });
    loop.run();
    return std::move(*result);
  }
  void send(int times) {
    for (int i = 0; i < times; ++i) send();
  }
  int asked(std::size_t which) const { return fakes_[which]->asked; }
  bool is_in(std::size_t which) const {
    const std::string line = "thenorsound_upstream_address_up{address=\"10.0.0." +
                             std::to_string(which) + ":1\",upstream=\"fake\"} ";
    const std::string text = metrics_text();
    const std::size_t found = text.find(line);
    EXPECT_NE(found, std::string::npos) << text;
    return text.at(found + line.size()) == '1';
  }

  SettableClock clock_{{1'700'000'000'000}};
  std::vector<Fake*> fakes_;
  std::unique_ptr<SpreadUpstream> upstream_;
};

TEST_F(SpreadUpstreamTest, GoesRoundTheAddresses) {
  make(3);
  send(30);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(asked(i), 10) << i;
}

TEST_F(SpreadUpstreamTest, WhereNothingCouldBeSentTheNextOneIsAsked) {
  make(2);
  fakes_[0]->answer = unavailable("not-sent");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(send().has_value());
  EXPECT_EQ(asked(0), 1);  // and left out then
  EXPECT_EQ(asked(1), 10);
  EXPECT_FALSE(is_in(0));
  EXPECT_TRUE(is_in(1));
}

TEST_F(SpreadUpstreamTest, WhatMayHaveArrivedIsNotSentAgain) {
  make(2);
  fakes_[0]->answer = unavailable("no-answer");
  EXPECT_TRUE(send().has_error());
  EXPECT_EQ(asked(1), 0);
}

TEST_F(SpreadUpstreamTest, OneThatFailsAgainAndAgainIsLeftOut) {
  make(2);
  fakes_[0]->answer = json_response(503, "{}");
  send(4);
  EXPECT_TRUE(is_in(0));  // twice only
  send(20);
  EXPECT_EQ(asked(0), 3);
  EXPECT_FALSE(is_in(0));
}

TEST_F(SpreadUpstreamTest, RefusalsAndBugsLeaveNobodyOut) {
  make(2);
  fakes_[0]->answer = json_response(500, "{}");
  fakes_[1]->answer = json_response(404, "{}");
  send(20);
  EXPECT_EQ(asked(0), 10);
  EXPECT_EQ(asked(1), 10);
}

TEST_F(SpreadUpstreamTest, AfterAPauseOneRequestTriesIt) {
  make(2);
  fakes_[0]->answer = unavailable("not-sent");
  send(1);
  clock_.advance(500);
  send(10);
  EXPECT_EQ(asked(0), 2);
  clock_.advance(500);  // the pause has doubled
  send(10);
  EXPECT_EQ(asked(0), 2);
  clock_.advance(500);
  fakes_[0]->answer = json_response(200, "{}");
  send(20);
  EXPECT_GE(asked(0), 10);
  EXPECT_TRUE(is_in(0));
}

TEST_F(SpreadUpstreamTest, ThePauseIsHalfAMinuteAtMost) {
  make(2);
  fakes_[0]->answer = unavailable("not-sent");
  send(1);
  for (int i = 0; i < 20; ++i) {
    clock_.advance(30'000);
    send(2);
  }
  EXPECT_EQ(asked(0), 21);
}

TEST_F(SpreadUpstreamTest, AllBeingOutTheyAreAskedNevertheless) {
  make(2);
  for (Fake* fake : fakes_) fake->answer = unavailable("not-sent");
  send(10);
  EXPECT_EQ(asked(0) + asked(1), 20);
  fakes_[1]->answer = json_response(200, "{}");
  EXPECT_TRUE(send().has_value());
  EXPECT_TRUE(is_in(1));
}

TEST_F(SpreadUpstreamTest, AClockSetBackLeavesNobodyOutForLonger) {
  make(2);
  fakes_[0]->answer = unavailable("not-sent");
  send(1);
  fakes_[0]->answer = json_response(200, "{}");
  clock_.advance(-day_ms);
  send(2);
  EXPECT_TRUE(is_in(0));
}

}  // namespace
}  // namespace thenorsound::http
