#include <gtest/gtest.h>

#include "http/parser.hpp"

namespace thenorsound::http {
namespace {

struct Outcome {
  std::string word;  // "done", "more" or the error's code
  std::string body;
  std::size_t taken = 0;
};

// Feeds `text` in pieces of `step` bytes.
Outcome read(std::string_view text, std::size_t step, HeadLimits limits = {}) {
  ChunkedReader reader(limits);
  Outcome outcome;
  while (outcome.taken < text.size() && !reader.done()) {
    const std::string_view piece = text.substr(outcome.taken, step);
    auto taken = reader.feed(piece, outcome.body);
    if (taken.has_error()) {
      outcome.word = code_name(taken.error().code);
      return outcome;
    }
    outcome.taken += *taken;
    if (!reader.done()) {
      EXPECT_EQ(*taken, piece.size());
    }
  }
  outcome.word = reader.done() ? "done" : "more";
  return outcome;
}

TEST(ChunkedReaderTest, decodes_at_every_split) {
  const std::string text =
      "5\r\nhello\r\n00A;name=value;x=\"y z\"\r\n0123456789\r\n1\r\n\r\r\n0\r\nX-Sum: "
      "1\r\nY:\r\n\r\nGET";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const Outcome outcome = read(text, step);
    EXPECT_EQ(outcome.word, "done") << step;
    EXPECT_EQ(outcome.body, "hello0123456789\r") << step;
    EXPECT_EQ(outcome.taken, text.size() - 3) << step;
  }
  for (std::size_t size = 0; size < text.size() - 3; ++size)
    EXPECT_EQ(read(text.substr(0, size), 1000).word, "more") << size;
}

TEST(ChunkedReaderTest, an_empty_body_is_one_chunk) {
  const Outcome outcome = read("0\r\n\r\n", 100);
  EXPECT_EQ(outcome.word, "done");
  EXPECT_EQ(outcome.body, "");
}

TEST(ChunkedReaderTest, refuses) {
  for (const std::string_view text : {"\r\n",
                                      ";a\r\n",
                                      "g\r\n",
                                      "-1\r\n",
                                      "+1\r\n",
                                      "0x1\r\n",
                                      " 1\r\n",
                                      "1 \r\n",
                                      "1\t\r\n",
                                      "1 ;a\r\n",
                                      "1\n",
                                      "1;a\n",
                                      "1\ra",
                                      "1;a\ra",
                                      "1;\x01\r\n",
                                      "1;a\x7f\r\n",
                                      "00000000000000001\r\n",
                                      "FFFFFFFFFFFFFFFFF\r\n",
                                      "1,2\r\n",
                                      "1.0\r\n",
                                      "5\r\nhelloX",
                                      "5\r\nhello\n",
                                      "5\r\nhello\rX",
                                      "5\r\nhello0\r\n",
                                      "5\r\nhello\r\n\r\n",
                                      "0\r\nX\r\n",
                                      "0\r\n: a\r\n",
                                      "0\r\nA : b\r\n",
                                      "0\r\n A: b\r\n",
                                      "0\r\nA: b\r\n c\r\n",
                                      "0\r\nA: b\n",
                                      "0\r\n\n",
                                      "0\r\nA: \x01\r\n",
                                      "0\r\nA: b\rc\r\n",
                                      "0\r\nContent-Length: 5\r\n",
                                      "0\r\nTransfer-Encoding: chunked\r\n",
                                      "0\r\nhost: a\r\n",
                                      "0\r\nConnection: close\r\n",
                                      "0\r\nTrailer: a\r\n",
                                      "0\r\nAuthorization: Bearer a\r\n",
                                      "0\r\nCookie: a=b\r\n",
                                      "0\r\nContent-Type: a/b\r\n",
                                      "0\r\nExpect: 100-continue\r\n"}) {
    EXPECT_EQ(read(text, 1000).word, "VALIDATION_ERROR") << text;
    EXPECT_EQ(read(text, 1).word, "VALIDATION_ERROR") << text;
  }
}

TEST(ChunkedReaderTest, keeps_the_limit_of_the_body) {
  HeadLimits limits;
  limits.body_bytes = 10;
  EXPECT_EQ(read("A\r\n0123456789\r\n0\r\n\r\n", 3, limits).word, "done");
  EXPECT_EQ(read("B\r\n", 3, limits).word, "PAYLOAD_TOO_LARGE");
  EXPECT_EQ(read("A\r\n0123456789\r\n1\r\n", 3, limits).word, "PAYLOAD_TOO_LARGE");
  EXPECT_EQ(read("FFFFFFFFFFFFFFFF\r\n", 3, limits).word, "PAYLOAD_TOO_LARGE");
  EXPECT_EQ(read("5\r\n01234\r\nFFFFFFFFFFFFFFFE\r\n", 3, limits).word, "PAYLOAD_TOO_LARGE");
}

TEST(ChunkedReaderTest, keeps_the_limits_of_extensions_and_trailers) {
  const std::string chunk = "1;" + std::string(511, 'x') + "\r\na\r\n";  // 512 bytes with the ';'
  EXPECT_EQ(read(chunk + chunk + "0\r\n\r\n", 100).word, "done");
  EXPECT_EQ(read(chunk + chunk + "0;x\r\n\r\n", 100).word, "VALIDATION_ERROR");
  const std::string field = "A: " + std::string(995, 'x') + "\r\n";
  std::string trailer;
  for (int i = 0; i < 16; ++i) trailer += field;
  EXPECT_EQ(read("0\r\n" + trailer + "\r\n", 100).word, "done");
  EXPECT_EQ(read("0\r\n" + trailer + field + "\r\n", 100).word, "HEADERS_TOO_LARGE");
  EXPECT_EQ(read("0\r\n" + std::string(20'000, 'x'), 100).word, "HEADERS_TOO_LARGE");
}

}  // namespace
}  // namespace thenorsound::http
