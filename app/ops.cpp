#include "ops.hpp"

#include "base/json.hpp"
#include "base/metrics.hpp"
#include "http/error_response.hpp"

namespace thenorsound::app {
namespace {

json::array routes_of(const std::vector<const http::Router*>& routers) {
  json::array all;
  for (const http::Router* router : routers)
    for (const http::Route& route : router->routes()) {
      json::array roles;
      for (int role = 1; role <= 5; ++role)
        if ((route.access.roles & http::Access::bit(static_cast<Role>(role))) != 0)
          roles.push_back(role);
      json::object item;
      item["method"] = json::string(http::method_name(route.method));
      item["path"] = json::string(route.pattern);
      item["open"] = route.access.open;
      item["internal"] = route.access.services;
      item["roles"] = std::move(roles);
      all.push_back(std::move(item));
    }
  return all;
}

}  // namespace

Task<http::Response> answer_ops(http::Request& request, OpsPages pages) {
  if (request.method != http::Method::get && request.method != http::Method::head) {
    http::Response refused =
        http::error_response(make_error(Code::method_not_allowed, "Only GET is possible here."),
                             new_trace(), SystemClock().now());
    refused.set("Allow", "GET, HEAD");
    co_return refused;
  }
  if (request.path == "/health") co_return http::json_response(200, R"({"status":"ok"})");
  if (request.path == "/ready") {
    const Readiness now = co_await pages.readiness();
    json::array names;
    for (const std::string& name : now.missing) names.push_back(json::string(name));
    json::object body;
    body["status"] = now.ready ? "ready" : "not ready";
    body["missing"] = std::move(names);
    co_return http::json_response(now.ready ? 200 : 503, write_json(body));
  }
  if (request.path == "/routes")
    co_return http::json_response(200, write_json(routes_of(pages.routers())));
  if (request.path == "/metrics") {
    http::Response answer;
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = metrics_text();
    co_return answer;
  }
  co_return http::error_response(not_found("page"), new_trace(), SystemClock().now());
}

}  // namespace thenorsound::app
