#include "services/gateway/forwarding.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

using http::Method;

Forwarded plain() {
  Forwarded with;
  with.credential = "gateway:key";
  with.traceparent = "00-trace-span-01";
  with.request_id = "req-1";
  with.address = "192.0.2.1";
  return with;
}

TEST(Forwarding, DropsWhatOnlyWeMaySayHoweverWritten) {
  const http::Request asked = request(Method::get, "/api/events",
                                      {{"X-User-Id", "usr-evil"},
                                       {"x_user_id", "e"},
                                       {"X-USER_ROLES", "Admin"},
                                       {"X-User-CustomerId", "e"},
                                       {"X-User-Anything", "e"},
                                       {"X_Internal_Credential", "e"},
                                       {"X-Forwarded-For", "6.6.6.6"},
                                       {"X-Forwarded-Host", "e"},
                                       {"x_forwarded_proto", "e"},
                                       {"Forwarded", "for=6.6.6.6"},
                                       {"X-Real-IP", "e"},
                                       {"X-Request-Id", "e"},
                                       {"Cookie", "a=b"},
                                       {"traceparent", "e"}});
  const Seen seen(forwarded_request(asked, plain()));
  EXPECT_EQ(seen.fields.size(), 4U);
  EXPECT_EQ(seen.field("X-Internal-Credential"), "gateway:key");
  EXPECT_EQ(seen.field("X-Forwarded-For"), "192.0.2.1");
  EXPECT_EQ(seen.field("X-Request-Id"), "req-1");
  EXPECT_EQ(seen.field("traceparent"), "00-trace-span-01");
}

TEST(Forwarding, DropsHopByHopAndFramingFields) {
  const http::Request asked = request(Method::post, "/api/events",
                                      {{"Connection", "keep-alive, X-Mine"},
                                       {"X-Later", "e"},
                                       {"connection", "close , x-later"},
                                       {"Accept-Encoding", "gzip"},
                                       {"Keep-Alive", "5"},
                                       {"TE", "trailers"},
                                       {"Transfer-Encoding", "chunked"},
                                       {"Content-Length", "2"},
                                       {"Upgrade", "h2c"},
                                       {"Expect", "100-continue"},
                                       {"Host", "app.example"},
                                       {"Proxy-Authorization", "e"},
                                       {"X-Mine", "e"},
                                       {"Content-Type", "application/json"},
                                       {"If-Match", "\"7\""},
                                       {"Idempotency-Key", "k"},
                                       {"Authorization", "Bearer t"}},
                                      "{}");
  const Seen seen(forwarded_request(asked, plain()));
  EXPECT_EQ(seen.fields.size(), 8U);
  EXPECT_EQ(seen.field("Content-Type"), "application/json");
  EXPECT_EQ(seen.field("If-Match"), "\"7\"");
  EXPECT_EQ(seen.field("Idempotency-Key"), "k");
  EXPECT_EQ(seen.field("Authorization"), "Bearer t");
  EXPECT_EQ(seen.body, "{}");
}

TEST(Forwarding, SaysWhoIsLoggedIn) {
  const Claims claims{"usr-1", "CrewAdmin", "cust-1", "s", {}};
  Forwarded with = plain();
  with.claims = &claims;
  with.authorization = "Bearer new";
  with.cookie = "thenorsound_refresh=abc";
  const http::Request asked =
      request(Method::get, "/", {{"authorization", "Bearer old"}, {"Cookie", "x=y"}});
  const Seen seen(forwarded_request(asked, with));
  EXPECT_EQ(seen.field("X-User-Id"), "usr-1");
  EXPECT_EQ(seen.field("X-User-Roles"), "CrewAdmin");
  EXPECT_EQ(seen.field("X-User-CustomerId"), "cust-1");
  EXPECT_EQ(seen.field("Authorization"), "Bearer new");
  EXPECT_EQ(seen.field("Cookie"), "thenorsound_refresh=abc");
  EXPECT_EQ(seen.fields.size(), 9U);
}

TEST(Forwarding, AnAdminsEmptyCompanyIsLeftOut) {
  const Claims claims{"usr-1", "Admin", "", "s", {}};
  Forwarded with = plain();
  with.claims = &claims;
  const Seen seen(forwarded_request(request(Method::get, "/"), with));
  EXPECT_EQ(seen.fields.size(), 6U);
}

TEST(Forwarding, TracestateBelongsToItsTrace) {
  Forwarded with = plain();
  const http::Request asked = request(Method::get, "/", {{"tracestate", "a=b"}});
  EXPECT_EQ(Seen(forwarded_request(asked, with)).field("tracestate"), "");
  with.continues_trace = true;
  EXPECT_EQ(Seen(forwarded_request(asked, with)).field("tracestate"), "a=b");
}

}  // namespace
}  // namespace thenorsound::gateway
