#include "base/json.hpp"

#include <gtest/gtest.h>

namespace thenorsound {
namespace {

TEST(JsonIn, TakesWhatRfc8259Allows) {
  for (const char* text : {"{}", "[]", "null", "true", "\"\\u00e5\\ud83d\\ude00\"", " [1, -2.5e3] ",
                           "{\"a\":{\"a\":1}}", "18446744073709551615"})
    EXPECT_TRUE(read_json(text)) << text;
}

TEST(JsonIn, RefusesEverythingElseWithoutDetails) {
  for (const std::string& text : std::vector<std::string>{"",
                                                          "{",
                                                          "{'a':1}",
                                                          "[1,]",
                                                          "{\"a\":1,}",
                                                          "nul",
                                                          "NaN",
                                                          "01",
                                                          "+1",
                                                          ".5",
                                                          "1.",
                                                          "\"\t\"",
                                                          "\"\xff\"",
                                                          "\"\xc0\xaf\"",
                                                          "\"\xed\xa0\x80\"",
                                                          "\"\\ud800\"",
                                                          "\"\\udc00\"",
                                                          "\xef\xbb\xbf{}",
                                                          "{} {}",
                                                          "/**/{}",
                                                          "{\"a\":1,\"a\":2}",
                                                          "[{\"x\":{\"a\":1,\"b\":2,\"a\":3}}]",
                                                          "{\"a\":1,\"\\u0061\":2}",
                                                          "1e400",
                                                          "[-1e999]",
                                                          "\"\x01\""}) {
    const auto value = read_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, Code::validation_error);
    EXPECT_TRUE(value.error().details.empty());
  }
  EXPECT_FALSE(read_json(std::string("\"\0\"", 3)));
}

TEST(JsonIn, TakesThirtyTwoLevelsAndNoMore) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_TRUE(read_json(nested(32)));
  EXPECT_FALSE(read_json(nested(33)));
  EXPECT_FALSE(read_json(nested(10'000)));
}

TEST(JsonOut, WritesNumbersPlainlyAndEscapes) {
  EXPECT_EQ(write_json(json::value(500.5)), "500.5");
  EXPECT_EQ(write_json(json::value(1e15)), "1000000000000000");
  EXPECT_EQ(write_json(json::value("a\"\\\n\x01å")), R"("a\"\\\n\u0001å")");
}

TEST(JsonOut, ComesBackTheSame) {
  const json::value value = {
      {"text", "å\t\"<script>"}, {"list", {1, 2.25, nullptr, true}}, {"empty", json::object()}};
  EXPECT_EQ(*read_json(write_json(value)), value);
}

}  // namespace
}  // namespace thenorsound
