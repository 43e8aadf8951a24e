#include "http/authentication.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"
#include "http/local_upstream.hpp"

namespace thenorsound::http {
namespace {

InternalCredentials keys() {
  return InternalCredentials({{"gateway", {"key-one", "key-two"}}, {"booking", {"other", ""}}});
}

Task<Result<std::optional<Actor>>> validate_known(std::string token) {
  if (token == "broken") co_return unavailable("auth-down");
  if (token != "good") co_return std::optional<Actor>();
  Actor actor;
  actor.user.value = "usr-token";
  actor.role = Role::CrewAdmin;
  co_return std::optional<Actor>(actor);
}

Result<std::optional<Actor>> identify(std::initializer_list<Field> fields) {
  const Authenticate authenticate = make_authenticator(
      keys(), [](const Trace&, std::string token) { return validate_known(std::move(token)); });
  const Request asked = request(Method::get, "/api/events", fields);
  return run(authenticate(asked));
}

TEST(InternalCredentials, EitherKeyOfTheServiceIsValid) {
  const InternalCredentials credentials = keys();
  EXPECT_EQ(credentials.service("gateway:key-one"), "gateway");
  EXPECT_EQ(credentials.service("gateway:key-two"), "gateway");
  EXPECT_EQ(credentials.of("gateway"), "gateway:key-one");
}

TEST(InternalCredentials, RefusesOtherKeysAndServices) {
  const InternalCredentials credentials = keys();
  for (const std::string_view wrong : {"gateway:other", "gateway:", "gateway", "", ":key-one",
                                       "booking:", "nobody:key-one", "gateway:key-one "})
    EXPECT_FALSE(credentials.service(wrong)) << wrong;
  EXPECT_THROW(credentials.of("nobody"), UnexpectedFailure);
}

TEST(Authentication, TrustsUserFieldsWithTheCredential) {
  const auto actor = identify({{"x-internal-credential", "gateway:key-two"},
                               {"X-User-Id", "usr-1"},
                               {"X-User-Roles", "CustomerAdmin"},
                               {"X-User-CustomerId", "cust-1"}});
  ASSERT_TRUE(actor && *actor);
  EXPECT_EQ((*actor)->user.value, "usr-1");
  EXPECT_EQ((*actor)->customer.value, "cust-1");
  EXPECT_TRUE((*actor)->is(Role::CustomerAdmin));
}

TEST(Authentication, CredentialAloneIsTheServiceItself) {
  const auto actor = identify({{"X-Internal-Credential", "booking:other"}});
  ASSERT_TRUE(actor && *actor);
  EXPECT_TRUE((*actor)->is_service);
  EXPECT_EQ((*actor)->service, "booking");
  EXPECT_TRUE((*actor)->user.empty());
}

TEST(Authentication, UserFieldsWithoutTheCredentialCountForNothing) {
  const auto nobody = identify({{"X-User-Id", "usr-1"}, {"X-User-Roles", "Admin"}});
  ASSERT_TRUE(nobody.has_value());
  EXPECT_FALSE(nobody->has_value());
  const auto token = identify({{"X-User-Id", "usr-1"}, {"Authorization", "bEARER good"}});
  ASSERT_TRUE(token && *token);
  EXPECT_EQ((*token)->user.value, "usr-token");
}

TEST(Authentication, WrongClaimsAreUnauthorized) {
  const std::initializer_list<Field> cases[] = {
      {{"X-Internal-Credential", "gateway:wrong"}, {"X-User-Id", "usr-1"}},
      {{"X-Internal-Credential", "gateway:key-one"}, {"X-User-Id", "u"}, {"X-User-Roles", "King"}},
      {{"Authorization", "Bearer bad"}},
      {{"Authorization", "Bearer "}},
      {{"Authorization", "Basic good"}}};
  for (const auto& fields : cases) {
    const auto actor = identify(fields);
    ASSERT_TRUE(actor.has_error());
    EXPECT_EQ(actor.error().code, Code::unauthorized);
  }
}

TEST(Authentication, TwoAuthorizationFieldsAreMalformed) {
  const auto actor = identify({{"Authorization", "Bearer good"}, {"authorization", "Bearer good"}});
  ASSERT_TRUE(actor.has_error());
  EXPECT_EQ(actor.error().code, Code::validation_error);
}

TEST(Authentication, AuthThatCannotBeAskedIsNotARefusal) {
  const auto actor = identify({{"Authorization", "Bearer broken"}});
  ASSERT_TRUE(actor.has_error());
  EXPECT_EQ(actor.error().code, Code::service_unavailable);
}

Task<Result<Response>> answer_validate(Call& call) {
  const json::object& body = call.body.as_object();
  if (body.at("token").as_string() == "expired")
    co_return ok(json::object{{"isValid", false}, {"reason", "EXPIRED"}});
  co_return ok(json::object{{"isValid", true},
                            {"userId", "usr-9"},
                            {"roles", json::array{"CustomerUser"}},
                            {"customerId", "cust-9"}});
}

TEST(Authentication, AsksAuthInThisProcess) {
  SettableClock clock({1'700'000'000'000});
  Router router(make_authenticator(keys(), {}), clock);
  router.add(Method::post, "/internal/auth/validate", Access::internal(), answer_validate,
             Body::json);
  LocalUpstream upstream(router);
  ServiceClient client(upstream, keys().of("booking"), std::chrono::seconds(1));
  const ValidateToken ask = ask_auth(client);
  const Trace trace = new_trace();
  const auto actor = run(ask(trace, "token"));
  ASSERT_TRUE(actor && *actor);
  EXPECT_EQ((*actor)->user.value, "usr-9");
  EXPECT_EQ((*actor)->customer.value, "cust-9");
  EXPECT_TRUE((*actor)->is(Role::CustomerUser));
  const auto expired = run(ask(trace, "expired"));
  ASSERT_TRUE(expired.has_value());
  EXPECT_FALSE(expired->has_value());
}

}  // namespace
}  // namespace thenorsound::http
