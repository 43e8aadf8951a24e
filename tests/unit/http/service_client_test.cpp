#include "http/service_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/loops.hpp"
#include "http/error_response.hpp"

namespace thenorsound::http {
namespace {

using namespace std::chrono_literals;

class Fake : public Upstream {
 public:
  Task<Result<Response>> send(Request&, std::chrono::milliseconds timeout) override {
    ++asked;
    if (hangs) co_await sleep_for(timeout);
    co_return asked > failures ? Result<Response>(json_response(status, "{}")) : failure;
  }
  int status = 200;
  int asked = 0;
  int failures = 1'000;
  bool hangs = false;
  Error failure = unavailable("not-sent");
};

class ServiceClientTest : public testing::Test {
 protected:
  Result<json::value> send(Method method, std::string target) {
    boost::asio::io_context loop;
    std::optional<Result<json::value>> result;
    const Trace trace = new_trace();
    boost::asio::co_spawn(
        loop, client_.send(trace, method, std::move(target), json::object()),
        [&](std::exception_ptr, Result<json::value> got) { result = std::move(got); });
    loop.run();
    return std::move(*result);
  }
  Fake fake_;
  ServiceClient client_{fake_, "a:key", 1'000ms};
};

TEST_F(ServiceClientTest, RepeatsUntilSomethingAnswers) {
  fake_.failures = 2;
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(send(Method::post, "/internal/things").has_value());
  EXPECT_EQ(fake_.asked, 3);
  EXPECT_GE(std::chrono::steady_clock::now() - started, 300ms);
}

TEST_F(ServiceClientTest, WhatIsTooLongToAskForIsNotFound) {
  fake_.failures = 0;
  fake_.status = 414;
  const auto answer = send(Method::get, "/internal/things/x");
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, Code::not_found);
}

TEST_F(ServiceClientTest, NeverRepeatsWhatIsNotIdempotent) {
  EXPECT_TRUE(send(Method::post, "/api/things").has_error());
  EXPECT_EQ(fake_.asked, 1);
}

TEST_F(ServiceClientTest, AnOpenBreakerIsBelieved) {
  fake_.failure = unavailable(std::string(breaker_open), 5);
  const auto answer = send(Method::get, "/internal/things");
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().retry_after_s, 5);
  EXPECT_EQ(fake_.asked, 1);
}

TEST_F(ServiceClientTest, TheTimeoutHoldsForAllTries) {
  fake_.hangs = true;
  fake_.failure = make_error(Code::gateway_timeout, "No answer came in time.", "timeout");
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(send(Method::get, "/internal/things").has_error());
  EXPECT_EQ(fake_.asked, 2);
  EXPECT_GE(std::chrono::steady_clock::now() - started, 800ms);
}

TEST_F(ServiceClientTest, AnOutageDoesntMultiplyTheLoad) {
  ServiceClient hasty(fake_, "a:key", 101ms);  // time for one repeat
  boost::asio::io_context loop;
  const Trace trace = new_trace();
  for (int i = 0; i < 300; ++i)
    boost::asio::co_spawn(loop, hasty.get(trace, "/internal/things"),
                          [](std::exception_ptr, Result<json::value>) {});
  loop.run();
  EXPECT_LE(fake_.asked, 300 + 20 + 30);
  EXPECT_GT(fake_.asked, 300);
}

}  // namespace
}  // namespace thenorsound::http
