#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::http {
namespace {

Call call_of(const Request& request, json::value body = json::object()) {
  return Call{request, {}, {}, {}, std::move(body)};
}

std::optional<std::int64_t> version(std::string_view tag) {
  const Request asked = request(Method::put, "/", {{"if-match", tag}});
  const auto result = call_of(asked).if_match();
  return result ? *result : std::optional<std::int64_t>(-1);
}

TEST(Call, QueryIsAnObjectOfTexts) {
  const Request asked = request(Method::get, "/a?q=Malm%C3%B6+Live&pageSize=20&empty=&&flag");
  const auto query = call_of(asked).query();
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->at("q").as_string(), "Malmö Live");
  EXPECT_EQ(query->at("pageSize").as_string(), "20");
  EXPECT_EQ(query->at("empty").as_string(), "");
  EXPECT_EQ(query->at("flag").as_string(), "");
  EXPECT_EQ(query->size(), 4U);
}

TEST(Call, QueryNamesEveryParameterAtFault) {
  const Request asked = request(Method::get, "/a?a=1&a=2&a=3&b=%zz&c=ok&%61=4");
  const auto query = call_of(asked).query();
  ASSERT_TRUE(query.has_error());
  EXPECT_EQ(query.error().code, Code::validation_error);
  ASSERT_EQ(query.error().details.size(), 2U);
  EXPECT_EQ(query.error().details[0].field, "a");
  EXPECT_EQ(query.error().details[1].field, "b");
}

TEST(Call, IfMatchTakesStrongVersionsOnly) {
  EXPECT_EQ(version("\"7\""), 7);
  EXPECT_EQ(version("*"), std::nullopt);
  EXPECT_EQ(version("\"3\", \"5\""), 5);
  for (const std::string_view wrong :
       {"7", "W/\"7\"", "\"x\"", "\"\"", "", "\"07\"", "\"7", "\"-7x\""})
    EXPECT_EQ(version(wrong), -1) << wrong;
}

TEST(Call, WithoutIfMatchAnyVersionWillDo) {
  const Request asked = request(Method::put, "/");
  const auto result = call_of(asked).if_match();
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE(result->has_value());
}

TEST(Call, ABodyThatIsNoObjectIsAFieldErrorWithoutField) {
  const Request asked = request(Method::post, "/");
  EXPECT_TRUE(call_of(asked).object().has_value());
  const Call call = call_of(asked, json::array{1});
  const auto object = call.object();
  ASSERT_TRUE(object.has_error());
  ASSERT_EQ(object.error().details.size(), 1U);
  EXPECT_EQ(object.error().details[0].field, "");
}

TEST(Answers, CarryTheVersionAsEtag) {
  EXPECT_EQ(header(ok(json::object{{"version", 7}}), "ETag"), "\"7\"");
  EXPECT_EQ(ok(json::object{{"a", 1}}).field("ETag"), nullptr);
  const Response made = created("/api/events/evt-1", json::object{{"version", 1}});
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(header(made, "Location"), "/api/events/evt-1");
  EXPECT_EQ(header(made, "ETag"), "\"1\"");
  EXPECT_EQ(no_content().status, 204);
  EXPECT_EQ(ok(json::array{1, "b"}).body, "[1,\"b\"]");
  EXPECT_EQ(ok(json::array{}).body, "[]");
}

TEST(Pages, DefaultsAndLimits) {
  const auto read = [](json::object query, bool& fine) {
    Problems problems;
    Fields fields(query, problems, Fields::Mode::query);
    const Page page = read_page(fields);
    fine = !problems.any();
    return page;
  };
  bool fine = false;
  Page page = read({}, fine);
  EXPECT_TRUE(fine);
  EXPECT_EQ(page.size, 50);
  EXPECT_EQ(page.skip(), 0U);
  page = read({{"pageNumber", "3"}, {"pageSize", "200"}}, fine);
  EXPECT_TRUE(fine);
  EXPECT_EQ(page.skip(), 400U);
  read({{"pageSize", "201"}}, fine);
  EXPECT_FALSE(fine);
  read({{"pageNumber", "0"}}, fine);
  EXPECT_FALSE(fine);
  EXPECT_EQ(write_json(page_of(json::array{1}, Page{}, 1)),
            R"({"items":[1],"pageNumber":1,"pageSize":50,"total":1})");
}

}  // namespace
}  // namespace thenorsound::http
