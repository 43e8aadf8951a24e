#include "http/service_client.hpp"

#include <array>

#include "base/loops.hpp"
#include "http/error_response.hpp"
#include "http/url.hpp"

namespace thenorsound::http {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::array<milliseconds, 3> waits{milliseconds(100), milliseconds(200),
                                            milliseconds(400)};

// Everything the request's views point into; stays with the coroutine that sends it.
struct Outgoing {
  Method method;
  std::string target;
  std::string path;
  std::string body;
  std::string credential;
  std::string traceparent;
  const Actor* actor;

  Request request() const {
    Request request;
    request.method = method;
    request.method_text = method_name(method);
    request.target = target;
    request.path = path;
    const std::size_t mark = target.find('?');
    if (mark != std::string::npos) request.query = std::string_view(target).substr(mark + 1);
    request.body = body;
    add(request, "X-Internal-Credential", credential);
    add(request, "traceparent", traceparent);
    if (!body.empty()) add(request, "Content-Type", "application/json");
    if (actor == nullptr) return request;
    if (actor->is_service) return request;
    add(request, "X-User-Id", actor->user.value);
    add(request, "X-User-Roles", role_name(actor->role));
    if (!actor->customer.empty()) add(request, "X-User-CustomerId", actor->customer.value);
    return request;
  }
  // Nothing answered, and asking again does no harm.
  bool may_repeat() const {
    return path.starts_with("/internal/") || method == Method::get || method == Method::head;
  }

 private:
  static void add(Request& request, std::string_view name, std::string_view value) {
    request.fields.push_back(Field{name, value});
  }
};

Result<json::value> read_answer(const Response& response) {
  // An id so long can't be anything's; on this side of a socket it would not be found.
  if (response.status == 414) return not_found("thing with that id");
  if (response.status >= 400) {
    Error error = error_from_response(response.status, response.body);
    if (const std::string* wait = response.field("Retry-After"))
      error.retry_after_s = std::max(1, std::atoi(wait->c_str()));
    return error;
  }
  if (response.body.empty()) return json::value();
  Result<json::value> value = read_json(response.body);
  if (!value)
    return make_error(Code::service_error, "Something went wrong on our side.", "bad-answer");
  return value;
}

}  // namespace

ServiceClient::ServiceClient(Upstream& upstream, std::string credential,
                             std::chrono::milliseconds timeout)
    : upstream_(upstream), credential_(std::move(credential)), timeout_(timeout) {}

Task<Result<json::value>> ServiceClient::get(const Trace& trace, std::string target) {
  co_return co_await send(trace, Method::get, std::move(target), json::object());
}

Task<Result<json::value>> ServiceClient::send(const Trace& trace, Method method, std::string target,
                                              json::object body, const Actor* actor) {
  Outgoing outgoing{method, std::move(target), {}, {}, credential_, trace.traceparent, actor};
  Result<std::string> path = decode_path(outgoing.target.substr(0, outgoing.target.find('?')));
  if (!path) co_return path.error();
  outgoing.path = std::move(*path);
  const bool takes_body =
      method == Method::post || method == Method::put || method == Method::patch;
  if (takes_body) outgoing.body = write_json(body);

  const SteadyClock::time_point deadline = SteadyClock::now() + timeout_;
  const milliseconds longest_try =
      std::max(outgoing.may_repeat() ? timeout_ / 2 : timeout_, milliseconds(1));
  budget_.earn();
  for (std::size_t attempt = 0;; ++attempt) {
    Request request = outgoing.request();
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    const Result<Response> response =
        co_await upstream_.send(request, std::clamp(left, milliseconds(1), longest_try));
    if (response) co_return read_answer(*response);
    const bool gives_up = attempt == waits.size() || !outgoing.may_repeat() ||
                          response.error().reason == breaker_open ||
                          SteadyClock::now() + waits[attempt] >= deadline || !budget_.spend();
    if (gives_up) co_return response.error();
    co_await sleep_for(waits[attempt]);
  }
}

}  // namespace thenorsound::http
