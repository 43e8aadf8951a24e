// The auth service with a user and a customer service that know a few people.
#pragma once
#include "base/text.hpp"
#include "contracts/customer_profile.hpp"
#include "contracts/user_profile.hpp"
#include "services/auth/service.hpp"
#include "support/service_scene.hpp"

namespace thenorsound::auth {

using Names = std::vector<std::string>;

// Hands messages to whoever consumes.
class HearingBus : public RecordingBus {
 public:
  void consume(const std::string&, bus::Consumer consumer) override {
    consumer_ = std::move(consumer);
  }
  bus::Consumer consumer_;
};

class AuthScene : public ServiceScene {
 protected:
  AuthScene()
      : users_(
            [this](const auto&, const auto& target, const auto&) { return find(people_, target); }),
        customers_([this](const auto&, const auto& target, const auto&) {
          return find(companies_, target);
        }),
        user_client_(users_, "auth:key", call_timeout),
        customer_client_(customers_, "auth:key", call_timeout),
        service_(workflow::ServiceParts{loops_, clock_, *store_, hearing_,
                                        [](const http::Request& request) {
                                          return authenticate(request);
                                        }},
                 settings(), user_client_, customer_client_) {
    if (!wait_for(loops_, service_.start())) throw UnexpectedFailure("service not started");
    CustomerProfile company;
    company.id.value = "cust-1";
    company.customer_type = 1;
    companies_["cust-1"] = to_document(company);
    add_person("usr-anna", "anna@b.se");
  }
  ~AuthScene() override { wait_for(loops_, service_.stop()); }

  static AuthSettings settings() {
    AuthSettings settings;
    settings.jwt_key = "jwt key of the test";
    settings.refresh_key = "refresh key of the test";
    settings.link_key = "link key of the test";
    settings.bcrypt_cost = 4;
    settings.public_url = "https://crew.example/";
    settings.sweep_interval = std::chrono::hours(1);
    return settings;
  }

  void add_person(const std::string& id, const std::string& email,
                  const std::string& password = "demo-password") {
    UserProfile profile;
    profile.id.value = id;
    profile.email = email;
    profile.name = "Anna Berg";
    profile.user_type = 2;
    profile.role = 2;
    profile.customer_id.value = "cust-1";
    profile.access_version = 1;
    people_[id] = to_document(profile);
    EXPECT_EQ(make_credential(id, email, password).status, 200);
    EXPECT_EQ(enable(id).status, 204);
  }
  Answered make_credential(const std::string& id, const std::string& email,
                           const std::string& password, bool invite = true) {
    json::object body;
    body["userId"] = id;
    body["email"] = email;
    if (!password.empty()) body["password"] = password;
    if (!invite) body["invite"] = false;
    return internal("/internal/credentials", body);
  }
  Answered enable(const std::string& id) {
    return ask(service_, service_actor(), http::Method::put, "/internal/credentials/" + id,
               R"({"enabled":true})");
  }

  Answered internal(const std::string& path, const json::object& body) {
    return ask(service_, service_actor(), http::Method::post, path, write_json(body));
  }
  Answered internal_get(const std::string& path) {
    return ask(service_, service_actor(), http::Method::get, path);
  }
  Answered post(const std::string& path, const std::string& body, const Headers& headers = {}) {
    return ask(service_, Actor(), http::Method::post, "/api/auth/" + path, body, headers);
  }
  Answered login(const std::string& email = "anna@b.se",
                 const std::string& password = "demo-password", const Headers& headers = {}) {
    json::object body;
    body["email"] = email;
    body["password"] = password;
    return post("login", write_json(body), headers);
  }
  Answered refresh(const std::string& token) {
    return post("refresh", R"({"refreshToken":")" + token + "\"}");
  }
  static Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }
  static Headers cookie(const std::string& token) {
    return {{"Cookie", "thenorsound_refresh=" + token}};
  }
  // "valid", or why not.
  std::string verdict(const std::string& token) {
    const Answered answer = post("validate", "", bearer(token));
    EXPECT_EQ(answer.status, 200);
    return answer.body.at("isValid").as_bool() ? "valid" : answer.text("reason");
  }
  // As somebody logged in, with their token.
  Answered own(http::Method method, const std::string& path, const std::string& token,
               const std::string& body = {}, const std::string& user = "usr-anna") {
    return ask(service_, actor_of(Role::CustomerAdmin, user, "cust-1"), method, "/api/auth/" + path,
               body, bearer(token));
  }
  void settle() {
    EXPECT_TRUE(until([this] { return wait_for(loops_, service_.idle()); }));
  }
  std::vector<Message> told(const std::string& type) {
    settle();
    std::vector<Message> found;
    for (Message& message : hearing_.messages())
      if (message.type == type) found.push_back(std::move(message));
    return found;
  }
  json::object& person(const std::string& id) { return people_.at(id); }

  static Result<json::value> find(const std::map<std::string, json::object>& all,
                                  const std::string& target) {
    const auto found = all.find(target.substr(target.rfind('/') + 1));
    if (found == all.end()) return not_found("one");
    return json::value(found->second);
  }

  std::map<std::string, json::object> people_, companies_;
  HearingBus hearing_;
  PlayedService users_, customers_;
  http::ServiceClient user_client_, customer_client_;
  AuthService service_;
};

}  // namespace thenorsound::auth
