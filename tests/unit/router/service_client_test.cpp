#include "http/service_client.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::http {
namespace {

struct Seen {
  std::string method, target, path, query, body, credential, user, roles, customer, type, trace;
};

// Fails `failures` times, then answers.
class FakeUpstream : public Upstream {
 public:
  Task<Result<Response>> send(Request& request, std::chrono::milliseconds) override {
    const auto text = [&request](std::string_view name) {
      return std::string(request.field(name).value_or(""));
    };
    seen.push_back(Seen{std::string(request.method_text), std::string(request.target),
                        std::string(request.path), std::string(request.query),
                        std::string(request.body), text("X-Internal-Credential"), text("X-User-Id"),
                        text("X-User-Roles"), text("X-User-CustomerId"), text("Content-Type"),
                        text("traceparent")});
    if (failures-- > 0) co_return unavailable("refused");
    co_return answer;
  }
  int failures = 0;
  Response answer = json_response(200, "{\"a\":1}");
  std::vector<Seen> seen;
};

class ServiceClientTest : public testing::Test {
 protected:
  Result<json::value> ask(Method method, std::string target, const Actor* actor = nullptr) {
    return run(client_.send(trace_, method, std::move(target), json::object{{"b", 2}}, actor));
  }
  FakeUpstream upstream_;
  ServiceClient client_{upstream_, "booking:key", std::chrono::seconds(1)};
  Trace trace_ = new_trace();
};

TEST_F(ServiceClientTest, AsksAsItself) {
  const auto answer = run(client_.get(trace_, "/internal/users/a%20b?role=5"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->as_object().at("a").as_int64(), 1);
  const Seen& seen = upstream_.seen.at(0);
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, "/internal/users/a%20b?role=5");
  EXPECT_EQ(seen.path, "/internal/users/a b");
  EXPECT_EQ(seen.query, "role=5");
  EXPECT_EQ(seen.body, "");
  EXPECT_EQ(seen.credential, "booking:key");
  EXPECT_EQ(seen.user, "");
  EXPECT_EQ(seen.trace, trace_.traceparent);
}

TEST_F(ServiceClientTest, AsksForAUser) {
  Actor actor;
  actor.user.value = "usr-1";
  actor.role = Role::CrewAdmin;
  actor.customer.value = "cust-1";
  ASSERT_TRUE(ask(Method::put, "/api/bookings/b/confirm", &actor).has_value());
  const Seen& seen = upstream_.seen.at(0);
  EXPECT_EQ(seen.user, "usr-1");
  EXPECT_EQ(seen.roles, "CrewAdmin");
  EXPECT_EQ(seen.customer, "cust-1");
  EXPECT_EQ(seen.body, "{\"b\":2}");
  EXPECT_EQ(seen.type, "application/json");
}

TEST_F(ServiceClientTest, RefusalsComeBackAsTheSameError) {
  const Error refusal = make_error(Code::crew_unavailable, "The crew member is not available.");
  upstream_.answer = error_response(refusal, trace_, {0});
  const auto answer = ask(Method::post, "/internal/users/u/reservations");
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, Code::crew_unavailable);
  EXPECT_EQ(answer.error().message, refusal.message);
  EXPECT_EQ(upstream_.seen.size(), 1U);
}

TEST_F(ServiceClientTest, AnEmptyAnswerIsNull) {
  upstream_.answer = no_content();
  const auto answer = ask(Method::delete_, "/internal/users/u/reservations/b");
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->is_null());
}

TEST_F(ServiceClientTest, RepeatsIdempotentCallsThatNobodyAnswered) {
  upstream_.failures = 2;
  EXPECT_TRUE(ask(Method::post, "/internal/users/u/reservations").has_value());
  EXPECT_EQ(upstream_.seen.size(), 3U);
  EXPECT_EQ(upstream_.seen[0].body, upstream_.seen[2].body);
}

TEST_F(ServiceClientTest, GivesUpAfterThreeRepeats) {
  upstream_.failures = 9;
  const auto answer = run(client_.get(trace_, "/internal/users/u"));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, Code::service_unavailable);
  EXPECT_EQ(upstream_.seen.size(), 4U);
}

TEST_F(ServiceClientTest, NeverRepeatsAWriteForAUser) {
  upstream_.failures = 1;
  EXPECT_TRUE(ask(Method::post, "/api/bookings").has_error());
  EXPECT_EQ(upstream_.seen.size(), 1U);
}

TEST_F(ServiceClientTest, AnAnswerThatIsNoJsonIsAServiceError) {
  upstream_.answer = json_response(200, "<html>");
  const auto answer = run(client_.get(trace_, "/internal/users/u"));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, Code::service_error);
}

}  // namespace
}  // namespace thenorsound::http
