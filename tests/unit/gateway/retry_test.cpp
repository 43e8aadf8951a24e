#include "services/gateway/retry.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"
#include "http/retry_budget.hpp"

namespace thenorsound::gateway {
namespace {

using http::Method;

TEST(Retry, ByMethodAndFields) {
  EXPECT_EQ(repeat_of(request(Method::get, "/")), Repeat::yes);
  EXPECT_EQ(repeat_of(request(Method::head, "/")), Repeat::yes);
  EXPECT_EQ(repeat_of(request(Method::put, "/")), Repeat::yes);
  EXPECT_EQ(repeat_of(request(Method::delete_, "/")), Repeat::yes);
  EXPECT_EQ(repeat_of(request(Method::post, "/")), Repeat::never);
  EXPECT_EQ(repeat_of(request(Method::patch, "/")), Repeat::never);
  EXPECT_EQ(repeat_of(request(Method::post, "/", {{"idempotency-key", "k"}})), Repeat::yes);
  EXPECT_EQ(repeat_of(request(Method::post, "/api/auth/refresh", {{"Idempotency-Key", "k"}})),
            Repeat::never);
  EXPECT_EQ(repeat_of(request(Method::put, "/", {{"If-Match", "\"1\""}})),
            Repeat::where_nothing_was_sent);
}

TEST(Retry, ByAnswer) {
  const auto status = [](int code) {
    return is_worth_repeating(Repeat::yes, http::json_response(code, ""));
  };
  for (const int code : {408, 429, 500, 501, 502, 503, 504}) EXPECT_TRUE(status(code)) << code;
  for (const int code : {200, 201, 204, 304, 400, 401, 403, 404, 409, 412, 422})
    EXPECT_FALSE(status(code)) << code;
  EXPECT_TRUE(is_worth_repeating(Repeat::yes, unavailable("refused")));
  EXPECT_TRUE(is_worth_repeating(Repeat::yes, make_error(Code::gateway_timeout, "")));
  EXPECT_FALSE(is_worth_repeating(Repeat::never, unavailable("not-sent")));
  EXPECT_FALSE(is_worth_repeating(Repeat::yes, unavailable(std::string(http::breaker_open))));
}

TEST(Retry, AWriteWithIfMatchOnlyWhereNothingWasSent) {
  const Repeat repeat = Repeat::where_nothing_was_sent;
  EXPECT_TRUE(is_worth_repeating(repeat, unavailable("not-sent")));
  EXPECT_FALSE(is_worth_repeating(repeat, unavailable("reset")));
  EXPECT_FALSE(is_worth_repeating(repeat, http::json_response(503, "")));
}

TEST(RetryBudget, IsAShareOfTheCalls) {
  http::RetryBudget budget;
  int at_start = 0;
  while (budget.spend()) ++at_start;
  EXPECT_EQ(at_start, 20);
  for (int i = 0; i < 35; ++i) budget.earn();
  int later = 0;
  while (budget.spend()) ++later;
  EXPECT_EQ(later, 3);
}

TEST(RetryBudget, SavesUpOnlySoMuch) {
  http::RetryBudget budget;
  for (int i = 0; i < 100'000; ++i) budget.earn();
  int saved = 0;
  while (budget.spend()) ++saved;
  EXPECT_EQ(saved, 50);
}

}  // namespace
}  // namespace thenorsound::gateway
