#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::http {
namespace {

constexpr Time now{1'772'388'000'000};

TEST(ErrorResponse, HasTheOneForm) {
  const Trace trace = new_trace();
  Error error = invalid_field("slots[0].capacity", "must be \"large\"");
  error.reason = "internal words";
  const Response response = error_response(error, trace, now);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body.find("internal"), std::string::npos);
  const json::object body = error_of(response);
  EXPECT_EQ(body.at("code").as_string(), "VALIDATION_ERROR");
  EXPECT_EQ(body.at("timestamp").as_string(), to_iso(now));
  EXPECT_EQ(body.at("traceId").as_string(), trace.trace_id());
  EXPECT_EQ(body.at("details").as_array().at(0).as_object().at("message").as_string(),
            "must be \"large\"");
}

TEST(ErrorResponse, DetailsAreThereWhereNoFieldIsAtFault) {
  const Response response = error_response(forbidden(), {}, now);
  EXPECT_TRUE(error_of(response).at("details").as_array().empty());
  EXPECT_EQ(response.field("Retry-After"), nullptr);
}

TEST(ErrorResponse, SaysWhenToComeBackAndHowToLogIn) {
  EXPECT_EQ(header(error_response(unavailable("x", 7), {}, now), "Retry-After"), "7");
  EXPECT_EQ(
      header(error_response(make_error(Code::rate_limited, "Slower."), {}, now), "Retry-After"),
      "1");
  EXPECT_EQ(
      header(error_response(make_error(Code::unauthorized, "No."), {}, now), "WWW-Authenticate"),
      "Bearer");
}

TEST(ErrorResponse, ComesBackAsTheSameError) {
  Error error = conflict("The price is another now.");
  error.details.push_back(FieldError{"expectedTotal", "is not the price"});
  error.extra["quote"] = json::object{{"totalAmount", 2000}};
  const Response response = error_response(error, {}, now);
  const Error back = error_from_response(response.status, response.body);
  EXPECT_EQ(back.code, Code::conflict);
  EXPECT_EQ(back.message, error.message);
  EXPECT_EQ(back.details, error.details);
  EXPECT_EQ(back.extra, error.extra);
}

TEST(ErrorResponse, ReadsAnswersOfOthersByStatus) {
  EXPECT_EQ(error_from_response(404, "<html>").code, Code::not_found);
  EXPECT_EQ(error_from_response(502, "").code, Code::service_unavailable);
  EXPECT_EQ(error_from_response(504, "{}").code, Code::gateway_timeout);
  EXPECT_EQ(error_from_response(599, "[]").code, Code::service_error);
}

TEST(ErrorResponse, EveryCodeHasAStatusOfItsClass) {
  for (int code = 0; code <= static_cast<int>(Code::version_not_supported); ++code) {
    const int status = status_of(static_cast<Code>(code));
    EXPECT_GE(status, 400);
    EXPECT_LT(status, 506);
  }
}

}  // namespace
}  // namespace thenorsound::http
