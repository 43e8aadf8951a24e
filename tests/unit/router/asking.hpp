// Requests made and answered without a server.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/json.hpp"
#include "http/router.hpp"

namespace thenorsound::http {

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

// Views point into the arguments: texts given here must outlive the request.
inline Request request(Method method, std::string_view target,
                       std::initializer_list<Field> fields = {}, std::string_view body = {}) {
  Request request;
  request.method = method;
  request.method_text = method_name(method);
  request.target = target;
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
  request.fields.assign(fields.begin(), fields.end());
  request.body = body;
  return request;
}

inline json::object error_of(const Response& response) {
  return read_own_json(response.body).as_object().at("error").as_object();
}
inline std::string code_of(const Response& response) {
  return std::string(std::string_view(error_of(response).at("code").as_string()));
}
inline std::string header(const Response& response, std::string_view name) {
  const std::string* value = response.field(name);
  return value == nullptr ? "" : *value;
}

}  // namespace thenorsound::http
