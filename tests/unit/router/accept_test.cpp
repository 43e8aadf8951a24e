#include "http/accept.hpp"

#include <gtest/gtest.h>

namespace thenorsound::http {
namespace {

bool json(std::string_view accept) { return accepts(accept, "application/json"); }

TEST(Accept, TakesTheTypeItselfAndWildcards) {
  EXPECT_TRUE(json(""));
  EXPECT_TRUE(json("application/json"));
  EXPECT_TRUE(json("Application/JSON"));
  EXPECT_TRUE(json("*/*"));
  EXPECT_TRUE(json("application/*"));
  EXPECT_TRUE(json("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"));
  EXPECT_TRUE(json("application/json;q=0.001"));
  EXPECT_TRUE(json("application/json;charset=utf-8"));
}

TEST(Accept, RefusesWhatIsNotNamed) {
  EXPECT_FALSE(json("text/html"));
  EXPECT_FALSE(json("text/*"));
  EXPECT_FALSE(json("application/jsonp"));
  EXPECT_FALSE(json("application/xml, text/plain;q=0.5"));
}

TEST(Accept, QualityZeroExcludesAndTheMostSpecificRangeDecides) {
  EXPECT_FALSE(json("application/json;q=0"));
  EXPECT_FALSE(json("application/json; Q=0.000, */*"));
  EXPECT_FALSE(json("*/*;q=0"));
  EXPECT_TRUE(json("*/*;q=0, application/json"));
  EXPECT_TRUE(json("application/json, application/*;q=0"));
  EXPECT_FALSE(json("application/*;q=0, */*"));
}

TEST(Accept, SeparatorsInQuotesAreText) {
  EXPECT_TRUE(json("text/html;title=\"a,b;c\", application/json"));
  EXPECT_FALSE(json("text/html;title=\", application/json\""));
}

TEST(Accept, WeightsAreThousandths) {
  EXPECT_EQ(quality(""), 1'000);
  EXPECT_EQ(quality("q=1"), 1'000);
  EXPECT_EQ(quality("level=1 ; Q = 0.25"), 250);
  EXPECT_EQ(quality("q=0.001"), 1);
  EXPECT_EQ(quality("q=0."), 0);
  EXPECT_EQ(quality("q=1.000"), 1'000);
  for (const char* no_weight : {"q=", "q=2", "q=0.0000", "q=x", "q=.5", "q=0,5", "q=-1"})
    EXPECT_EQ(quality(no_weight), 1'000) << no_weight;
}

TEST(ContentType, JsonInUtf8) {
  EXPECT_TRUE(is_json_content_type("application/json"));
  EXPECT_TRUE(is_json_content_type("Application/Json; Charset=UTF-8"));
  EXPECT_TRUE(is_json_content_type("application/json;charset=\"utf-8\""));
  EXPECT_FALSE(is_json_content_type("application/json; charset=iso-8859-1"));
  EXPECT_FALSE(is_json_content_type("text/plain"));
  EXPECT_FALSE(is_json_content_type("application/json, text/plain"));
  EXPECT_FALSE(is_json_content_type(""));
}

}  // namespace
}  // namespace thenorsound::http
