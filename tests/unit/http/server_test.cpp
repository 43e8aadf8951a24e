#include "http/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <optional>

#include "http/body_stream.hpp"
#include "raw_socket.hpp"

namespace thenorsound::http {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Ticks : public BodyStream {
 public:
  Task<std::string> next() override {
    co_await sleep_for(20ms);
    co_return cancelled_ || ++count_ > 3 ? std::string() : "tick " + std::to_string(count_) + "\n";
  }
  void cancel() override { cancelled_ = true; }

 private:
  int count_ = 0;
  bool cancelled_ = false;
};

std::string describe(const Request& request) {
  return std::string(method_name(request.method)) + " " + std::string(request.path) + "?" +
         std::string(request.query) + " " + std::string(request.body);
}

Task<Response> respond(Request& request) {
  const std::string_view path = request.path;
  if (path == "/throw") throw std::runtime_error("secret");
  if (path == "/slow") co_await sleep_for(300ms);
  Response response = json_response(200, describe(request));
  if (path == "/large") response.body = std::string(3'000'000, 'x');
  if (path == "/size") response.body = std::to_string(request.body.size());
  if (path == "/who") response.body = std::string(request.remote_address);
  if (path == "/close") response.close = true;
  if (path == "/interim") response.status = 100;
  if (path == "/evil") response.set("X-A", "a\r\nX-Evil: 1");
  if (path == "/empty") {
    response.status = 204;
    response.body.clear();
  }
  if (path == "/stream") {
    response.stream = std::make_shared<Ticks>();
    response.content_type = "text/event-stream";
  }
  co_return response;
}

std::string get(std::string_view path, std::string_view fields = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}
std::string post(std::string_view path, std::string_view body, std::string_view fields = {}) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}
std::string body_of(const std::string& response) {
  return response.substr(std::min(response.find("\r\n\r\n") + 4, response.size()));
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() { loops_.start(); }
  ~ServerTest() override {
    if (server_) server_->stop(0ms);
    server_.reset();
    loops_.stop();
  }
  Server& start(ServerSettings settings = {}, Handler handler = respond) {
    server_ = std::make_unique<Server>(loops_, std::move(settings), std::move(handler));
    EXPECT_TRUE(server_->start().has_value());
    return *server_;
  }
  RawSocket connect() { return RawSocket(server_->port()); }
  static ServerSettings quick() {
    ServerSettings settings;
    settings.head_timeout = 100ms;
    settings.body_timeout = 150ms;
    settings.idle_timeout = 200ms;
    return settings;
  }

  Loops loops_{2};
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, answers_and_keeps_the_connection) {
  start();
  RawSocket client = connect();
  for (int i = 0; i < 3; ++i) {
    const std::string response = client.ask(get("/a?b=c"));
    EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(response, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(response, HasSubstr(" GMT\r\n"));
    EXPECT_THAT(response, Not(HasSubstr("Connection:")));
    EXPECT_EQ(body_of(response), "GET /a?b=c ");
  }
  EXPECT_EQ(body_of(client.ask(get("/who"))), "127.0.0.1");
}

TEST_F(ServerTest, a_request_in_single_bytes_is_the_same_request) {
  start();
  RawSocket client = connect();
  for (const char c : post("/%41", "body") + get("/b")) {
    client.send(std::string_view(&c, 1));
    std::this_thread::sleep_for(200us);
  }
  EXPECT_EQ(body_of(client.receive_response()), "POST /A? body");
  EXPECT_EQ(body_of(client.receive_response()), "GET /b? ");
}

TEST_F(ServerTest, answers_pipelined_requests_in_order) {
  start();
  RawSocket client = connect();
  std::string all;
  for (int i = 0; i < 500; ++i) {
    all += post("/n" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'x'));
    if (i % 10 == 0)
      all +=
          "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    if (i % 100 == 0) all += post("/size", std::string(40'000, 'y'));
  }
  std::thread sender([&] { client.send(all); });
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(body_of(client.receive_response()),
              "POST /n" + std::to_string(i) + "? " + std::string(static_cast<std::size_t>(i), 'x'));
    if (i % 10 == 0) {
      ASSERT_EQ(body_of(client.receive_response()), "POST /c? abc");
    }
    if (i % 100 == 0) {
      ASSERT_EQ(body_of(client.receive_response()), "40000");
    }
  }
  sender.join();
}

TEST_F(ServerTest, answers_earlier_requests_before_it_refuses) {
  start();
  RawSocket client = connect();
  client.send(get("/1") + get("/slow") + "GARBAGE\r\n\r\n" + get("/3"));
  const std::string all = client.receive_all();
  EXPECT_THAT(all, HasSubstr("GET /1? "));
  EXPECT_THAT(all, HasSubstr("GET /slow? "));
  EXPECT_THAT(all, HasSubstr("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(all, HasSubstr("{\"error\":{\"code\":\"VALIDATION_ERROR\""));
  EXPECT_THAT(all, Not(HasSubstr("GET /3")));
}

TEST_F(ServerTest, a_client_that_ends_sending_still_gets_its_answer) {
  start();
  RawSocket client = connect();
  client.send(get("/slow"));
  client.end_sending();
  EXPECT_THAT(client.receive_all(), EndsWith("GET /slow? "));
}

TEST_F(ServerTest, knows_when_to_close) {
  start();
  for (const std::string& request : {get("/a", "Connection: close\r\n"), get("/close"),
                                     std::string("GET /a HTTP/1.0\r\n\r\n")}) {
    RawSocket client = connect();
    client.send(request);
    EXPECT_THAT(client.receive_all(1s), HasSubstr("Connection: close\r\n")) << request;
  }
  RawSocket old = connect();
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(old.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
                HasSubstr("Connection: keep-alive\r\n"));
}

TEST_F(ServerTest, head_gets_the_length_and_no_body) {
  start();
  RawSocket client = connect();
  client.send("HEAD /large HTTP/1.1\r\nHost: h\r\n\r\n" + get("/next"));
  const std::string head = client.receive_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Length: 3000000\r\n"));
  EXPECT_EQ(body_of(client.receive_response()), "GET /next? ");
  const std::string none = client.ask(get("/empty"));
  EXPECT_THAT(none, AllOf(StartsWith("HTTP/1.1 204 No Content\r\n"), Not(HasSubstr("Content-"))));
  EXPECT_EQ(body_of(client.ask(get("/next"))), "GET /next? ");
}

TEST_F(ServerTest, sends_large_bodies_to_slow_readers) {
  start();
  RawSocket client = connect();
  client.send(get("/large") + get("/next"));
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(body_of(client.receive_response()), std::string(3'000'000, 'x'));
  EXPECT_EQ(body_of(client.receive_response()), "GET /next? ");
}

TEST_F(ServerTest, takes_bodies_of_every_size_up_to_the_limit) {
  start();
  RawSocket client = connect();
  for (const std::size_t size :
       {0UL, 1UL, 16'000UL, 16'384UL, 18'431UL, 20'000UL, 100'000UL, 1'048'576UL}) {
    const std::string body(size, 'b');
    EXPECT_EQ(body_of(client.ask(post("/size", body))), std::to_string(size));
    std::string chunked = "POST /size HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < size; at += 5'000) {
      const std::size_t part = std::min<std::size_t>(5'000, size - at);
      char hex[20];
      snprintf(hex, sizeof hex, "%zx\r\n", part);
      chunked += hex + body.substr(0, part) + "\r\n";
    }
    EXPECT_EQ(body_of(client.ask(chunked + "0\r\n\r\n")), std::to_string(size));
  }
}

TEST_F(ServerTest, refuses_a_body_over_the_limit_at_once) {
  start();
  RawSocket client = connect();
  client.send("POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n");
  EXPECT_THAT(client.receive_response(),
              AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("\"PAYLOAD_TOO_LARGE\""),
                    HasSubstr("Connection: close")));
}

TEST_F(ServerTest, a_client_that_sends_too_much_can_read_the_refusal) {
  start();
  const std::string body(3'000'000, 'x');
  {
    RawSocket client = connect();
    client.send(post("/size", body));
    EXPECT_THAT(client.receive_all(1s), StartsWith("HTTP/1.1 413 "));
  }
  RawSocket client = connect();
  client.send("POST /size HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 40; ++i) client.send("10000\r\n" + std::string(65'536, 'x') + "\r\n");
  EXPECT_THAT(client.receive_all(1s), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, says_100_continue_only_where_it_is_waited_for) {
  start();
  RawSocket client = connect();
  client.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(client.ask("abc")), "POST /a? abc");
  client.send(
      "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(client.ask("1\r\na\r\n0\r\n\r\n")), "POST /a? a");
  EXPECT_THAT(client.ask(post("/a", "abc", "Expect: 100-continue\r\n")),
              StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client.ask(post("/a", "", "Expect: 100-continue\r\n")), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client.ask("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                         "Content-Length: 2000000\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, refuses_in_the_one_form) {
  start();
  const std::array<std::pair<std::string, std::string>, 9> cases{{
      {"GET / HTTP/1.1\r\n\r\n", "400 Bad Request"},
      {get("/../a"), "400 Bad Request"},
      {get("/" + std::string(9'000, 'a')), "414 URI Too Long"},
      {get("/", "A: " + std::string(17'000, 'a') + "\r\n"), "431 Request Header Fields Too Large"},
      {get("/", "Transfer-Encoding: gzip, chunked\r\n"), "501 Not Implemented"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 HTTP Version Not Supported"},
      {get("/", "Transfer-Encoding: chunked\r\n") + "x\r\n", "400 Bad Request"},
      {get("/", "Transfer-Encoding: chunked\r\n") + "1\r\nab", "400 Bad Request"},
      {post("/", "", "Content-Length: 5\r\n"), "400 Bad Request"},
  }};
  for (const auto& [request, status] : cases) {
    RawSocket client = connect();
    client.send(request);
    const std::string all = client.receive_all(2s);
    EXPECT_THAT(all, StartsWith("HTTP/1.1 " + status + "\r\n")) << request;
    EXPECT_THAT(all, AllOf(HasSubstr("Connection: close\r\n"), HasSubstr("{\"error\":{\"code\":"),
                           HasSubstr("\"details\":[]"), HasSubstr("\"traceId\":\"")));
  }
}

TEST_F(ServerTest, an_exception_is_a_500_that_says_nothing) {
  start();
  RawSocket client = connect();
  const std::string response = client.ask(get("/throw"));
  EXPECT_THAT(response, AllOf(StartsWith("HTTP/1.1 500 "), HasSubstr("SERVICE_ERROR"),
                              Not(HasSubstr("secret"))));
  EXPECT_EQ(body_of(client.ask(get("/a"))), "GET /a? ");
}

TEST_F(ServerTest, no_handler_can_answer_with_less_than_an_answer) {
  start();
  RawSocket client = connect();
  EXPECT_THAT(client.ask(get("/interim")),
              AllOf(StartsWith("HTTP/1.1 500 "), EndsWith("GET /interim? ")));
  EXPECT_EQ(body_of(client.ask(get("/a"))), "GET /a? ");
}

TEST_F(ServerTest, no_handler_can_split_a_response) {
  start();
  EXPECT_THAT(connect().ask(get("/evil")), Not(HasSubstr("\r\nX-Evil")));
}

TEST_F(ServerTest, cuts_slow_and_silent_clients) {
  start(quick());
  RawSocket silent = connect();
  RawSocket slow = connect();
  slow.send("GET / HTTP/1.1\r\nHo");
  RawSocket slow_body = connect();
  slow_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
  RawSocket slow_chunks = connect();
  slow_chunks.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n");
  RawSocket idle = connect();
  EXPECT_THAT(idle.ask(get("/a")), StartsWith("HTTP/1.1 200"));
  RawSocket empty_line = connect();
  EXPECT_THAT(empty_line.ask(get("/a") + "\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(silent.receive_all(), "");
  EXPECT_EQ(empty_line.receive_all(), "");
  for (RawSocket* each : {&slow, &slow_body, &slow_chunks})
    EXPECT_THAT(each->receive_all(),
                AllOf(StartsWith("HTTP/1.1 408 "), HasSubstr("REQUEST_TIMEOUT")));
  EXPECT_EQ(idle.receive_all(), "");
}

TEST_F(ServerTest, cuts_a_client_that_drips) {
  start(quick());
  RawSocket client = connect();
  const auto start = std::chrono::steady_clock::now();
  const std::string request = get("/", "A: " + std::string(200, 'x') + "\r\n");
  std::size_t sent = 0;
  while (sent < request.size() && client.send(request.substr(sent, 1))) {
    ++sent;
    std::this_thread::sleep_for(10ms);
    if (std::chrono::steady_clock::now() - start > 1s) break;
  }
  EXPECT_THAT(client.receive_all(100ms), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerTest, cuts_a_client_that_reads_nothing) {
  ServerSettings settings = quick();
  start(std::move(settings));
  RawSocket client = connect();
  client.send(get("/large") + get("/large") + get("/large"));
  std::this_thread::sleep_for(600ms);
  EXPECT_LT(client.receive_all(500ms).size(), 9'000'000U);
}

TEST_F(ServerTest, a_slow_handler_is_not_cut) {
  start(quick());
  EXPECT_THAT(connect().ask(get("/slow")), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, answers_503_over_its_limits) {
  ServerSettings settings;
  settings.max_requests_in_flight = 1;
  settings.max_connections = 2;
  start(std::move(settings));
  RawSocket first = connect();
  first.send(get("/slow"));
  std::this_thread::sleep_for(50ms);
  {
    RawSocket second = connect();
    EXPECT_THAT(second.ask(get("/a")),
                AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 1\r\n")));
    RawSocket third = connect();
    EXPECT_THAT(third.receive_all(1s),
                AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Connection: close")));
    EXPECT_EQ(body_of(first.receive_response()), "GET /slow? ");
    EXPECT_THAT(second.ask(get("/a")), StartsWith("HTTP/1.1 200"));
  }
  std::this_thread::sleep_for(50ms);
  EXPECT_THAT(connect().ask(get("/a")), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, bodies_share_a_budget) {
  ServerSettings settings;
  settings.max_body_bytes_in_flight = 600'000;
  start(std::move(settings));
  const std::string large(500'000, 'x');
  const std::string unfinished = post("/size", large).substr(0, 400'000);
  std::optional<RawSocket> holder;
  RawSocket other = connect();
  std::string refused;
  for (int i = 0; i < 50 && refused.empty(); ++i) {
    holder.emplace(connect());
    holder->send(unfinished);
    std::this_thread::sleep_for(200ms);  // Else the one that asks could be counted first.
    RawSocket asking = connect();
    const std::string answer = asking.ask(post("/size", large));
    if (answer.starts_with("HTTP/1.1 503 ")) refused = answer;
  }
  EXPECT_THAT(refused, AllOf(HasSubstr("Retry-After: 1\r\n"), HasSubstr("Connection: close\r\n"),
                             HasSubstr("SERVICE_UNAVAILABLE")));
  EXPECT_EQ(body_of(other.ask(post("/size", "small"))), "5");
  holder->send(post("/size", large).substr(400'000));
  EXPECT_EQ(body_of(holder->receive_response()), "500000");
  const auto is_taken = [&] { return connect().ask(post("/size", large)).ends_with("500000"); };
  int tries = 0;  // The answer may be there a moment before the memory is free.
  while (!is_taken() && ++tries < 500) std::this_thread::sleep_for(5ms);
  EXPECT_LT(tries, 500);
}

TEST_F(ServerTest, refusals_are_made_by_who_knows_how) {
  ServerSettings settings;
  settings.fixed_fields = "X-Fixed: 1\r\n";
  settings.refuse = [](const Request& request, const Error&) {
    Response response = json_response(400, std::string(request.field("Origin").value_or("none")));
    return response;
  };
  start(std::move(settings));
  const auto refusal = [this](std::string_view request) { return connect().ask(request); };
  EXPECT_EQ(body_of(refusal("GET / HTTP/1.1\r\nX A: b\r\norigin: o\r\n\r\n")), "o");
  EXPECT_EQ(body_of(refusal("GET / HTTP/2.0\r\nOrigin:o\r\nOrigin: p\r\n\r\n")), "o");
  EXPECT_EQ(body_of(refusal("GET / HTTP/1.1\r\nX A: b\r\n\r\nOrigin: o\r\n")), "none");
  EXPECT_EQ(body_of(refusal("GET / HTTP/1.1\r\nX A: b\r\nOrigin: cut")), "none");
  EXPECT_THAT(refusal("nonsense\r\n\r\n"), HasSubstr("X-Fixed: 1\r\n"));
}

TEST_F(ServerTest, serves_many_connections) {
  start();
  std::vector<RawSocket> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(connect());
  for (int round = 0; round < 3; ++round) {
    for (RawSocket& each : clients) each.send(get("/a"));
    for (RawSocket& each : clients) EXPECT_EQ(body_of(each.receive_response()), "GET /a? ");
  }
}

TEST_F(ServerTest, survives_running_out_of_descriptors) {
  start();
  rlimit old{};
  ::getrlimit(RLIMIT_NOFILE, &old);
  RawSocket waiting = connect();
  EXPECT_EQ(body_of(waiting.ask(get("/a"))),
            "GET /a? ");  // accepted: it takes no descriptor any more
  const int probe = ::dup(0);
  const rlimit low{.rlim_cur = static_cast<rlim_t>(probe) + 3, .rlim_max = old.rlim_max};
  ::close(probe);
  ::setrlimit(RLIMIT_NOFILE, &low);
  {
    std::vector<RawSocket> clients;
    for (int i = 0; i < 2; ++i) clients.push_back(connect());
    std::this_thread::sleep_for(300ms);
    ::setrlimit(RLIMIT_NOFILE, &old);
    for (RawSocket& each : clients) EXPECT_EQ(body_of(each.ask(get("/a"))), "GET /a? ");
  }
  EXPECT_EQ(body_of(waiting.ask(get("/a"))), "GET /a? ");
}

TEST_F(ServerTest, streams_a_body_while_it_is_made) {
  start();
  RawSocket client = connect();
  client.send(get("/stream") + get("/next"));
  EXPECT_THAT(client.receive_until("\r\n\r\n"),
              AllOf(HasSubstr("Transfer-Encoding: chunked"), Not(HasSubstr("Content-Length"))));
  EXPECT_EQ(client.receive_until("0\r\n\r\n"),
            "7\r\ntick 1\n\r\n7\r\ntick 2\n\r\n7\r\ntick 3\n\r\n0\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_response()), "GET /next? ");
  RawSocket old = connect();
  old.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(old.is_closed_within(1s));
  EXPECT_THAT(old.receive_all(1s), AllOf(HasSubstr("Connection: close\r\n"),
                                         EndsWith("\r\n\r\ntick 1\ntick 2\ntick 3\n")));
  EXPECT_THAT(connect().ask("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, stops_gracefully) {
  Server& server = start();
  RawSocket idle = connect();
  EXPECT_THAT(idle.ask(get("/a")), StartsWith("HTTP/1.1 200"));
  RawSocket fresh = connect();
  RawSocket busy = connect();
  busy.send(get("/slow") + get("/dropped"));
  RawSocket streaming = connect();
  streaming.send(get("/stream"));
  streaming.receive_until("\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  const auto start_of_stop = std::chrono::steady_clock::now();
  std::thread stopping([&] { server.stop(5s); });
  EXPECT_TRUE(idle.is_closed_within(200ms));
  EXPECT_TRUE(fresh.is_closed_within(200ms));
  EXPECT_THAT(busy.receive_all(),
              AllOf(HasSubstr("Connection: close\r\n"), EndsWith("GET /slow? ")));
  EXPECT_THAT(streaming.receive_all(), EndsWith("0\r\n\r\n"));
  busy.close();
  streaming.close();
  stopping.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start_of_stop, 2s);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(server.port());
  EXPECT_NE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
}

TEST_F(ServerTest, a_stop_does_not_wait_longer_than_its_grace) {
  Server& server = start();
  RawSocket busy = connect();
  busy.send(get("/slow"));
  RawSocket partial = connect();
  partial.send("GET / HT");
  std::this_thread::sleep_for(50ms);
  const auto begin = std::chrono::steady_clock::now();
  server.stop(50ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
  EXPECT_EQ(partial.receive_all(), "");
  EXPECT_EQ(busy.receive_all(), "");
}

TEST_F(ServerTest, can_be_destroyed_with_requests_in_flight) {
  start();
  RawSocket busy = connect();
  busy.send(get("/slow"));
  std::this_thread::sleep_for(20ms);
  server_.reset();
  loops_.stop();
}

TEST_F(ServerTest, says_where_it_cannot_listen) {
  Server& first = start();
  ServerSettings same;
  same.port = first.port();
  Server second(loops_, same, respond);
  auto started = second.start();
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().message, HasSubstr(std::to_string(first.port())));
  ServerSettings bad;
  bad.address = "not an address";
  Server third(loops_, bad, respond);
  EXPECT_TRUE(third.start().has_error());
}

TEST_F(ServerTest, listens_on_ipv6) {
  ServerSettings settings;
  settings.address = "::";
  start(std::move(settings));
  EXPECT_EQ(body_of(connect().ask(get("/who"))), "127.0.0.1");
}

}  // namespace
}  // namespace thenorsound::http
