// A service's routes and the order of checks that all share: internal credential or token ·
// route 404 · method 405 · 406 · 415 · role 403 · JSON syntax 400 · then the handler (path id
// 404, whose 403, fields 400, 412, 409 and 422).
#pragma once
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/task.hpp"
#include "http/error_response.hpp"
#include "http/message.hpp"

namespace thenorsound::http {

// Who may call a route at all; whose the thing is, the handler decides.
struct Access {
  bool open = false;      // no login needed
  bool services = false;  // /internal: other services only
  unsigned roles = 0;     // bit per Role

  static constexpr unsigned bit(Role role) { return 1U << static_cast<unsigned>(role); }
  static constexpr Access everyone() { return {.open = true}; }
  static constexpr Access internal() { return {.services = true}; }
  static constexpr Access logged_in() { return {.roles = 0b111110}; }
  static constexpr Access only(std::initializer_list<Role> roles) {
    Access access;
    for (const Role role : roles) access.roles |= bit(role);
    return access;
  }
};

// What a handler gets. Lives in the router's frame until the handler is done.
struct Call {
  const Request& request;
  Actor actor;
  Trace trace;
  std::vector<std::string> path;  // the values of {…}, in order
  json::value body;               // parsed where the route takes one; `{}` where none was sent

  const std::string& id() const { return path.front(); }
  // The body's object; a body that is no object: a field error with empty `field`.
  Result<const json::object*> object() const;
  // Query parameters as an object of texts, for Fields in query mode. Errors: 400 naming a
  // parameter given twice, a bad escape.
  Result<json::object> query() const;
  // For routes without query parameters: 400 naming each that was sent.
  Result<void> refuse_query() const;
  // If-Match: nothing where absent or "*"; Error 412 where it can't match any version.
  Result<std::optional<std::int64_t>> if_match() const;
  std::optional<std::string_view> field(std::string_view name) const { return request.field(name); }
};

using RouteHandler = std::function<Task<Result<Response>>(Call&)>;
enum class Body { none, json };  // json: POST and PUT; an empty body counts as {}

struct Route {
  Method method;
  std::string pattern;  // "/api/events/{id}/status"; fixed segments win over {…}
  Access access;
  Body body;
  RouteHandler handler;
  // What it answers with beside JSON ("application/pdf"), for Accept.
  std::vector<std::string> also_produces;
};

// Who the request comes from, by its X-User-* fields and internal credential, or by its Bearer
// token (asking auth's validate). Error unauthorized: a claim that is wrong. Nothing: no claim.
using Authenticate = std::function<Task<Result<std::optional<Actor>>>(const Request&)>;

// A caller that is a service (no X-User-Id) gets internal and open routes only. HEAD is answered
// as GET, OPTIONS with Allow and without a login. Routes are added before the first request.
class Router {
 public:
  explicit Router(Authenticate authenticate, const Clock& clock);
  Router(Router&&) noexcept;
  ~Router();
  // The route, to complete it; the reference is good until the next `add`. A body sent to a route
  // with Body::none is ignored.
  Route& add(Method method, std::string pattern, Access access, RouteHandler handler,
             Body body = Body::none);
  Task<Response> handle(Request& request) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Path;
  struct Match;
  Match find(std::string_view path) const;
  Task<Result<Response>> answer(const Request& request, const Trace& trace) const;
  Task<Result<Actor>> identify(const Request& request, bool open) const;

  std::vector<Route> routes_;
  std::vector<std::vector<Path>> paths_;  // by number of segments; fixed segments first
  Authenticate authenticate_;
  const Clock& clock_;
};

// --- What handlers answer with ---
// 200 with ETag "version" where the object has `version`.
Response ok(const json::object& document);
Response ok(const json::array& list);
// 201 with Location and ETag.
Response created(std::string location, const json::object& document);
Response no_content();

struct Page {
  std::int64_t number = 1;
  std::int64_t size = 50;
  std::size_t skip() const { return static_cast<std::size_t>((number - 1) * size); }
  std::size_t limit() const { return static_cast<std::size_t>(size); }
};
// Reads pageNumber (1..1,000,000) and pageSize (1..200).
Page read_page(Fields& query);
json::object page_of(json::array items, const Page& page, std::int64_t total);

}  // namespace thenorsound::http
