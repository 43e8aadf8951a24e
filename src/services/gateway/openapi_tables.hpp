// What the API has, for its description: every endpoint and every thing with its fields.
#pragma once
#include <span>
#include <string_view>

#include "http/message.hpp"

namespace thenorsound::gateway {

struct DescribedEndpoint {
  http::Method method;
  std::string_view path;
  std::string_view tag;
  std::string_view summary;
  std::string_view who;     // "public": no login
  std::string_view query;   // "status, from, to"
  std::string_view body;    // a schema; empty: none
  std::string_view answer;  // a schema, "[X]" an array, "X page", or a media type
  int status = 200;
};
std::span<const DescribedEndpoint> described_endpoints();

// Fields: "name type", by ", ". Behind the name: '!' required to create one, '~' read only, '-'
// write only. Types: text, email, int, number, bool, time, day, object, words by '|', a schema, or
// "[type]".
struct DescribedSchema {
  std::string_view name;
  std::string_view fields;
  bool is_document = false;  // has id, version, createdAt, updatedAt
};
std::span<const DescribedSchema> described_schemas();

}  // namespace thenorsound::gateway
