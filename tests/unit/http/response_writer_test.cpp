#include "http/response_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/message.hpp"

namespace thenorsound::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string head_of(const Response& response, ResponseFraming framing = {}) {
  framing.date = "DATE";
  std::string out = "rubbish";
  write_response_head(response, framing, out);
  return out;
}

TEST(ResponseWriterTest, writes_what_a_response_needs) {
  Response response = json_response(201, "{}");
  response.set("Location", "/api/events/1");
  EXPECT_EQ(head_of(response),
            "HTTP/1.1 201 Created\r\nLocation: /api/events/1\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\nDate: DATE\r\n\r\n");
}

TEST(ResponseWriterTest, gives_a_length_where_a_body_may_be) {
  EXPECT_THAT(head_of(json_response(200, "")), HasSubstr("Content-Length: 0\r\n"));
  EXPECT_THAT(head_of(json_response(200, "")), Not(HasSubstr("Content-Type")));
  EXPECT_THAT(head_of(json_response(204, "")), Not(HasSubstr("Content-Length")));
  EXPECT_THAT(head_of(json_response(304, "")), Not(HasSubstr("Content-Length")));
}

TEST(ResponseWriterTest, says_what_becomes_of_the_connection) {
  ResponseFraming framing;
  EXPECT_THAT(head_of({}, framing), Not(HasSubstr("Connection")));
  framing.http_1_0 = true;
  EXPECT_THAT(head_of({}, framing), HasSubstr("Connection: keep-alive\r\n"));
  framing.keep_alive = false;
  EXPECT_THAT(head_of({}, framing), HasSubstr("Connection: close\r\n"));
}

TEST(ResponseWriterTest, lets_nobody_split_the_head) {
  Response response;
  response.add("X-A", "a\r\nX-Evil: b\n\tc");
  response.add("X-B\r\nX-Evil", "b");
  response.add("", "c");
  response.add("X C", "d");
  response.add("X-D", std::string("e\0f\x7f", 4));
  const std::string head = head_of(response);
  EXPECT_THAT(head, HasSubstr("\r\nX-A: a  X-Evil: b \tc\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-D: e f \r\n"));
  EXPECT_THAT(head, Not(HasSubstr("X-B")));
  EXPECT_THAT(head, Not(HasSubstr("X C")));
}

TEST(ResponseWriterTest, makes_framing_itself) {
  Response response = json_response(200, "abc");
  for (const std::string_view name :
       {"content-length", "Transfer-Encoding", "connection", "Keep-Alive", "Upgrade", "TE",
        "Trailer", "date", "Proxy-Connection"})
    response.add(name, "99");
  const std::string head = head_of(response);
  EXPECT_THAT(head, Not(HasSubstr("99")));
  EXPECT_THAT(head, HasSubstr("Content-Length: 3\r\n"));
}

TEST(ResponseWriterTest, a_type_among_the_fields_wins) {
  Response response = json_response(200, "abc");
  response.set("content-type", "text/csv");
  EXPECT_THAT(head_of(response), HasSubstr("content-type: text/csv"));
  EXPECT_THAT(head_of(response), Not(HasSubstr("application/json")));
}

TEST(ResponseWriterTest, never_writes_an_odd_status) {
  EXPECT_THAT(head_of(json_response(99, "")), HasSubstr("HTTP/1.1 500 "));
  EXPECT_THAT(head_of(json_response(1000, "")), HasSubstr("HTTP/1.1 500 "));
}

TEST(ResponseWriterTest, writes_dates) {
  EXPECT_EQ(http_date(Time{784'111'777'000}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(Time{951'782'400'999}), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(ResponseTest, sets_and_adds_fields) {
  Response response;
  response.add("Set-Cookie", "a");
  response.add("set-cookie", "b");
  response.add("X", "y");
  EXPECT_EQ(response.fields.size(), 3U);
  response.set("SET-COOKIE", "c");
  EXPECT_EQ(response.fields.size(), 2U);
  EXPECT_EQ(*response.field("Set-Cookie"), "c");
  EXPECT_EQ(response.field("Y"), nullptr);
}

TEST(ResponseTest, knows_reason_phrases) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(421), "Misdirected Request");
  EXPECT_EQ(reason_phrase(505), "HTTP Version Not Supported");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace thenorsound::http
