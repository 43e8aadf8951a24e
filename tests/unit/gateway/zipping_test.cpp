#include "services/gateway/zipping.hpp"

#include <zlib.h>

#include "gateway_fixture.hpp"

namespace thenorsound::gateway {
namespace {

using http::Method;
constexpr http::Field login{"Authorization", "Bearer usr-1.ok.x"};
constexpr http::Field takes_gzip{"Accept-Encoding", "gzip"};

std::string unzipped(std::string_view packed) {
  std::string plain(1'000'000, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

class ZippingTest : public GatewayTest {
 protected:
  http::Response ask_for(std::size_t size, std::initializer_list<http::Field> fields) {
    text_ = "[\"" + std::string(size, 'x') + "\"]";
    event_.answers[0] = http::json_response(200, text_);
    event_.answers[0]->set("ETag", "\"7\"");
    return get("/api/events/evt-1", fields);
  }
  std::string text_;
};

TEST_F(ZippingTest, LargeAnswersArePackedForWhoTakesThat) {
  for (const std::size_t size : {2'000U, 500'000U}) {
    const http::Response answer = ask_for(size, {login, takes_gzip});
    EXPECT_EQ(header(answer, "Content-Encoding"), "gzip");
    EXPECT_EQ(header(answer, "Vary"), "Accept-Encoding");
    EXPECT_LT(answer.body.size(), size / 10);
    EXPECT_EQ(unzipped(answer.body), text_);
    EXPECT_EQ(event_.seen.back().field("Accept-Encoding"), "");
  }
}

TEST_F(ZippingTest, TheETagIsTheDocumentsVersionStill) {
  EXPECT_EQ(header(ask_for(2'000, {login, takes_gzip}), "ETag"), "\"7\"");
}

TEST_F(ZippingTest, OthersGetItPlainAndHearThatItDepends) {
  for (const char* accepted : {"", "identity", "deflate, br", "gzip;q=0", "*;q=0",
                               "gzip;q=0.000, *", "gzip;q=0.3, identity;q=0.8"}) {
    const http::Response answer = ask_for(2'000, {login, {"Accept-Encoding", accepted}});
    EXPECT_EQ(answer.body, text_) << accepted;
    EXPECT_EQ(header(answer, "Content-Encoding"), "") << accepted;
    EXPECT_EQ(header(answer, "Vary"), "Accept-Encoding") << accepted;
  }
  EXPECT_EQ(ask_for(2'000, {login}).body, text_);
}

TEST_F(ZippingTest, ReadsPreferences) {
  for (const char* accepted :
       {"gzip", "GZIP", "x-gzip", "*", "deflate, gzip;q=0.001", "br;q=1.0, gzip ; q=0.5, *;q=0",
        "gzip;q=0.5, identity;q=0.5", "identity;q=0, *", "gzip, identity;q=0"})
    EXPECT_EQ(header(ask_for(2'000, {login, {"Accept-Encoding", accepted}}), "Content-Encoding"),
              "gzip")
        << accepted;
}

TEST_F(ZippingTest, SmallOnesArePackedOnlyWherePlainIsExcluded) {
  EXPECT_EQ(header(ask_for(100, {login, takes_gzip}), "Content-Encoding"), "");
  EXPECT_EQ(header(ask_for(100, {login, takes_gzip}), "Vary"), "Origin");
  const http::Response answer = ask_for(100, {login, {"Accept-Encoding", "gzip, identity;q=0"}});
  EXPECT_EQ(unzipped(answer.body), text_);
  EXPECT_EQ(ask_for(100, {login, {"Accept-Encoding", "identity;q=0"}}).body, text_);
}

TEST_F(ZippingTest, WhatIsPackedAlreadyStaysAsItIs) {
  event_.answers[0] = http::json_response(200, std::string(5'000, 'x'));
  event_.answers[0]->content_type = "application/pdf";
  EXPECT_EQ(header(get("/api/events/e", {login, takes_gzip}), "Content-Encoding"), "");
  event_.answers[0]->content_type = "application/json";
  event_.answers[0]->set("Content-Encoding", "br");
  EXPECT_EQ(header(get("/api/events/e", {login, takes_gzip}), "Content-Encoding"), "br");
}

TEST_F(ZippingTest, AnswersWithTokensAreNot) {
  const http::Request login_request = request(Method::post, "/api/auth/login", {takes_gzip});
  http::Response tokens = http::json_response(200, std::string(5'000, 'x'));
  EXPECT_FALSE(Zipping::is_wanted(login_request, tokens));
  const http::Request other = request(Method::get, "/api/events", {takes_gzip});
  EXPECT_TRUE(Zipping::is_wanted(other, tokens));
}

}  // namespace
}  // namespace thenorsound::gateway
