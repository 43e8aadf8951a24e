// Requests made and answered without a server, and upstreams that are not there.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/json.hpp"
#include "base/loops.hpp"
#include "http/error_response.hpp"
#include "http/upstream.hpp"

namespace thenorsound::gateway {

template <class T>
T run(Task<T> task) {
  boost::asio::io_context loop;
  std::optional<T> result;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr problem, T value) {
    failure = problem;
    result = std::move(value);
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(*result);
}

// Runs all at the same time on one loop.
template <class T>
std::vector<T> run_all(std::vector<Task<T>> tasks) {
  boost::asio::io_context loop;
  std::vector<T> results;
  for (Task<T>& task : tasks)
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr, T value) {
      results.push_back(std::move(value));
    });
  loop.run();
  return results;
}

// Views point into the arguments: texts given here must outlive the request.
inline http::Request request(http::Method method, std::string_view target,
                             std::initializer_list<http::Field> fields = {},
                             std::string_view body = {}) {
  http::Request request;
  request.method = method;
  request.method_text = http::method_name(method);
  request.target = target;
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
  request.fields.assign(fields.begin(), fields.end());
  request.body = body;
  request.remote_address = "192.0.2.1";
  return request;
}

inline std::string header(const http::Response& response, std::string_view name) {
  const std::string* value = response.field(name);
  return value == nullptr ? "" : *value;
}
inline std::string code_of(const http::Response& response) {
  const json::value body = read_own_json(response.body);
  return std::string(std::string_view(body.at("error").at("code").as_string()));
}

// What an upstream was asked.
struct Seen {
  explicit Seen(const http::Request& request)
      : method(request.method), path(request.path), body(request.body) {
    for (const http::Field& field : request.fields)
      fields.emplace_back(std::string(field.name), std::string(field.value));
  }
  std::string field(std::string_view name) const {
    for (const auto& [key, value] : fields)
      if (http::equal_ignoring_case(key, name)) return value;
    return "";
  }
  http::Method method;
  std::string path;
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields;
};

// Answers from `answers` in turn, then with the last one for ever.
class FakeUpstream : public http::Upstream {
 public:
  Task<Result<http::Response>> send(http::Request& request, std::chrono::milliseconds) override {
    seen.emplace_back(request);
    const Result<http::Response> answer = answers[std::min(seen.size() - 1, answers.size() - 1)];
    if (delay_ms > 0) co_await sleep_for(std::chrono::milliseconds(delay_ms));
    co_return answer;
  }
  std::vector<Result<http::Response>> answers{http::json_response(200, "{\"a\":1}")};
  std::vector<Seen> seen;
  int delay_ms = 0;
};

}  // namespace thenorsound::gateway
