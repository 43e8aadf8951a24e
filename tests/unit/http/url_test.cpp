#include "http/url.hpp"

#include <gtest/gtest.h>

namespace thenorsound::http {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(UrlTest, decodes_paths) {
  EXPECT_EQ(*decode_path("/"), "/");
  EXPECT_EQ(*decode_path("/a/b/"), "/a/b/");
  EXPECT_EQ(*decode_path("/%C3%A5/%F0%9F%98%80"), "/\xc3\xa5/\xf0\x9f\x98\x80");
  EXPECT_EQ(*decode_path("/a+b"), "/a+b");
  EXPECT_EQ(*decode_path("/%2525"), "/%25");
  EXPECT_EQ(*decode_path("/.../..a"), "/.../..a");
}

TEST(UrlTest, refuses_paths) {
  for (const std::string_view path :
       {"",        "a",          "%2Fa",       "//",           "/a//b",  "/.",    "/..",
        "/a/..",   "/%2e%2e",    "/%2e./a",    "/a%2Fb",       "/a%5Cb", "/a\\b", "/%00",
        "/%1f",    "/%7F",       "/%",         "/%4",          "/%4g",   "/%C3",  "/%80",
        "/%C0%AF", "/%E0%80%AF", "/%ED%A0%80", "/%F4%90%80%80"}) {
    auto decoded = decode_path(path);
    ASSERT_TRUE(decoded.has_error()) << path;
    EXPECT_EQ(decoded.error().code, Code::validation_error);
    EXPECT_FALSE(is_plain_path(path)) << path;
  }
}

TEST(UrlTest, knows_paths_that_need_no_decoding) {
  for (const std::string_view path : {"/", "/a", "/a/", "/a.b/..c/d..", "/a;b,c"}) {
    EXPECT_TRUE(is_plain_path(path)) << path;
    EXPECT_EQ(*decode_path(path), path);
  }
  EXPECT_FALSE(is_plain_path("/%41"));
  EXPECT_FALSE(is_plain_path("/\xc3\xa5"));
}

TEST(UrlTest, decodes_queries) {
  EXPECT_EQ(*decode_query(""), Pairs{});
  EXPECT_EQ(*decode_query("a=1&b=&c&&=d&a=2"),
            (Pairs{{"a", "1"}, {"b", ""}, {"c", ""}, {"", "d"}, {"a", "2"}}));
  EXPECT_EQ(*decode_query("q=a+b%20c%2Bd%26e%3Df&x=y=z"),
            (Pairs{{"q", "a b c+d&e=f"}, {"x", "y=z"}}));
  EXPECT_EQ(*decode_query("%C3%A5=%C3%A4"), (Pairs{{"\xc3\xa5", "\xc3\xa4"}}));
  for (const std::string_view query : {"a=%", "a=%1", "%zz=1", "a=%FF", "a=%ED%A0%80"})
    EXPECT_TRUE(decode_query(query).has_error()) << query;
}

TEST(UrlTest, encodes_components) {
  EXPECT_EQ(encode_component("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(encode_component("a b/c?d&e=f+%\xc3\xa5"), "a%20b%2Fc%3Fd%26e%3Df%2B%25%C3%A5");
}

TEST(UrlTest, checks_utf8) {
  for (const std::string_view good :
       {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_valid_utf8(good));
  for (const std::string_view bad :
       {"\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "a\xff"})
    EXPECT_FALSE(is_valid_utf8(bad));
}

}  // namespace
}  // namespace thenorsound::http
