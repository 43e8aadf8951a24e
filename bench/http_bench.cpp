// The HTTP layer alone, for wrk: `http_bench PORT` answers a fixed body on one loop,
// `http_bench PORT HOST:PORT` passes every request on. At the end of input it stops and prints
// the CPU time a request took.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/client.hpp"
#include "http/error_response.hpp"
#include "http/server.hpp"

namespace thenorsound {
namespace {

std::atomic<std::uint64_t> requests{0};

Task<http::Response> hello(http::Request&) {
  requests.fetch_add(1, std::memory_order_relaxed);
  http::Response response = http::json_response(200, std::string(289, 'x'));
  response.set("Cache-Control", "no-store");
  co_return response;
}

Task<http::Response> pass_on(http::Client& client, http::Request& request) {
  requests.fetch_add(1, std::memory_order_relaxed);
  auto answer = co_await client.send(request, std::chrono::seconds(25));
  if (answer.has_error())
    co_return http::error_response(answer.error(), new_trace(), SystemClock().now());
  co_return std::move(*answer);
}

double cpu_us() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

int run(int count, char** words) {
  if (count < 2) {
    std::fputs("usage: http_bench PORT [UPSTREAM_HOST:PORT]\n", stderr);
    return 2;
  }
  Loops loops(1);
  http::ClientSettings upstream;
  if (count > 2) upstream.addresses.push_back(words[2]);
  http::Client client(loops, upstream);
  http::ServerSettings settings;
  settings.port = static_cast<std::uint16_t>(std::atoi(words[1]));
  http::Handler handler = hello;
  if (count > 2) handler = [&client](http::Request& request) { return pass_on(client, request); };
  http::Server server(loops, settings, handler);
  const auto started = server.start();
  if (started.has_error()) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return 1;
  }
  loops.start();
  const double before = cpu_us();
  while (std::getchar() != EOF) {
  }
  const double used = cpu_us() - before;
  server.stop(std::chrono::seconds(1));
  std::printf("%llu requests, %.2f us of CPU each\n",
              static_cast<unsigned long long>(requests.load()),
              used / static_cast<double>(std::max<std::uint64_t>(1, requests.load())));
  return 0;
}

}  // namespace
}  // namespace thenorsound

int main(int count, char** words) { return thenorsound::run(count, words); }
