// What a handler reads from its Call, and what it answers with.
#include <charconv>

#include "http/router.hpp"
#include "http/url.hpp"

namespace thenorsound::http {
namespace {

// "7" in quotes: the only ETags we give out. Nothing for any other text, weak ones included.
std::optional<std::int64_t> version_of(std::string_view tag) {
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return {};
  tag = tag.substr(1, tag.size() - 2);
  std::int64_t version = 0;
  const auto [end, failure] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
  if (failure != std::errc() || end != tag.data() + tag.size() || tag.front() == '0') return {};
  return version;
}

void set_etag(Response& response, const json::object& document) {
  const json::value* version = document.if_contains("version");
  if (version == nullptr) return;
  if (const std::int64_t* number = version->if_int64())
    response.set("ETag", "\"" + std::to_string(*number) + "\"");
  else if (const std::uint64_t* large = version->if_uint64())
    response.set("ETag", "\"" + std::to_string(*large) + "\"");
}

}  // namespace

Result<const json::object*> Call::object() const {
  if (const json::object* object = body.if_object()) return object;
  return invalid_field("", "must be a JSON object");
}

Result<json::object> Call::query() const {
  json::object values;
  Problems problems;
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const auto pairs = decode_query(part);
    if (!pairs) {
      problems.add(std::string(part.substr(0, part.find('='))),
                   "has an encoding that is not valid");
      continue;
    }
    for (const auto& [name, value] : *pairs)
      if (!values.emplace(name, json::string(value)).second && !problems.has(name))
        problems.add(name, "must be given once");
  }
  if (problems.any()) return problems.error();
  return values;
}

Result<void> Call::refuse_query() const {
  if (request.query.empty()) return {};
  const Result<json::object> sent = query();
  if (!sent) return sent.error();
  Problems problems;
  Fields(*sent, problems, Fields::Mode::query).refuse_unknown();
  if (problems.any()) return problems.error();
  return {};
}

Result<std::optional<std::int64_t>> Call::if_match() const {
  bool asked = false;
  std::optional<std::int64_t> newest;
  for (const Field& field : request.fields) {
    if (!equal_ignoring_case(field.name, "If-Match")) continue;
    asked = true;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      std::string_view tag = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(tag.size() + 1, rest.size()));
      while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t')) tag.remove_prefix(1);
      while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t')) tag.remove_suffix(1);
      if (tag == "*") return std::optional<std::int64_t>();
      // Versions only grow: of several the highest is the one that can be current.
      newest = std::max(newest, version_of(tag));
    }
  }
  if (asked && !newest)
    return make_error(Code::precondition_failed, "If-Match names no version of this.");
  return newest;
}

Response ok(const json::object& document) {
  Response response = json_response(200, write_json(document));
  set_etag(response, document);
  return response;
}

Response ok(const json::array& list) {
  std::string body;
  body.reserve(64 + list.size() * 256);
  body += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) body += ',';
    append_json(body, list[i]);
  }
  body += ']';
  return json_response(200, std::move(body));
}

Response created(std::string location, const json::object& document) {
  Response response = json_response(201, write_json(document));
  response.set("Location", std::move(location));
  set_etag(response, document);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Page read_page(Fields& query) {
  Page page;
  query.integer("pageNumber", page.number, 1, 1'000'000, true);
  query.integer("pageSize", page.size, 1, 200, true);
  return page;
}

json::object page_of(json::array items, const Page& page, std::int64_t total) {
  json::object answer;
  answer["items"] = std::move(items);
  answer["pageNumber"] = page.number;
  answer["pageSize"] = page.size;
  answer["total"] = total;
  return answer;
}

}  // namespace thenorsound::http
