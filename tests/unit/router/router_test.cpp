#include <gtest/gtest.h>

#include "asking.hpp"
#include "http/local_upstream.hpp"

namespace thenorsound::http {
namespace {

// "X-As: <role name>", "service" or "wrong".
Task<Result<std::optional<Actor>>> identify(const Request& request) {
  const auto as = request.field("X-As");
  if (!as) co_return std::optional<Actor>();
  if (*as == "down") co_return unavailable("auth-down");
  if (*as == "wrong") co_return make_error(Code::unauthorized, "Log in to do this.");
  Actor actor;
  if (*as == "service") {
    actor.is_service = true;
    actor.service = "booking";
  } else {
    actor.user.value = "usr-1";
    actor.role = *role_from_name(*as);
  }
  co_return std::optional<Actor>(actor);
}

Task<Result<Response>> echo(Call& call) {
  json::object answer;
  answer["user"] = call.actor.user.value;
  answer["service"] = call.actor.service;
  json::array path;
  for (const std::string& value : call.path) path.push_back(json::value(json::string(value)));
  answer["path"] = path;
  answer["body"] = call.body;
  co_return ok(answer);
}
Task<Result<Response>> named(std::string name) { co_return ok(json::object{{"route", name}}); }
Task<Result<Response>> fail(Call& call) {
  if (call.id() == "throw") throw std::runtime_error("secret words");
  if (call.id() == "number") throw 7;
  co_return make_error(Code::service_error, "Something went wrong.", "secret reason");
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.add(Method::get, "/api/events", Access::logged_in(), echo);
    router_.add(Method::post, "/api/events", Access::only({Role::Admin}), echo, Body::json);
    router_.add(Method::get, "/api/events/{id}", Access::logged_in(), echo);
    router_.add(Method::put, "/api/events/{id}", Access::logged_in(), echo, Body::json);
    router_.add(Method::delete_, "/api/events/{id}", Access::logged_in(), echo);
    router_.add(Method::get, "/api/events/calendar", Access::logged_in(),
                [](Call&) { return named("calendar"); });
    router_.add(Method::put, "/api/events/{id}/status", Access::logged_in(), echo, Body::json);
    router_.add(Method::get, "/api/events/{id}/slots/{slotId}", Access::logged_in(), echo);
    router_.add(Method::get, "/api/events/{id}/pdf", Access::logged_in(), echo).also_produces = {
        "application/pdf"};
    router_.add(Method::post, "/api/auth/login", Access::everyone(), echo, Body::json);
    router_.add(Method::get, "/internal/events/{id}", Access::internal(), echo);
    router_.add(Method::get, "/api/fail/{id}", Access::everyone(), fail);
  }

  Response ask(Method method, std::string_view target, std::string_view as,
               std::string_view body = {}, std::initializer_list<Field> more = {}) {
    Request asked = request(method, target, more, body);
    if (!as.empty()) asked.fields.push_back(Field{"X-As", as});
    return run(router_.handle(asked));
  }
  Response send(Method method, std::string_view target, std::string_view as,
                std::string_view body) {
    return ask(method, target, as, body, {{"Content-Type", "application/json"}});
  }

  SettableClock clock_{{1'700'000'000'000}};
  Router router_{[](const Request& request) { return identify(request); }, clock_};
};

TEST_F(RouterTest, HandsPathValuesAndActorToTheHandler) {
  const Response response = ask(Method::get, "/api/events/evt-1/slots/slot-2", "CrewUser");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"user":"usr-1","service":"","path":["evt-1","slot-2"],"body":{}})");
}

TEST_F(RouterTest, FixedSegmentsWinOverParameters) {
  EXPECT_EQ(ask(Method::get, "/api/events/calendar", "Admin").body, R"({"route":"calendar"})");
  const Response refused = send(Method::put, "/api/events/calendar", "Admin", "{}");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header(refused, "Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(RouterTest, UnknownAddressesAre404) {
  for (const std::string_view target :
       {"/", "/api", "/api/event", "/api/events/", "/api/events/a/b", "/API/events",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t"}) {
    const Response response = ask(Method::get, target, "Admin");
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(code_of(response), "NOT_FOUND");
  }
}

TEST_F(RouterTest, WithoutLogin401ComesBefore404And405) {
  for (const std::string_view target :
       {"/api/nothing", "/api/events", "/api/events/evt-1/status"}) {
    const Response response = ask(Method::get, target, "");
    EXPECT_EQ(response.status, 401) << target;
    EXPECT_EQ(header(response, "WWW-Authenticate"), "Bearer");
  }
  EXPECT_EQ(ask(Method::get, "/api/events", "wrong").status, 401);
}

TEST_F(RouterTest, AuthBeingDownIs503) {
  EXPECT_EQ(ask(Method::get, "/api/events", "down").status, 503);
}

TEST_F(RouterTest, MethodsThatAreNotOfferedAre405WithAllow) {
  const Response response = ask(Method::patch, "/api/events/evt-1", "Admin");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(code_of(response), "METHOD_NOT_ALLOWED");
  EXPECT_EQ(header(response, "Allow"), "DELETE, GET, HEAD, OPTIONS, PUT");
  EXPECT_EQ(ask(Method::get, "/api/auth/login", "").status, 405);
}

TEST_F(RouterTest, MethodsThatDoNotExistAre501) {
  Request asked = request(Method::other, "/api/events", {{"X-As", "Admin"}});
  asked.method_text = "FROB";
  EXPECT_EQ(run(router_.handle(asked)).status, 501);
  asked.method_text = "TRACE";
  EXPECT_EQ(run(router_.handle(asked)).status, 405);
}

TEST_F(RouterTest, OptionsNeedsNoLogin) {
  const Response response = ask(Method::options, "/api/events/evt-1", "");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(header(response, "Allow"), "DELETE, GET, HEAD, OPTIONS, PUT");
  EXPECT_EQ(ask(Method::options, "/api/nothing", "").status, 404);
}

TEST_F(RouterTest, HeadIsAnsweredAsGet) {
  EXPECT_EQ(ask(Method::head, "/api/events/evt-1", "Admin").status, 200);
  EXPECT_EQ(ask(Method::head, "/api/events/evt-1/status", "Admin").status, 405);
}

TEST_F(RouterTest, AnswersOnlyWhatAcceptTakes) {
  const auto status = [this](std::string_view target, std::string_view accept) {
    return ask(Method::get, target, "Admin", {}, {{"Accept", accept}}).status;
  };
  EXPECT_EQ(status("/api/events", "text/html"), 406);
  EXPECT_EQ(status("/api/events", "application/json;q=0, */*"), 406);
  EXPECT_EQ(status("/api/events", "text/html, */*;q=0.1"), 200);
  EXPECT_EQ(status("/api/events", "application/pdf"), 406);
  EXPECT_EQ(status("/api/events/evt-1/pdf", "application/pdf"), 200);
}

TEST_F(RouterTest, BodiesMustBeJson) {
  const auto status = [this](std::string_view type) {
    return ask(Method::put, "/api/events/evt-1", "Admin", "{}", {{"Content-Type", type}}).status;
  };
  EXPECT_EQ(status("application/json; charset=utf-8"), 200);
  EXPECT_EQ(status("application/json; charset=latin1"), 415);
  EXPECT_EQ(status("text/plain"), 415);
  EXPECT_EQ(ask(Method::put, "/api/events/evt-1", "Admin", "{}").status, 415);
  EXPECT_EQ(ask(Method::put, "/api/events/evt-1", "Admin").status, 200);
  EXPECT_EQ(ask(Method::delete_, "/api/events/evt-1", "Admin", "text").status, 200);
}

TEST_F(RouterTest, BodiesMustNotBeEncoded) {
  const auto status = [this](std::string_view coding, std::string_view body) {
    return ask(Method::put, "/api/events/evt-1", "Admin", body,
               {{"Content-Type", "application/json"}, {"Content-Encoding", coding}})
        .status;
  };
  EXPECT_EQ(status("Identity", "{}"), 200);
  EXPECT_EQ(status("gzip", "{}"), 415);
  EXPECT_EQ(status("gzip", ""), 200);
  const auto twice = ask(Method::put, "/api/events/evt-1", "Admin", "{}",
                         {{"Content-Type", "application/json"},
                          {"Content-Encoding", "identity"},
                          {"Content-Encoding", "br"}});
  EXPECT_EQ(twice.status, 415);
}

TEST_F(RouterTest, BrokenJsonIs400WithoutDetailsAfterTheRole) {
  const Response response = send(Method::post, "/api/events", "Admin", "{\"a\":");
  EXPECT_EQ(response.status, 400);
  EXPECT_TRUE(error_of(response).at("details").as_array().empty());
  EXPECT_EQ(send(Method::post, "/api/events", "CrewUser", "{\"a\":").status, 403);
  EXPECT_EQ(
      ask(Method::post, "/api/events", "CrewUser", "x", {{"Content-Type", "text/plain"}}).status,
      415);
}

TEST_F(RouterTest, ServicesGetInternalRoutesAndNobodyElseDoes) {
  EXPECT_EQ(ask(Method::get, "/internal/events/evt-1", "service").status, 200);
  EXPECT_EQ(ask(Method::get, "/internal/events/evt-1", "Admin").status, 403);
  EXPECT_EQ(ask(Method::get, "/internal/events/evt-1", "").status, 401);
  EXPECT_EQ(ask(Method::get, "/api/events", "service").status, 403);
}

TEST_F(RouterTest, OpenRoutesTakeAnybody) {
  for (const std::string_view as : {"", "wrong", "down"})
    EXPECT_EQ(send(Method::post, "/api/auth/login", as, "{}").body,
              R"({"user":"","service":"","path":[],"body":{}})");
  EXPECT_EQ(send(Method::post, "/api/auth/login", "service", "{}").status, 200);
}

TEST_F(RouterTest, SurprisesAre500AndSayNothing) {
  for (const std::string_view target : {"/api/fail/throw", "/api/fail/number", "/api/fail/x"}) {
    Request asked =
        request(Method::get, target,
                {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}});
    const Response response = run(router_.handle(asked));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(code_of(response), "SERVICE_ERROR");
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_EQ(error_of(response).at("traceId").as_string(), "0af7651916cd43dd8448eb211c80319c");
  }
}

TEST_F(RouterTest, ARouteIsGivenOnce) {
  EXPECT_THROW(router_.add(Method::get, "/api/events/{other}", Access::logged_in(), echo),
               UnexpectedFailure);
}

TEST_F(RouterTest, IsReachedWithoutASocketOnceConnected) {
  LocalUpstream upstream;
  Request asked = request(Method::get, "/api/events", {{"X-As", "Admin"}});
  const auto early = run(upstream.send(asked, std::chrono::seconds(1)));
  ASSERT_TRUE(early.has_error());
  EXPECT_EQ(early.error().reason, "not-sent");
  upstream.connect(router_);
  const auto answer = run(upstream.send(asked, std::chrono::seconds(1)));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_FALSE(asked.from_other_process);
}

}  // namespace
}  // namespace thenorsound::http
