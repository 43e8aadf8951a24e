// The customer service with a user, an event and a booking service that say what a test tells
// them.
#pragma once
#include "services/customer/service.hpp"
#include "support/service_scene.hpp"

namespace thenorsound::customer {

using Names = std::vector<std::string>;

class CustomerScene : public ServiceScene {
 protected:
  CustomerScene()
      : users_([this](const auto&, const auto& target, const auto&) {
          return target.starts_with("/internal/users/uses") ? uses(used_by_users_, target)
                                                            : json::value(people_);
        }),
        events_([this](const auto&, const auto& target, const auto&) {
          return target.starts_with("/internal/events/uses") ? uses(used_by_events_, target)
                                                             : count(event_count_);
        }),
        bookings_([this](const auto&, const auto&, const auto&) { return count(live_bookings_); }),
        user_client_(users_, "customer:key", call_timeout),
        event_client_(events_, "customer:key", call_timeout),
        booking_client_(bookings_, "customer:key", call_timeout),
        service_(parts(), settings(), user_client_, event_client_, booking_client_) {
    Result<void> started = wait_for(loops_, service_.start());
    if (!started) throw UnexpectedFailure("service not started");
    organiser_ = make(1, "Malmö Live AB", "556016-0680");
    crew_ = make(2, "Ljudfolk AB", "556074-7569");
  }
  ~CustomerScene() override { wait_for(loops_, service_.stop()); }

  static CustomerSettings settings() {
    CustomerSettings settings;
    settings.resume_interval = std::chrono::milliseconds(20);
    return settings;
  }

  Answered get(const Actor& actor, std::string target) {
    return ask(service_, actor, http::Method::get, std::move(target));
  }
  Answered post(const Actor& actor, std::string target, const json::object& body,
                const Headers& headers = {}) {
    return ask(service_, actor, http::Method::post, std::move(target), write_json(body), headers);
  }
  Answered put(const Actor& actor, std::string target, const std::string& body,
               const Headers& headers = {}) {
    return ask(service_, actor, http::Method::put, std::move(target), body, headers);
  }
  Answered del(const Actor& actor, std::string target, const Headers& headers = {}) {
    return ask(service_, actor, http::Method::delete_, std::move(target), {}, headers);
  }

  static json::object body_of(const char* text) { return read_own_json(text).as_object(); }
  static json::object company(int type, const char* name, const char* number) {
    json::object body = body_of(R"({"address": "Gatan 1", "city": "Malmö", "zipCode": "21120",
                                    "email": "info@live.example", "phone": "040-12 34 56"})");
    body["customerType"] = type;
    body["name"] = name;
    body["orgNumber"] = number;
    return body;
  }
  static json::object guitar(const char* amount = "500") {
    json::object body = body_of(R"({"category": "Musician", "skill": "Guitar",
                                    "timeType": "Hour"})");
    body["amount"] = read_own_json(amount);
    return body;
  }
  std::string make(int type, const char* name, const char* number) {
    clock_.advance(1'000);
    const Answered made = post(admin, "/api/customers", company(type, name, number));
    EXPECT_EQ(made.status, 201) << write_json(made.body);
    return made.text("id");
  }
  Actor as(Role role, const std::string& customer) const {
    return actor_of(role, "usr-1", customer);
  }
  std::string at(const std::string& id, const std::string& rest = {}) const {
    return "/api/customers/" + id + rest;
  }

  const Actor admin = actor_of(Role::Admin, "usr-admin");
  std::string organiser_, crew_;

  // What the neighbours say; set while nobody asks.
  json::array people_;
  std::atomic<std::int64_t> event_count_{0}, live_bookings_{0};
  std::string used_by_users_, used_by_events_;  // a part of the query that is in use

 private:
  static Result<json::value> count(std::int64_t number) {
    json::object answer;
    answer["count"] = number;
    return json::value(std::move(answer));
  }
  static Result<json::value> uses(const std::string& used, const std::string& target) {
    json::object answer;
    answer["inUse"] = !used.empty() && target.find(used) != std::string::npos;
    return json::value(std::move(answer));
  }

 protected:
  PlayedService users_, events_, bookings_;
  http::ServiceClient user_client_, event_client_, booking_client_;
  CustomerService service_;
};

}  // namespace thenorsound::customer
