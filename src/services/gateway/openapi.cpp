#include "services/gateway/openapi.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "services/gateway/openapi_tables.hpp"

namespace thenorsound::gateway {
namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + separator.size(), text.size()));
  }
  return parts;
}

json::object schema_ref(std::string_view name) {
  json::object ref;
  ref["$ref"] = "#/components/schemas/" + std::string(name);
  return ref;
}

json::object of_type(std::string_view type, std::string_view format = {}) {
  json::object schema;
  schema["type"] = type;
  if (!format.empty()) schema["format"] = format;
  return schema;
}

json::object schema_of(std::string_view type) {
  if (type.starts_with('[')) {
    json::object list = of_type("array");
    list["items"] = schema_of(type.substr(1, type.size() - 2));
    return list;
  }
  if (type.find('|') != std::string_view::npos) {
    json::object words = of_type("string");
    json::array values;
    for (const std::string_view word : split(type, "|"))
      values.push_back(json::value(json::string(word)));
    words["enum"] = std::move(values);
    return words;
  }
  if (type == "text") return of_type("string");
  if (type == "email") return of_type("string", "email");
  if (type == "time") return of_type("string", "date-time");
  if (type == "day") return of_type("string", "date");
  if (type == "int") return of_type("integer");
  if (type == "number") return of_type("number");
  if (type == "bool") return of_type("boolean");
  if (type == "object") return of_type("object");
  return schema_ref(type);
}

// The names of the fields that a new one needs.
json::array add_fields(std::string_view fields, json::object& properties) {
  json::array required;
  for (const std::string_view field : split(fields, ", ")) {
    const std::size_t space = field.find(' ');
    std::string_view name = field.substr(0, space);
    json::object schema = schema_of(field.substr(space + 1));
    const char mark = name.back();
    if (mark == '!' || mark == '~' || mark == '-') name.remove_suffix(1);
    if (mark == '~') schema["readOnly"] = true;
    if (mark == '-') schema["writeOnly"] = true;
    if (mark == '!') required.push_back(json::value(json::string(name)));
    properties[name] = std::move(schema);
  }
  return required;
}

// A document is described twice: as it is shown and changed (a PUT is a merge: nothing is
// required), and, as New<name>, with what it takes to make one.
void add_schema(const DescribedSchema& described, json::object& schemas) {
  json::object properties;
  if (described.is_document)
    add_fields("id~ text, version~ int, createdAt~ time, updatedAt~ time", properties);
  json::array required = add_fields(described.fields, properties);
  json::object schema = of_type("object");
  schema["properties"] = std::move(properties);
  if (described.is_document && !required.empty()) {
    json::object made;
    made["allOf"] = json::array{schema_ref(described.name)};
    made["required"] = std::move(required);
    schemas["New" + std::string(described.name)] = std::move(made);
  } else if (!required.empty()) {
    schema["required"] = std::move(required);
  }
  schemas[described.name] = std::move(schema);
}

json::object content(std::string_view media_type, json::object schema) {
  json::object type;
  type["schema"] = std::move(schema);
  json::object content;
  content[media_type] = std::move(type);
  return content;
}

json::object page_of(std::string_view name) {
  json::object list = of_type("array");
  list["items"] = schema_ref(name);
  json::object properties;
  properties["items"] = std::move(list);
  for (const char* number : {"pageNumber", "pageSize", "total"})
    properties[number] = of_type("integer");
  json::object page = of_type("object");
  page["properties"] = std::move(properties);
  return page;
}

json::object answer_of(const DescribedEndpoint& endpoint) {
  json::object answer;
  answer["description"] = endpoint.summary;
  const std::string_view type = endpoint.answer;
  constexpr std::string_view page = " page";
  if (type.find('/') != std::string_view::npos)
    answer["content"] = content(type, of_type("string"));
  else if (type.ends_with(page))
    answer["content"] =
        content("application/json", page_of(type.substr(0, type.size() - page.size())));
  else if (!type.empty())
    answer["content"] = content("application/json", schema_of(type));
  return answer;
}

json::object parameter(std::string_view name, std::string_view where, json::object schema) {
  json::object parameter;
  parameter["name"] = name;
  parameter["in"] = where;
  if (where == "path") parameter["required"] = true;
  parameter["schema"] = std::move(schema);
  return parameter;
}

json::array parameters_of(const DescribedEndpoint& endpoint) {
  json::array parameters;
  for (const std::string_view segment : split(endpoint.path, "/"))
    if (segment.starts_with('{'))
      parameters.push_back(
          parameter(segment.substr(1, segment.size() - 2), "path", of_type("string")));
  for (const std::string_view name : split(endpoint.query, ", ")) {
    const bool is_number =
        name == "pageNumber" || name == "pageSize" || name == "year" || name == "month";
    parameters.push_back(parameter(name, "query", of_type(is_number ? "integer" : "string")));
  }
  if (endpoint.method == http::Method::put)
    parameters.push_back(parameter("If-Match", "header", of_type("string")));
  if (endpoint.method == http::Method::post && !endpoint.path.starts_with("/api/auth"))
    parameters.push_back(parameter("Idempotency-Key", "header", of_type("string")));
  return parameters;
}

json::object operation_of(const DescribedEndpoint& endpoint) {
  json::object operation;
  operation["tags"] = json::array{json::string(endpoint.tag)};
  operation["summary"] = endpoint.summary;
  const bool open = endpoint.who == "public";
  operation["description"] = open ? "Needs no login." : "For: " + std::string(endpoint.who) + ".";
  if (open) operation["security"] = json::array();
  json::array parameters = parameters_of(endpoint);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!endpoint.body.empty()) {
    json::object body;
    body["content"] = content("application/json", schema_of(endpoint.body));
    operation["requestBody"] = std::move(body);
  }
  json::object responses;
  responses[std::to_string(endpoint.status)] = answer_of(endpoint);
  json::object refusal;
  refusal["$ref"] = "#/components/responses/Error";
  responses["default"] = std::move(refusal);
  operation["responses"] = std::move(responses);
  return operation;
}

std::string lower_name(http::Method method) {
  std::string name(http::method_name(method));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return static_cast<char>(c + ('a' - 'A')); });
  return name;
}

json::object components() {
  json::object schemas;
  for (const DescribedSchema& schema : described_schemas()) add_schema(schema, schemas);
  json::object error;
  error["description"] = "A refusal: every field at fault is named.";
  error["content"] = content("application/json", schema_ref("Error"));
  json::object responses;
  responses["Error"] = std::move(error);
  json::object bearer = of_type("http");
  bearer["scheme"] = "bearer";
  bearer["bearerFormat"] = "JWT";
  json::object security;
  security["bearer"] = std::move(bearer);
  json::object components;
  components["schemas"] = std::move(schemas);
  components["responses"] = std::move(responses);
  components["securitySchemes"] = std::move(security);
  return components;
}

}  // namespace

std::string openapi_text() {
  json::object info;
  info["title"] = "ThenorSound";
  info["version"] = "1";
  info["description"] = "Booking of sound, light, video and stage crew.";
  json::object paths;
  for (const DescribedEndpoint& endpoint : described_endpoints()) {
    json::value& item = paths[endpoint.path];
    if (!item.is_object()) item.emplace_object();
    item.get_object()[lower_name(endpoint.method)] = operation_of(endpoint);
  }
  json::object server;
  server["url"] = "/";
  json::object login;
  login["bearer"] = json::array();
  json::object document;
  document["openapi"] = "3.1.0";
  document["info"] = std::move(info);
  document["servers"] = json::array{std::move(server)};
  document["security"] = json::array{std::move(login)};
  document["paths"] = std::move(paths);
  document["components"] = components();
  return write_json(document);
}

}  // namespace thenorsound::gateway
