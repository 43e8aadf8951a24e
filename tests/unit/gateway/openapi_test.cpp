#include "services/gateway/openapi.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/json.hpp"
#include "services/gateway/openapi_tables.hpp"
#include "services/gateway/route_table.hpp"

namespace thenorsound::gateway {
namespace {

void collect_refs(const json::value& value, std::set<std::string>& refs) {
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) {
      if (member.key() == "$ref") refs.emplace(std::string_view(member.value().as_string()));
      collect_refs(member.value(), refs);
    }
  } else if (const json::array* array = value.if_array()) {
    for (const json::value& item : *array) collect_refs(item, refs);
  }
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  const json::value document = read_own_json(openapi_text());
  std::set<std::string> refs;
  collect_refs(document, refs);
  EXPECT_GT(refs.size(), 30U);
  for (const std::string& ref : refs)
    EXPECT_FALSE(document.at_pointer(ref.substr(1)).is_null()) << ref;
}

TEST(OpenApi, EveryEndpointIsThereOnceAndHasSomebodyWhoAnswers) {
  std::set<std::pair<int, std::string_view>> seen;
  for (const DescribedEndpoint& endpoint : described_endpoints()) {
    EXPECT_TRUE(seen.emplace(static_cast<int>(endpoint.method), endpoint.path).second)
        << endpoint.path;
    EXPECT_TRUE(endpoint.path == "/health" || service_of(endpoint.path)) << endpoint.path;
  }
  const json::value document = read_own_json(openapi_text());
  std::size_t operations = 0;
  for (const auto& item : document.at("paths").as_object())
    operations += item.value().as_object().size();
  EXPECT_EQ(operations, seen.size());
}

TEST(OpenApi, SaysWhatNeedsNoLogin) {
  const json::value document = read_own_json(openapi_text());
  const auto is_open = [&](const char* path, const char* method) {
    return document.at("paths").at(path).at(method).as_object().contains("security");
  };
  EXPECT_TRUE(is_open("/api/auth/login", "post"));
  EXPECT_TRUE(is_open("/health", "get"));
  EXPECT_FALSE(is_open("/api/events", "get"));
}

TEST(OpenApi, APutRequiresNothingAndAPostDoes) {
  const json::value document = read_own_json(openapi_text());
  const json::value& schemas = document.at("components").at("schemas");
  EXPECT_FALSE(schemas.at("Event").as_object().contains("required"));
  EXPECT_FALSE(schemas.at("NewEvent").at("required").as_array().empty());
}

}  // namespace
}  // namespace thenorsound::gateway
