#include "http/router.hpp"

#include <boost/container/small_vector.hpp>

#include "base/log.hpp"
#include "http/accept.hpp"
#include "http/url.hpp"

namespace thenorsound::http {
namespace {

using Segments = boost::container::small_vector<std::string_view, 8>;
constexpr std::size_t max_segments = 16;
constexpr std::size_t method_count = static_cast<std::size_t>(Method::other);

// "/" has none; "/a/" has an empty last one, which no pattern matches.
Segments split(std::string_view path) {
  Segments segments;
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    if (end == path.size()) break;
    path.remove_prefix(end + 1);
    if (path.empty()) segments.push_back(path);
  }
  return segments;
}

bool is_acceptable(const Request& request, const Route& route) {
  bool asked = false;
  for (const Field& field : request.fields) {
    if (!equal_ignoring_case(field.name, "Accept")) continue;
    if (field.value == "*/*" || accepts(field.value, "application/json")) return true;
    for (const std::string& type : route.also_produces)
      if (accepts(field.value, type)) return true;
    asked = true;
  }
  return !asked;
}

bool may_call(const Actor& actor, const Access& access) {
  if (access.open) return true;
  if (actor.is_service || access.services) return actor.is_service && access.services;
  return (access.roles & Access::bit(actor.role)) != 0;
}

// Within a process a call is part of its caller's span.
Trace trace_of(const Request& request) {
  const std::string_view incoming = request.field("traceparent").value_or("");
  if (request.from_other_process || incoming.empty()) return new_trace(incoming);
  return Trace{std::string(incoming)};
}

Error no_route() { return make_error(Code::not_found, "There is nothing at this address."); }

Error unauthorized() { return make_error(Code::unauthorized, "Log in to do this."); }

Result<void> check_form(const Request& request, const Route& route) {
  if (!is_acceptable(request, route))
    return make_error(Code::not_acceptable,
                      "The answer is application/json, which Accept excludes.");
  if (route.body == Body::none || request.body.empty()) return {};
  const auto type = request.field("Content-Type");
  if (!type || !is_json_content_type(*type))
    return make_error(Code::unsupported_media_type, "The body must be application/json in UTF-8.");
  for (const Field& field : request.fields)
    if (equal_ignoring_case(field.name, "Content-Encoding") &&
        !equal_ignoring_case(field.value, "identity"))
      return make_error(Code::unsupported_media_type,
                        "The body must be sent as it is, not encoded.");
  return {};
}

// Only what is ours to mend is worth a line; refusals are in the access log.
void log_failure(const Request& request, const Error& error, const Trace& trace) {
  if (status_of(error.code) < 500 || error.code == Code::not_implemented) return;
  const std::string_view request_id = request.field("X-Request-Id").value_or("");
  log_warning("request failed", {{"code", code_name(error.code)},
                                 {"reason", error.reason},
                                 {"path", request.path},
                                 {"requestId", request_id},
                                 {"traceId", trace.trace_id()}});
}

}  // namespace

// One pattern with its routes by method.
struct Router::Path {
  std::vector<std::string> segments;  // empty: a parameter
  std::array<int, method_count> routes;
  std::string allow;
  bool open = false;

  bool matches(const Segments& path) const {
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (segments[i].empty() ? path[i].empty() : path[i] != segments[i]) return false;
    return true;
  }
  // Fixed segments first, so that the first match is the right one.
  bool before(const Path& other) const {
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (segments[i].empty() != other.segments[i].empty()) return other.segments[i].empty();
    return false;
  }
  void list_methods() {
    std::vector<std::string_view> methods = {"OPTIONS"};
    for (std::size_t i = 0; i < method_count; ++i)
      if (routes[i] >= 0) methods.push_back(method_name(static_cast<Method>(i)));
    if (routes[static_cast<std::size_t>(Method::get)] >= 0) methods.push_back("HEAD");
    std::sort(methods.begin(), methods.end());
    methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
    allow.clear();
    for (const std::string_view method : methods) (allow += allow.empty() ? "" : ", ") += method;
  }
};

struct Router::Match {
  const Path* path = nullptr;
  Segments segments;

  const Route* route(const std::vector<Route>& routes, Method method) const {
    if (path == nullptr || method == Method::other) return nullptr;
    const Method wanted = method == Method::head ? Method::get : method;
    const int index = path->routes[static_cast<std::size_t>(wanted)];
    return index < 0 ? nullptr : &routes[static_cast<std::size_t>(index)];
  }
  std::vector<std::string> values() const {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (path->segments[i].empty()) values.emplace_back(segments[i]);
    return values;
  }
};

Router::Router(Authenticate authenticate, const Clock& clock)
    : paths_(max_segments + 1), authenticate_(std::move(authenticate)), clock_(clock) {}
Router::Router(Router&&) noexcept = default;
Router::~Router() = default;

Route& Router::add(Method method, std::string pattern, Access access, RouteHandler handler,
                   Body body) {
  Path path;
  path.routes.fill(-1);
  for (const std::string_view segment : split(pattern))
    path.segments.emplace_back(segment.starts_with('{') ? std::string_view() : segment);
  std::vector<Path>& group = paths_.at(path.segments.size());
  const auto same = [&path](const Path& other) { return other.segments == path.segments; };
  auto found = std::find_if(group.begin(), group.end(), same);
  if (found == group.end()) {
    const auto later = [&path](const Path& other) { return path.before(other); };
    found = group.insert(std::find_if(group.begin(), group.end(), later), std::move(path));
  }
  int& index = found->routes.at(static_cast<std::size_t>(method));
  if (index >= 0) throw UnexpectedFailure("route given twice: " + pattern);
  index = static_cast<int>(routes_.size());
  found->open = found->open || access.open;
  found->list_methods();
  return routes_.emplace_back(
      Route{method, std::move(pattern), access, body, std::move(handler), {}});
}

Router::Match Router::find(std::string_view path) const {
  Match match;
  match.segments = split(path);
  if (match.segments.size() > max_segments) return match;
  for (const Path& candidate : paths_[match.segments.size()])
    if (candidate.matches(match.segments)) {
      match.path = &candidate;
      break;
    }
  return match;
}

Task<Response> Router::handle(Request& request) const {
  const Trace trace = trace_of(request);
  std::string surprise;
  try {
    Result<Response> result = co_await answer(request, trace);
    if (result) co_return std::move(*result);
    log_failure(request, result.error(), trace);
    co_return error_response(result.error(), trace, clock_.now());
  } catch (const std::exception& problem) {
    surprise = problem.what();
  } catch (...) {
    surprise = "an exception of unknown type";
  }
  const Error error =
      make_error(Code::service_error, "Something went wrong on our side.", surprise);
  log_failure(request, error, trace);
  co_return error_response(error, trace, clock_.now());
}

Task<Result<Response>> Router::answer(const Request& request, const Trace& trace) const {
  const Match match = find(request.path);
  const bool asks_options = request.method == Method::options;
  const Route* route = match.route(routes_, request.method);
  const bool open =
      route != nullptr ? route->access.open : match.path != nullptr && match.path->open;
  Result<Actor> actor = co_await identify(request, open || asks_options);
  if (!actor) co_return actor.error();

  if (match.path == nullptr) co_return no_route();
  if (asks_options && route == nullptr) {
    Response response = no_content();
    response.set("Allow", match.path->allow);
    co_return response;
  }
  const bool known_method = request.method != Method::other || request.method_text == "TRACE" ||
                            request.method_text == "CONNECT";
  if (!known_method) co_return make_error(Code::not_implemented, "There is no such method.");
  if (route == nullptr) {
    const Error error = make_error(Code::method_not_allowed, "This address has no such method.");
    Response response = error_response(error, trace, clock_.now());
    response.set("Allow", match.path->allow);
    co_return response;
  }
  if (const Result<void> form = check_form(request, *route); !form) co_return form.error();
  if (!may_call(*actor, route->access)) co_return forbidden();

  Call call{request, std::move(*actor), trace, match.values(), json::value(json::object_kind)};
  if (route->body == Body::json && !request.body.empty()) {
    Result<json::value> body = read_json(request.body);
    if (!body) co_return body.error();
    call.body = std::move(*body);
  }
  co_return co_await route->handler(call);
}

// On an open route nobody needs to be anybody.
Task<Result<Actor>> Router::identify(const Request& request, bool open) const {
  Result<std::optional<Actor>> found = co_await authenticate_(request);
  if (found && *found) co_return std::move(**found);
  if (open) co_return Actor{};
  if (!found) co_return found.error();
  co_return unauthorized();
}

}  // namespace thenorsound::http
