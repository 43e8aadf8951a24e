#include "http/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thenorsound::http {
namespace {

using namespace std::string_view_literals;

const HeadLimits limits;

// What becomes of a whole head: "ok", "more", or the code of the error.
std::string outcome(std::string_view text, const HeadLimits& with = limits) {
  auto head = parse_request_head(text, with);
  if (head.has_error()) return std::string(code_name(head.error().code));
  return *head ? "ok" : "more";
}

RequestHead parse(std::string_view text) {
  auto head = parse_request_head(text, limits);
  EXPECT_TRUE(head.has_value() && head->has_value()) << text;
  return std::move(head.value().value());
}

std::string get_with(std::string_view fields) {
  return "GET /a HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}
std::string get_target(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

TEST(RequestHeadTest, reads_a_plain_request) {
  const std::string text =
      "POST /api/events/e-1?from=2026&q=a%20b HTTP/1.1\r\nHost: example.com:5000\r\n"
      "Content-Type: application/json\r\nX-Empty:\r\nX-Padded: \t a b \t\r\nContent-Length: "
      "17\r\n\r\n{";
  const RequestHead head = parse(text);
  EXPECT_EQ(head.request.method, Method::post);
  EXPECT_EQ(head.request.method_text, "POST");
  EXPECT_EQ(head.request.target, "/api/events/e-1?from=2026&q=a%20b");
  EXPECT_EQ(head.request.path, "/api/events/e-1");
  EXPECT_EQ(head.request.query, "from=2026&q=a%20b");
  EXPECT_EQ(head.request.fields.size(), 5U);
  EXPECT_EQ(head.request.field("content-TYPE"), "application/json");
  EXPECT_EQ(head.request.field("x-empty"), "");
  EXPECT_EQ(head.request.field("x-padded"), "a b");
  EXPECT_EQ(head.request.field("x-none"), std::nullopt);
  EXPECT_EQ(head.content_length, 17U);
  EXPECT_FALSE(head.chunked);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.http_1_0);
  EXPECT_EQ(head.size, text.size() - 1);
}

TEST(RequestHeadTest, needs_more_at_every_prefix_of_a_valid_head) {
  const std::array<std::string, 4> texts{
      "\r\nGET / HTTP/1.1\r\nHost: h\r\nX-A: b c\r\nX-B:\t\r\n\r\n",
      "PUT http://h:80/a%20b?c HTTP/1.1\r\nhost: h:80\r\nTransfer-Encoding: Chunked\r\n\r\n",
      "OPTIONS * HTTP/1.0\r\n\r\n",
      "\r\n\r\nPOST /x HTTP/1.1\r\nHost: [::1]:5000\r\nExpect: 100-continue\r\nContent-Length: "
      "5\r\n\r\n"};
  for (const std::string& text : texts) {
    for (std::size_t size = 0; size < text.size(); ++size)
      EXPECT_EQ(outcome(text.substr(0, size)), "more") << text << " at " << size;
    EXPECT_EQ(outcome(text), "ok") << text;
    EXPECT_EQ(outcome(text + "GET"), "ok") << text;
  }
}

TEST(RequestHeadTest, an_error_found_in_a_prefix_is_the_error_of_the_whole) {
  const std::array<std::string, 6> texts{get_with("Content-Length: 1\r\nContent-Length: 1\r\n"),
                                         get_with("A: b\x01\r\n"),
                                         get_with("A : b\r\n"),
                                         "GET / HTTP/1.1\nHost: h\n\n",
                                         "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
                                         "GET / HTTP/3.0\r\nHost: h\r\n\r\n"};
  for (const std::string& text : texts) {
    const std::string whole = outcome(text);
    EXPECT_NE(whole, "ok");
    bool refused = false;
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::string now = outcome(text.substr(0, size));
      EXPECT_EQ(now, refused || now != "more" ? whole : "more") << text << " at " << size;
      refused |= now != "more";
    }
    EXPECT_TRUE(refused);
  }
}

TEST(RequestHeadTest, accepts) {
  for (const std::string_view fields :
       {"", "A: \xc3\xa5\xff\r\n", "!#$%&'*+-.^_`|~09az: x\r\n", "A:b:c\r\n",
        "Content-Length: 0\r\n", "Content-Length: 00012\r\n", "Content-Length: 1048576\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: CHUNKED \r\n",
        "Connection: close, , x-y\r\n", "Upgrade: h2c\r\n", "Expect: something\r\n",
        "Content_Length: 5, 5\r\n", "TE: trailers, gzip\r\n"})
    EXPECT_EQ(outcome(get_with(fields)), "ok") << fields;
  for (const std::string_view target :
       {"/", "/?", "/a/", "/a?b", "/a/%C3%A5", "/a%20b", "/.a/..b/c.",
        "/~a;b=c,d:@!$&'()*+=", "/a?b=/../c//d\\", "/a?%", "http://h", "http://h/", "HTTP://H/a"})
    EXPECT_EQ(outcome(get_target(target)), "ok") << target;
  for (const std::string_view host :
       {"a.b-c_d~", "127.0.0.1:5000", "[::1]", "[::ffff:127.0.0.1]:80", "localhost:65535"})
    EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), "ok") << host;
  EXPECT_EQ(outcome("GET / HTTP/1.0\r\n\r\n"), "ok");
  EXPECT_EQ(outcome("BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n"), "ok");
  EXPECT_EQ(outcome("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n"), "ok");
  EXPECT_EQ(outcome("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n"), "ok");
  EXPECT_EQ(outcome("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), "ok");
}

TEST(RequestHeadTest, refuses_request_lines) {
  const std::string rest = "\r\nHost: h\r\n\r\n";
  for (const std::string_view line : {"GET",
                                      "GET ",
                                      "GET /",
                                      "GET / ",
                                      "GET  / HTTP/1.1",
                                      "GET /  HTTP/1.1",
                                      " GET / HTTP/1.1",
                                      "GET / HTTP/1.1 ",
                                      "GET\t/ HTTP/1.1",
                                      "GET /\tHTTP/1.1",
                                      "GET / HTTP/1.1\t",
                                      "GET/ HTTP/1.1",
                                      "GET / http/1.1",
                                      "GET / Http/1.1",
                                      "GET / HTTP/1",
                                      "GET / HTTP/1.",
                                      "GET / HTTP/.1",
                                      "GET / HTTP/1.10",
                                      "GET / HTTP/11",
                                      "GET / HTTP/01.1",
                                      "GET / HTTP/1,1",
                                      "GET / HTTP1.1",
                                      "GET / HTTP/1.1x",
                                      "GET / HTTP/-1.1",
                                      "GET / HTTP/ 1.1",
                                      "GET / HTTP /1.1",
                                      "GET / XTTP/1.1",
                                      "GET / / HTTP/1.1",
                                      "GET HTTP/1.1",
                                      "(GET) / HTTP/1.1",
                                      "G\"T / HTTP/1.1",
                                      "G\x01T / HTTP/1.1",
                                      "\xc3\x85 / HTTP/1.1",
                                      "GET: / HTTP/1.1",
                                      "GET, / HTTP/1.1",
                                      "/ HTTP/1.1",
                                      "HTTP/1.1 200 OK",
                                      "G\rET / HTTP/1.1",
                                      "GET /\r HTTP/1.1",
                                      "GET / HTTP/1.1\r",
                                      "GET / HTTP/2",
                                      "PRI * HTTP/2"})
    EXPECT_EQ(outcome(std::string(line) + rest), "VALIDATION_ERROR") << line;
  EXPECT_EQ(outcome(std::string("G\0T / HTTP/1.1", 14) + rest), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("\r\n\r\n\r\nGET / HTTP/1.1" + rest), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("\nGET / HTTP/1.1" + rest), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("\x16\x03\x01\x02"), "VALIDATION_ERROR");  // TLS
}

TEST(RequestHeadTest, refuses_versions) {
  for (const std::string_view version : {"0.9", "1.2", "1.9", "2.0", "3.0", "9.9"})
    EXPECT_EQ(outcome("GET / HTTP/" + std::string(version) + "\r\nHost: h\r\n\r\n"),
              "VERSION_NOT_SUPPORTED")
        << version;
  EXPECT_EQ(outcome("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "VERSION_NOT_SUPPORTED");
}

TEST(RequestHeadTest, refuses_targets) {
  for (const std::string_view target : {"a",
                                        "*",
                                        "**",
                                        "/a#b",
                                        "/#",
                                        "/a?b#c",
                                        "/\x01",
                                        "/\x7f",
                                        "/\xc3\xa5",
                                        "/a?\xc3\xa5",
                                        "/a\x80",
                                        "//",
                                        "//a",
                                        "/a//b",
                                        "/a//",
                                        "/.",
                                        "/..",
                                        "/./a",
                                        "/../a",
                                        "/a/.",
                                        "/a/..",
                                        "/a/../b",
                                        "/a/./b",
                                        "/%2e",
                                        "/%2e%2E/a",
                                        "/a/.%2e/b",
                                        "/a%2fb",
                                        "/a%2Fb",
                                        "/a%5cb",
                                        "/a\\b",
                                        "/a%00b",
                                        "/a%0ab",
                                        "/a%0d",
                                        "/a%7f",
                                        "/a%",
                                        "/a%2",
                                        "/a%zz",
                                        "/a%2g",
                                        "/%C3",
                                        "/%C3%28",
                                        "/%c0%ae",
                                        "/%ED%A0%80",
                                        "/%F5%80%80%80",
                                        "/%FF",
                                        "http:/h/a",
                                        "http:///a",
                                        "http://",
                                        "https://h/a",
                                        "ftp://h/a",
                                        "http://u@h/",
                                        "http://u:p@h/",
                                        "http://h:x/",
                                        "http://h:99999/",
                                        "http://h:/",
                                        "http://other/",
                                        "http://h:80/",
                                        "http://[::1/",
                                        "http://h/a#b",
                                        "http://h//a",
                                        "http://h/../a",
                                        "h:80",
                                        "?a",
                                        "javascript:alert(1)",
                                        "http://h\\a/",
                                        "http://h?x"})
    EXPECT_EQ(outcome(get_target(target)), "VALIDATION_ERROR") << target;
  EXPECT_EQ(outcome("CONNECT / HTTP/1.1\r\nHost: h\r\n\r\n"), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("CONNECT h:1:2 HTTP/1.1\r\nHost: h\r\n\r\n"), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("POST * HTTP/1.1\r\nHost: h\r\n\r\n"), "VALIDATION_ERROR");
}

TEST(RequestHeadTest, refuses_hosts) {
  for (const std::string_view host : {"Host:",
                                      "Host: ",
                                      "Host: a b",
                                      "Host: a@b",
                                      "Host: a/b",
                                      "Host: a?b",
                                      "Host: a#b",
                                      "Host: a:b",
                                      "Host: a:",
                                      "Host: a:65536",
                                      "Host: a:1:2",
                                      "Host: :80",
                                      "Host: a,b",
                                      "Host: [::1",
                                      "Host: ::1",
                                      "Host: []",
                                      "Host: [x]",
                                      "Host: [::1]x",
                                      "Host: \xc3\xa5",
                                      "Host: a%2fb",
                                      "Host: <a>",
                                      "Host: h\r\nHost: h",
                                      "Host: h\r\nhOsT: other",
                                      "X: y"})
    EXPECT_EQ(outcome("GET / HTTP/1.1\r\n" + std::string(host) + "\r\n\r\n"), "VALIDATION_ERROR")
        << host;
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\n\r\n"), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("GET / HTTP/1.0\r\nHost: a b\r\n\r\n"), "VALIDATION_ERROR");
}

TEST(RequestHeadTest, refuses_fields) {
  for (const std::string_view field : {"A : b",
                                       "A\t: b",
                                       ": b",
                                       "A",
                                       "A b: c",
                                       " A: b",
                                       "\tA: b",
                                       "A: b\r\n c",
                                       "A: b\r\n\tc",
                                       "A(: b",
                                       "A\"b\": c",
                                       "A/b: c",
                                       "A[]: c",
                                       "A@b: c",
                                       "\xc3\x85: b",
                                       "A\x01: b",
                                       "A: b\x01",
                                       "A: \x1f",
                                       "A: b\x7f",
                                       "A: b\x0b",
                                       "A: b\x0c",
                                       "A: b\x08"
                                       "c",
                                       "A: b\rc",
                                       "A: b\nB: c",
                                       "A: 12345678\x02"
                                       "0",
                                       "A\r: b",
                                       "A: b\r",
                                       "\r",
                                       "A;b: c",
                                       "A=b: c",
                                       "{a}: b",
                                       "A,B: c"})
    EXPECT_EQ(outcome(get_with(std::string(field) + "\r\n")), "VALIDATION_ERROR") << field;
  EXPECT_EQ(outcome(get_with(std::string("A: b\0c\r\n", 8))), "VALIDATION_ERROR");
  EXPECT_EQ(outcome(get_with(std::string("A\0: b\r\n", 7))), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\n Host: h\r\n\r\n"), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: h\r\n\n"), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: h\n\r\n"), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: h\r\r\n\r\n"), "VALIDATION_ERROR");
}

TEST(RequestHeadTest, refuses_lengths) {
  for (const std::string_view fields : {"Content-Length:",
                                        "Content-Length: +5",
                                        "Content-Length: -5",
                                        "Content-Length: 5, 5",
                                        "Content-Length: 5,5",
                                        "Content-Length: 0x5",
                                        "Content-Length: 5 5",
                                        "Content-Length: 5.0",
                                        "Content-Length: 5e1",
                                        "Content-Length: five",
                                        "Content-Length: ,5",
                                        "Content-Length: 5;",
                                        "Content-Length: \"5\"",
                                        "Content-Length: 18446744073709551616",
                                        "Content-Length: \xb2",
                                        "Content-Length: 99999999999999999999999999",
                                        "Content-Length: 5\r\nContent-Length: 5",
                                        "Content-Length: 5\r\ncontent-length: 6",
                                        "Content-Length: 5\r\nTransfer-Encoding: chunked",
                                        "Transfer-Encoding: chunked\r\nContent-Length: 5",
                                        "Transfer-Encoding: chunked\r\nContent-Length: 0",
                                        "Content-Length : 5",
                                        "Content-Length: 5\r\nTransfer-Encoding: identity"})
    EXPECT_EQ(outcome(get_with(std::string(fields) + "\r\n")), "VALIDATION_ERROR") << fields;
}

TEST(RequestHeadTest, refuses_transfer_codings) {
  for (const std::string_view coding : {"",
                                        "identity",
                                        "gzip",
                                        "chunked, gzip",
                                        "chunked,",
                                        ",",
                                        "chunked;a=b",
                                        "xchunked",
                                        "chunked x",
                                        "\"chunked\"",
                                        "chunked, identity",
                                        "chunke",
                                        "chunkedd",
                                        "\xe2\x84\xaa"
                                        "chunke",
                                        "-chunked",
                                        "chunked\r\nTransfer-Encoding: chunked",
                                        "chunked\r\nTransfer-Encoding: identity",
                                        "gzip\r\nTransfer-Encoding: chunked",
                                        "\x0b"
                                        "chunked",
                                        "chunked\x0b",
                                        "\r\n chunked"})
    EXPECT_EQ(outcome(get_with("Transfer-Encoding: " + std::string(coding) + "\r\n")),
              "VALIDATION_ERROR")
        << coding;
  for (const std::string_view coding : {"gzip, chunked", "deflate,chunked", "chunked, chunked"})
    EXPECT_EQ(outcome(get_with("Transfer-Encoding: " + std::string(coding) + "\r\n")),
              "NOT_IMPLEMENTED")
        << coding;
  EXPECT_EQ(outcome("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "VALIDATION_ERROR");
}

TEST(RequestHeadTest, keeps_the_limits) {
  HeadLimits small;
  small.head_bytes = 200;
  small.target_bytes = 20;
  small.fields = 3;
  small.body_bytes = 10;
  const auto with = [](std::string_view target, std::string_view fields) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
  };
  EXPECT_EQ(outcome(with("/" + std::string(19, 'a'), ""), small), "ok");
  EXPECT_EQ(outcome(with("/" + std::string(20, 'a'), ""), small), "URI_TOO_LONG");
  EXPECT_EQ(outcome("GET /" + std::string(20, 'a'), small), "URI_TOO_LONG");
  EXPECT_EQ(outcome("GET /" + std::string(300, 'a'), small), "URI_TOO_LONG");
  EXPECT_EQ(outcome(std::string(300, 'A'), small), "HEADERS_TOO_LARGE");
  EXPECT_EQ(outcome(with("/", "A: b\r\nB: c\r\n"), small), "ok");
  EXPECT_EQ(outcome(with("/", "A: b\r\nB: c\r\nC: d\r\n"), small), "HEADERS_TOO_LARGE");
  const std::size_t bare = with("/", "A: \r\n").size();
  EXPECT_EQ(outcome(with("/", "A: " + std::string(200 - bare, 'x') + "\r\n"), small), "ok");
  EXPECT_EQ(outcome(with("/", "A: " + std::string(201 - bare, 'x') + "\r\n"), small),
            "HEADERS_TOO_LARGE");
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(300, 'x'), small),
            "HEADERS_TOO_LARGE");
  EXPECT_EQ(outcome(with("/", "Content-Length: 10\r\n"), small), "ok");
  EXPECT_EQ(outcome(with("/", "Content-Length: 11\r\n"), small), "PAYLOAD_TOO_LARGE");
  EXPECT_EQ(outcome(with("/", "Content-Length: 18446744073709551615\r\n"), small),
            "PAYLOAD_TOO_LARGE");
  EXPECT_EQ(outcome(get_target("/" + std::string(8191, 'a'))), "ok");
  EXPECT_EQ(outcome(get_target("/" + std::string(8192, 'a'))), "URI_TOO_LONG");
}

TEST(RequestHeadTest, says_what_becomes_of_the_connection) {
  const auto keeps = [](std::string_view version, std::string_view connection) {
    return parse("GET / HTTP/" + std::string(version) + "\r\nHost: h\r\n" +
                 std::string(connection) + "\r\n")
        .keep_alive;
  };
  EXPECT_TRUE(keeps("1.1", ""));
  EXPECT_TRUE(keeps("1.1", "Connection: upgrade\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: x, CLOSE\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("1.0", ""));
  EXPECT_TRUE(keeps("1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(keeps("1.0", "Connection: keep-alive, close\r\n"));
}

TEST(RequestHeadTest, knows_100_continue) {
  EXPECT_TRUE(parse(get_with("Expect: 100-Continue\r\n")).expects_continue);
  EXPECT_FALSE(parse(get_with("Expect: 200-ok\r\n")).expects_continue);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST(RequestHeadTest, knows_methods_exactly) {
  const auto method = [](std::string_view name) {
    return parse(std::string(name) + " / HTTP/1.1\r\nHost: h\r\n\r\n").request.method;
  };
  for (const Method each : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                            Method::delete_, Method::options})
    EXPECT_EQ(method(method_name(each)), each);
  for (const std::string_view name : {"get", "Get", "TRACE", "GETT", "PROPFIND", "X"})
    EXPECT_EQ(method(name), Method::other) << name;
}

TEST(RequestHeadTest, takes_the_path_of_an_absolute_target) {
  const RequestHead plain =
      parse("GET http://Ex.org:81/a/b?c=d HTTP/1.1\r\nHost: ex.ORG:81\r\n\r\n");
  EXPECT_EQ(plain.request.path, "/a/b");
  EXPECT_EQ(plain.request.query, "c=d");
  EXPECT_EQ(parse(get_target("http://h")).request.path, "/");
  EXPECT_EQ(parse("OPTIONS http://h HTTP/1.1\r\nHost: h\r\n\r\n").request.path, "*");
}

TEST(RequestHeadTest, decodes_the_path_once_and_survives_moves) {
  for (const std::string_view raw : {"/a%41", "/long/enough/to/be/on/the/heap/%41"}) {
    RequestHead first = parse(get_target(raw));
    const std::string expected(first.request.path);
    EXPECT_TRUE(expected.ends_with('A'));
    RequestHead second = std::move(first);
    RequestHead third;
    third = std::move(second);
    EXPECT_EQ(third.request.path, expected);
    EXPECT_EQ(third.request.path.data(), third.decoded_path.data());
  }
  EXPECT_EQ(parse(get_target("/%2541")).request.path, "/%41");
  EXPECT_EQ(parse(get_target("/%252e%252e/x")).request.path, "/%2e%2e/x");
  EXPECT_TRUE(parse(get_target("/plain")).decoded_path.empty());
}

TEST(RequestHeadTest, a_head_used_again_remembers_nothing) {
  RequestHead head;
  ASSERT_TRUE(*parse_request_head(
      "POST /%41?q HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", limits, head));
  ASSERT_TRUE(*parse_request_head(get_with("Transfer-Encoding: chunked\r\n"), limits, head));
  ASSERT_TRUE(*parse_request_head("GET /b HTTP/1.1\r\nHost: h\r\n\r\n", limits, head));
  EXPECT_EQ(head.request.path, "/b");
  EXPECT_EQ(head.request.query, "");
  EXPECT_EQ(head.request.fields.size(), 1U);
  EXPECT_EQ(head.content_length, 0U);
  EXPECT_FALSE(head.chunked || head.expects_continue || head.http_1_0);
  EXPECT_TRUE(head.keep_alive);
  ASSERT_TRUE(parse_request_head("\x01", limits, head).has_error());
  EXPECT_EQ(head.request.method, Method::other);
}

TEST(RequestHeadTest, random_bytes_never_crash_and_never_read_further) {
  std::uint32_t seed = 12345;
  const auto random = [&seed](std::uint32_t below) {
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % below;
  };
  const std::string good =
      "POST /a%20b?x HTTP/1.1\r\nHost: h:1\r\nContent-Length: 3\r\nA: b\r\n\r\nabc";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = good;
    for (std::uint32_t i = 0; i <= random(3); ++i)
      text[random(static_cast<std::uint32_t>(text.size()))] = static_cast<char>(random(256));
    // A copy of its own size, for the sanitizers.
    const std::vector<char> exact(text.begin(), text.end());
    auto head = parse_request_head({exact.data(), exact.size()}, limits);
    if (head.has_value() && *head) {
      EXPECT_LE((*head)->size, exact.size());
    }
  }
}

TEST(RequestHeadTest, what_arrives_in_pieces_is_judged_as_the_whole) {
  std::uint32_t seed = 777;
  const auto random = [&seed](std::uint32_t below) {
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % below;
  };
  constexpr std::string_view spice = "\r\n\r\n \t:,;%/.*?#0x\0\x7f\xc3"sv;
  const std::string good =
      "POST http://h:1/a%20b?x HTTP/1.1\r\nHost: h:1\r\nContent-Length: 3\r\nConnection: "
      "close\r\n\r\n";
  for (int round = 0; round < 3'000; ++round) {
    std::string text = good;
    for (std::uint32_t i = 0; i <= random(2); ++i) {
      const std::size_t at = random(static_cast<std::uint32_t>(text.size()));
      const char c = spice[random(static_cast<std::uint32_t>(spice.size()))];
      if (random(2) == 0)
        text[at] = c;
      else
        text.insert(at, 1, c);
    }
    const auto whole = parse_request_head(text, limits);
    const std::size_t end = whole.has_value() && *whole ? (*whole)->size : text.size();
    for (std::size_t size = 0; size < end; ++size) {
      const std::string part = outcome(text.substr(0, size));
      if (whole.has_value()) {
        ASSERT_EQ(part, "more") << text;
      } else {
        ASSERT_NE(part, "ok") << text;
      }
    }
  }
}

// --- Responses ---

std::string response_outcome(std::string_view text) {
  auto head = parse_response_head(text, limits);
  if (head.has_error()) return head.error().reason;
  return *head ? "ok" : "more";
}

TEST(ResponseHeadTest, reads_a_plain_response) {
  const std::string text = "HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\nX-A: b\r\n\r\n{";
  auto head = parse_response_head(text, limits);
  ASSERT_TRUE(head.has_value() && head->has_value());
  EXPECT_EQ((*head)->status, 404);
  EXPECT_EQ((*head)->content_length, 12U);
  EXPECT_TRUE((*head)->keep_alive);
  EXPECT_EQ((*head)->fields.size(), 2U);
  EXPECT_EQ((*head)->size, text.size() - 1);
  for (std::size_t size = 0; size + 1 < text.size(); ++size)
    EXPECT_EQ(response_outcome(text.substr(0, size)), "more") << size;
}

TEST(ResponseHeadTest, accepts_and_refuses) {
  for (const std::string_view text :
       {"HTTP/1.1 200 \r\n\r\n", "HTTP/1.1 200\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"})
    EXPECT_EQ(response_outcome(text), "ok") << text;
  for (const std::string_view text :
       {"HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 O\x01K\r\n\r\n",
        "ICY 200 OK\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 200 OK\r\nA\r\n\r\n"})
    EXPECT_EQ(response_outcome(text), "bad-answer") << text;
  EXPECT_EQ(response_outcome("HTTP/1.1 200 OK\r\nA: " + std::string(20'000, 'x')), "bad-answer");
}

}  // namespace
}  // namespace thenorsound::http
