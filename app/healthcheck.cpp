// thenorsound --healthcheck: for a container's health check, which has no other program to ask.
#include "base/json.hpp"
#include "parts.hpp"

namespace thenorsound::app {
namespace {

constexpr std::chrono::milliseconds time_to_answer{4'000};

Task<void> ask(http::Client& client, Result<http::Response>& answer) {
  http::Request request;
  request.method = http::Method::get;
  request.target = "/ready";
  request.path = request.target;
  answer = co_await client.send(request, time_to_answer);
}

}  // namespace

Result<std::string> Program::healthcheck() const {
  if (!parts_->unknown.empty())
    return make_error(Code::validation_error,
                      "no target is called '" + parts_->unknown.front() + "'; see --list-targets");
  const std::string address = "127.0.0.1:" + std::to_string(parts_->ops_port());
  Loops loops(1);
  http::ClientSettings settings;
  settings.addresses.push_back(address);
  http::Client client(loops, std::move(settings));
  loops.start();
  Result<http::Response> answer = unavailable("no answer yet");
  loops.run_and_wait(ask(client, answer));
  loops.stop();
  if (!answer) return make_error(Code::service_unavailable, "nothing answers on " + address);
  if (answer->status != 200)
    return make_error(Code::service_unavailable, "not ready: " + answer->body);
  return std::string("Ready.\n");
}

}  // namespace thenorsound::app
