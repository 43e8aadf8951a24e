#include "services/gateway/pages.hpp"

#include "services/gateway/documents.hpp"
#include "services/gateway/static_files.hpp"

namespace thenorsound::gateway {
namespace {

http::Response with_type(std::string_view body, std::string_view type) {
  http::Response response;
  response.body = body;
  response.content_type = type;
  response.set("Cache-Control", "no-cache");
  add_page_security(response);
  return response;
}

}  // namespace

Pages::Pages(bool demo)
    : health_(demo ? R"({"status":"ok","demo":true})" : R"({"status":"ok","demo":false})") {}

std::optional<http::Response> Pages::at(std::string_view path) const {
  if (path == "/health") {
    http::Response response = http::json_response(200, health_);
    response.set("Cache-Control", "no-store");
    return response;
  }
  if (path == "/openapi.json") return with_type(openapi_text, "application/json");
  if (path == "/docs") return with_type(docs_page, "text/html; charset=utf-8");
  if (path == "/docs/docs.css") return with_type(docs_style, "text/css; charset=utf-8");
  if (path == "/docs/docs.js") return with_type(docs_script, "text/javascript; charset=utf-8");
  return {};
}

}  // namespace thenorsound::gateway
