#include "http/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "http/body_stream.hpp"
#include "http/request_writer.hpp"
#include "http/server.hpp"
#include "raw_socket.hpp"

namespace thenorsound::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Request request_for(Method method, std::string_view target, std::string_view body = {}) {
  Request request;
  request.method = method;
  request.target = target;
  request.body = body;
  return request;
}

// What came of a call, in one word, or the status.
std::string word_of(const Result<Response>& outcome) {
  if (outcome.has_value()) return std::to_string(outcome->status);
  return std::string(code_name(outcome.error().code)) + " " + outcome.error().reason;
}

class ClientTest : public testing::Test {
 protected:
  ClientTest() { loops_.start(); }
  ~ClientTest() override {
    client_.reset();
    loops_.stop();
  }
  void use(const std::string& address) {
    ClientSettings settings;
    settings.addresses = {address};
    use(std::move(settings));
  }
  void use(ClientSettings settings) {
    client_.reset();
    client_ = std::make_unique<Client>(loops_, std::move(settings));
  }
  Result<Response> ask(Request request, std::chrono::milliseconds timeout = 5s) {
    Result<Response> outcome = make_error(Code::service_error, "never asked");
    loops_.run_and_wait(ask_into(request, timeout, outcome));
    return outcome;
  }
  Result<Response> get(std::chrono::milliseconds timeout = 5s) {
    return ask(request_for(Method::get, "/a"), timeout);
  }
  // Runs `peer` in a thread as the other side while `ask` goes on.
  template <class Peer>
  Result<Response> get_from(Peer peer, std::chrono::milliseconds timeout = 5s) {
    return ask_from(request_for(Method::get, "/a"), std::move(peer), timeout);
  }
  template <class Peer>
  Result<Response> ask_from(Request request, Peer peer, std::chrono::milliseconds timeout = 5s) {
    std::thread other(std::move(peer));
    auto outcome = ask(std::move(request), timeout);
    other.join();
    return outcome;
  }

  Loops loops_{1};
  RawListener listener_;
  std::unique_ptr<Client> client_;

 private:
  Task<void> ask_into(Request& request, std::chrono::milliseconds timeout,
                      Result<Response>& outcome) {
    auto answered = co_await client_->send(request, timeout);
    outcome = std::move(answered);
  }
};

TEST_F(ClientTest, asks_and_keeps_the_connection) {
  use(listener_.address());
  std::optional<RawSocket> peer;
  for (int i = 0; i < 3; ++i) {
    const auto outcome = get_from([&] {
      if (!peer) peer.emplace(listener_.accept());
      EXPECT_EQ(peer->receive_until("\r\n\r\n"),
                "GET /a HTTP/1.1\r\nHost: " + listener_.address() + "\r\n\r\n");
      peer->send(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n"
          "X-A: b\r\nConnection: keep-alive\r\nDate: x\r\n\r\n{}");
    });
    ASSERT_EQ(word_of(outcome), "200");
    EXPECT_EQ(outcome->body, "{}");
    EXPECT_EQ(outcome->content_type, "application/json");
    ASSERT_EQ(outcome->fields.size(), 1U);
    EXPECT_EQ(*outcome->field("x-a"), "b");
  }
}

TEST_F(ClientTest, frames_requests_anew) {
  use(listener_.address());
  Request request = request_for(Method::post, "http://outside.example/a?b", "body");
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"Host", "outside.example"},
           {"Connection", "close, X-Drop , X-User-Id"},
           {"Keep-Alive", "x"},
           {"X-Drop", "x"},
           {"X-User-Id", "usr-1"},
           {"TE", "x"},
           {"Transfer-Encoding", "chunked"},
           {"Upgrade", "x"},
           {"Proxy-Authorization", "x"},
           {"Proxy-Connection", "x"},
           {"Expect", "100-continue"},
           {"Content-Length", "99"},
           {"Trailer", "x"},
           {"X-Keep", "y"}})
    request.fields.push_back(Field{name, value});
  const auto outcome = ask_from(request, [&] {
    RawSocket peer = listener_.accept();
    EXPECT_EQ(peer.receive_until("body"),
              "POST /a?b HTTP/1.1\r\nHost: " + listener_.address() +
                  "\r\nX-User-Id: usr-1\r\nX-Keep: y\r\nContent-Length: 4\r\n\r\nbody");
    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
  });
  EXPECT_EQ(word_of(outcome), "204");
}

TEST_F(ClientTest, reads_bodies_of_every_framing) {
  use(listener_.address());
  const std::string large(300'000, 'z');
  const std::array<std::pair<std::string, std::string>, 6> cases{{
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
      {"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + large, large},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n493E0\r\n" + large +
           "\r\n0\r\nX: y\r\n\r\n",
       "abc" + large},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.0 200 OK\r\n\r\n" + large, large},
      {"HTTP/1.1 103 Early\r\nX: y\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 "
       "OK\r\nContent-Length: 1\r\n\r\na",
       "a"},
  }};
  for (const auto& [answer, body] : cases) {
    const auto outcome = get_from([&, text = answer] {
      RawSocket peer = listener_.accept();
      peer.receive_until("\r\n\r\n");
      peer.send(text);
    });
    ASSERT_EQ(word_of(outcome), "200") << answer.substr(0, 80);
    EXPECT_EQ(outcome->body, body);
  }
}

TEST_F(ClientTest, a_single_byte_at_a_time_is_the_same_answer) {
  use(listener_.address());
  const auto outcome = get_from([&] {
    RawSocket peer = listener_.accept();
    peer.receive_until("\r\n\r\n");
    for (const char c : std::string(
             "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) {
      peer.send(std::string_view(&c, 1));
      std::this_thread::sleep_for(200us);
    }
  });
  ASSERT_EQ(word_of(outcome), "201");
  EXPECT_EQ(outcome->body, "abc");
}

TEST_F(ClientTest, the_answer_to_head_has_a_length_and_no_body) {
  use(listener_.address());
  const auto outcome = ask_from(request_for(Method::head, "/a"), [&] {
    RawSocket peer = listener_.accept();
    peer.receive_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
  });
  ASSERT_EQ(word_of(outcome), "200");
  EXPECT_EQ(*outcome->field("Content-Length"), "1234");
  EXPECT_EQ(outcome->body, "");
}

TEST_F(ClientTest, refuses_answers_that_can_be_read_in_two_ways) {
  use(listener_.address());
  for (const std::string_view answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: "
        "chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 1\n\na",
        "rubbish\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    const auto outcome = get_from([&] {
      RawSocket peer = listener_.accept();
      peer.receive_until("\r\n\r\n");
      peer.send(answer);
    });
    EXPECT_EQ(word_of(outcome), "SERVICE_UNAVAILABLE bad-answer") << answer;
  }
}

TEST_F(ClientTest, a_connection_that_ends_without_an_answer_is_an_error) {
  use(listener_.address());
  for (const std::string_view answer : {"", "HTTP/1.1 200 O"})
    for (const Method method : {Method::get, Method::post}) {
      const auto outcome = ask_from(request_for(method, "/a"), [&] {
        RawSocket peer = listener_.accept();
        peer.receive_until("\r\n\r\n");
        peer.send(answer);
      });
      EXPECT_EQ(word_of(outcome), "SERVICE_UNAVAILABLE no-answer");
    }
}

TEST_F(ClientTest, sends_a_safe_request_again_where_the_kept_connection_was_closed) {
  use(listener_.address());
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  // Closes the first connection only once the second request is there.
  const auto stale = [&](Method method) {
    std::optional<RawSocket> first;
    get_from([&] {
      first.emplace(listener_.accept());
      first->receive_until("\r\n\r\n");
      first->send(ok);
    });
    return ask_from(request_for(method, "/b"), [&, method] {
      first->receive_until("\r\n\r\n");
      first->close();
      if (method != Method::get) return;
      RawSocket second = listener_.accept();
      second.receive_until("\r\n\r\n");
      second.send(ok);
    });
  };
  EXPECT_EQ(word_of(stale(Method::get)), "200");
  use(listener_.address());
  EXPECT_EQ(word_of(stale(Method::post)), "SERVICE_UNAVAILABLE no-answer");
}

TEST_F(ClientTest, never_uses_a_connection_again_that_is_not_clean) {
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
  for (const std::string& answer : {ok + "\r\nleftover", ok + "Connection: close\r\n\r\n",
                                    std::string("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")}) {
    use(listener_.address());
    std::optional<RawSocket> first;
    EXPECT_EQ(word_of(get_from([&] {
                first.emplace(listener_.accept());
                first->receive_until("\r\n\r\n");
                first->send(answer);
              })),
              "200");
    EXPECT_EQ(word_of(get_from([&] {
                RawSocket second = listener_.accept();
                second.receive_until("\r\n\r\n");
                second.send(ok + "\r\n");
              })),
              "200");
  }
}

TEST_F(ClientTest, a_kept_connection_with_bytes_nobody_asked_for_is_dropped) {
  use(listener_.address());
  std::optional<RawSocket> first;
  get_from([&] {
    first.emplace(listener_.accept());
    first->receive_until("\r\n\r\n");
    first->send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  first->send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  std::this_thread::sleep_for(20ms);
  const auto outcome = ask_from(request_for(Method::post, "/a"), [&] {
    RawSocket second = listener_.accept();
    second.receive_until("\r\n\r\n");
    second.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
  });
  ASSERT_EQ(word_of(outcome), "200");
  EXPECT_EQ(outcome->body, "good");
}

TEST_F(ClientTest, waits_no_longer_than_its_timeout) {
  use(listener_.address());
  for (const std::string_view start : {"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"}) {
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = get_from(
        [&] {
          RawSocket peer = listener_.accept();
          peer.receive_until("\r\n\r\n");
          peer.send(start);
          EXPECT_TRUE(peer.is_closed_within(2s));
        },
        150ms);
    EXPECT_EQ(word_of(outcome), "GATEWAY_TIMEOUT timeout");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  }
}

TEST_F(ClientTest, a_connection_that_takes_too_long_to_make_is_an_error) {
  // Fills the queue of a listener that accepts nothing; what comes then gets no answer.
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const RawSocket in_queue(ntohs(address.sin_port));
  use("127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(word_of(get(150ms)), "SERVICE_UNAVAILABLE not-sent");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  ::close(listener);
}

TEST_F(ClientTest, says_where_surely_nothing_was_sent) {
  const std::string address = listener_.address();
  listener_.close();
  use(address);
  EXPECT_EQ(word_of(get()), "SERVICE_UNAVAILABLE not-sent");
  use("name.invalid:80");
  EXPECT_EQ(word_of(get(1s)), "SERVICE_UNAVAILABLE not-sent");
  use("127.0.0.1:0");
  EXPECT_EQ(word_of(get()), "SERVICE_UNAVAILABLE not-sent");
  use("nonsense");
  EXPECT_EQ(word_of(get()), "SERVICE_UNAVAILABLE not-sent");
  use(ClientSettings{});
  EXPECT_EQ(word_of(get()), "SERVICE_UNAVAILABLE not-sent");
}

TEST_F(ClientTest, asks_another_address_where_one_refuses) {
  std::string dead;
  {
    const RawListener gone;
    dead = gone.address();
  }
  ClientSettings settings;
  settings.addresses = {dead, listener_.address()};
  use(std::move(settings));
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(word_of(get_from([&] {
                RawSocket peer = listener_.accept();
                peer.receive_until("\r\n\r\n");
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
              })),
              "200");
}

TEST_F(ClientTest, finds_names) {
  use("localhost:" + std::to_string(listener_.port()));
  EXPECT_EQ(word_of(get_from([&] {
              RawSocket peer = listener_.accept();
              EXPECT_THAT(peer.receive_until("\r\n\r\n"), HasSubstr("Host: localhost:"));
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            })),
            "200");
}

TEST_F(ClientTest, takes_an_answer_that_comes_before_the_request_is_sent) {
  use(listener_.address());
  const std::string body(8'000'000, 'x');
  const auto outcome = ask_from(request_for(Method::post, "/a", body), [&] {
    RawSocket peer = listener_.accept();
    peer.receive_until("\r\n\r\n");
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    peer.end_sending();
    peer.receive_all(300ms);
  });
  EXPECT_EQ(word_of(outcome), "413");
}

TEST_F(ClientTest, sends_nothing_that_would_split_a_request) {
  use(listener_.address());
  const auto refused = [&](std::string_view target, std::string_view name, std::string_view value) {
    Request request = request_for(Method::get, target);
    request.fields.push_back(Field{name, value});
    return word_of(ask(std::move(request)));
  };
  EXPECT_EQ(refused("/a", "X", "a\r\nY: b"), "SERVICE_ERROR bad field to send");
  EXPECT_EQ(refused("/a", "X", std::string_view("a\0b", 3)), "SERVICE_ERROR bad field to send");
  EXPECT_EQ(refused("/a", "X", "a\nb"), "SERVICE_ERROR bad field to send");
  EXPECT_EQ(refused("/a", "X: y\r\nZ", "a"), "SERVICE_ERROR bad field to send");
  for (const std::string_view target : {"/a b", "/a\r\nX: y", "", "a", "*", "/\xc3\xa5", "/a#b"})
    EXPECT_EQ(refused(target, "X", "y"), "SERVICE_ERROR bad target to send") << target;
  Request request = request_for(Method::other, "/a");
  request.method_text = "GET /b";
  EXPECT_EQ(word_of(ask(request)), "SERVICE_ERROR bad method to send");
}

TEST_F(ClientTest, limits_its_connections) {
  ClientSettings settings;
  settings.addresses = {listener_.address()};
  settings.max_connections_per_loop = 1;
  use(std::move(settings));
  std::optional<RawSocket> peer;
  const auto outcome = get_from([&] {
    peer.emplace(listener_.accept());
    peer->receive_until("\r\n\r\n");
    EXPECT_EQ(word_of(get()), "SERVICE_UNAVAILABLE not-sent");
    peer->send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(word_of(outcome), "200");
}

// --- Against our own server ---

class Ticks : public BodyStream {
 public:
  Task<std::string> next() override {
    co_await sleep_for(10ms);
    co_return cancelled_ || ++count_ > 5 ? std::string()
                                         : "data: " + std::to_string(count_) + "\n\n";
  }
  void cancel() override { cancelled_ = true; }

 private:
  int count_ = 0;
  bool cancelled_ = false;
};

Task<Response> respond(Request& request) {
  Response response = json_response(200, std::string(request.body));
  if (request.path == "/stream") {
    response.stream = std::make_shared<Ticks>();
    response.content_type = "text/event-stream";
  }
  if (request.path == "/odd") response.content_type = "text/odd";
  co_return response;
}

class ClientAndServerTest : public ClientTest {
 protected:
  ClientAndServerTest() : server_(loops_, {}, respond) {
    EXPECT_TRUE(server_.start().has_value());
    use("127.0.0.1:" + std::to_string(server_.port()));
  }
  ~ClientAndServerTest() override { server_.stop(1s); }

  Task<void> post_many(int count, int& done) {
    for (int i = 0; i < count; ++i) {
      const std::string body(static_cast<std::size_t>(i * 997 % 50'000), 'q');
      Request request = request_for(Method::post, "/echo", body);
      auto answered = co_await client_->send(request, 5s);
      EXPECT_EQ(word_of(answered), "200");
      if (answered.has_value()) {
        EXPECT_EQ(answered->body, body);
      }
    }
    ++done;
  }
  Task<void> post_at_once(int calls, int& done) {
    for (int i = 0; i < calls; ++i)
      spawn_here("post", loops_.at(0).get_executor(), post_many(20, done));
    while (done < calls) co_await sleep_for(5ms);
  }
  Task<void> read_stream(Response& response, std::string& all, int& pieces) {
    for (;;) {
      const std::string piece = co_await response.stream->next();
      if (piece.empty()) break;
      all += piece;
      ++pieces;
    }
    response.stream.reset();
  }

  Server server_;
};

TEST_F(ClientAndServerTest, many_calls_at_once_get_their_own_answers) {
  int done = 0;
  loops_.run_and_wait(post_at_once(50, done));
  EXPECT_EQ(done, 50);
}

TEST_F(ClientAndServerTest, bodies_up_to_the_limits_pass) {
  const std::string body(1'048'576, 'x');
  auto outcome = ask(request_for(Method::post, "/echo", body));
  ASSERT_EQ(word_of(outcome), "200");
  EXPECT_EQ(outcome->body, body);
  const std::string more = body + "x";
  EXPECT_EQ(word_of(ask(request_for(Method::post, "/echo", more))), "413");
}

TEST_F(ClientAndServerTest, content_types_pass) {
  auto outcome = ask(request_for(Method::post, "/odd", "x"));
  ASSERT_EQ(word_of(outcome), "200");
  EXPECT_EQ(outcome->content_type, "");
  EXPECT_EQ(*outcome->field("Content-Type"), "text/odd");
}

TEST_F(ClientAndServerTest, streams_arrive_piece_by_piece) {
  auto outcome = ask(request_for(Method::get, "/stream"));
  ASSERT_EQ(word_of(outcome), "200");
  EXPECT_EQ(outcome->content_type, "text/event-stream");
  ASSERT_NE(outcome->stream, nullptr);
  std::string all;
  int pieces = 0;
  loops_.run_and_wait(read_stream(*outcome, all, pieces));
  EXPECT_EQ(all, "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: 5\n\n");
  EXPECT_GE(pieces, 2);
}

TEST_F(ClientAndServerTest, kept_connections_do_not_hold_up_a_stop) {
  EXPECT_EQ(word_of(ask(request_for(Method::get, "/a"))), "200");
  const auto begin = std::chrono::steady_clock::now();
  server_.stop(5s);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(word_of(ask(request_for(Method::post, "/a"))), "SERVICE_UNAVAILABLE not-sent");
}

}  // namespace
}  // namespace thenorsound::http
