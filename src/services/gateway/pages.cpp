#include "services/gateway/pages.hpp"

#include "services/gateway/openapi.hpp"
#include "services/gateway/static_files.hpp"

namespace thenorsound::gateway {
namespace {

constexpr std::string_view docs_page = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>ThenorSound API</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font-size:.95em}summary{cursor:pointer;padding:.2rem 0}.method{display:inline-block;width:5rem;
font-weight:600}pre{background:#f4f4f4;padding:.8rem;overflow:auto}</style></head>
<body><h1>ThenorSound API</h1><p id="about">The description is also there as
<a href="/openapi.json">/openapi.json</a>.</p><main id="routes"></main>
<script src="/docs/docs.js"></script></body></html>
)";

constexpr std::string_view docs_script = R"(fetch('/openapi.json').then(r => r.json()).then(api => {
  const main = document.getElementById('routes');
  const element = (name, text, className) => {
    const made = document.createElement(name);
    made.textContent = text || '';
    if (className) made.className = className;
    return made;
  };
  for (const [path, item] of Object.entries(api.paths || {})) {
    for (const method of ['get', 'post', 'put', 'delete']) {
      const operation = item[method];
      if (!operation) continue;
      const details = element('details');
      const summary = element('summary');
      summary.append(element('span', method.toUpperCase(), 'method'), element('code', path), ' ',
                     element('span', operation.summary));
      details.append(summary, element('p', operation.description),
                     element('pre', JSON.stringify(operation, null, 2)));
      main.append(details);
    }
  }
});
)";

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
    : health_(demo ? R"({"status":"ok","demo":true})" : R"({"status":"ok","demo":false})"),
      openapi_(openapi_text()) {}

std::optional<http::Response> Pages::at(std::string_view path) const {
  if (path == "/health") {
    http::Response response = http::json_response(200, health_);
    response.set("Cache-Control", "no-store");
    return response;
  }
  if (path == "/openapi.json") return with_type(openapi_, "application/json");
  if (path == "/docs") return with_type(docs_page, "text/html; charset=utf-8");
  if (path == "/docs/docs.js") return with_type(docs_script, "text/javascript; charset=utf-8");
  return {};
}

}  // namespace thenorsound::gateway
