// The event service with a customer and a booking service that say what a test tells them.
#pragma once
#include "services/event/service.hpp"
#include "support/service_scene.hpp"

namespace thenorsound::event {

class EventScene : public ServiceScene {
 protected:
  EventScene()
      : customers_([this](const auto& method, const auto& target, const auto&) {
          return answer_as_customers(method, target);
        }),
        bookings_([this](const auto&, const auto&, const auto& body) {
          return answer_as_bookings(body);
        }),
        customer_client_(customers_, "event:key", call_timeout),
        booking_client_(bookings_, "event:key", call_timeout),
        service_(parts(), settings(), customer_client_, booking_client_) {
    Result<void> started = wait_for(loops_, service_.start());
    if (!started) throw UnexpectedFailure("service not started");
  }
  ~EventScene() override { wait_for(loops_, service_.stop()); }

  static EventSettings settings() {
    EventSettings settings;
    settings.reconcile_interval = std::chrono::milliseconds(20);
    return settings;
  }

  Answered ask_as(const Actor& actor, http::Method method, std::string target,
                  const std::string& body = {}, const Headers& headers = {}) {
    return ask(service_, actor, method, std::move(target), body, headers);
  }
  Answered get(const Actor& actor, std::string target) {
    return ask_as(actor, http::Method::get, std::move(target));
  }
  Answered post(const Actor& actor, std::string target, const json::object& body,
                const Headers& headers = {}) {
    return ask_as(actor, http::Method::post, std::move(target), write_json(body), headers);
  }
  Answered put(const Actor& actor, std::string target, const std::string& body,
               const Headers& headers = {}) {
    return ask_as(actor, http::Method::put, std::move(target), body, headers);
  }
  Answered del(const Actor& actor, std::string target, const Headers& headers = {}) {
    return ask_as(actor, http::Method::delete_, std::move(target), {}, headers);
  }

  static json::object body_of(const char* text) { return read_own_json(text).as_object(); }
  static json::object concert() {
    return body_of(R"({"name": "Malmö Live", "startDate": "2027-06-01T16:00:00Z",
      "endDate": "2027-06-01T23:00:00Z", "location": "Malmö", "eventType": "Concert",
      "orderReference": "PO-1", "slots": [{"category": "Sound", "skill": "FOH Engineer",
      "startTime": "2027-06-01T16:00:00Z", "endTime": "2027-06-01T23:00:00Z", "capacity": 2}]})");
  }
  // A new event of the organiser, by its id.
  std::string make_event(const json::object& body = concert()) {
    const Answered made = post(organiser, "/api/events", body);
    EXPECT_EQ(made.status, 201) << write_json(made.body);
    return made.text("id");
  }
  std::string make_event(const char* name, const char* from, const char* to) {
    json::object body = concert();
    body["name"] = name;
    body["startDate"] = from;
    body["endDate"] = to;
    body.erase("slots");
    return make_event(body);
  }
  static json::object reservation(const std::string& booking) {
    json::object body = body_of(R"({"crewCustomerId": "cust-crew",
      "startTime": "2027-06-01T18:00:00Z", "endTime": "2027-06-01T20:00:00Z",
      "skills": [{"category": "Sound", "skill": "FOH Engineer"}]})");
    body["bookingId"] = booking;
    body["crewId"] = "usr-" + booking;
    return body;
  }
  Answered reserve(const std::string& event, const std::string& booking) {
    return post(service_actor(), "/internal/events/" + event + "/reservations",
                reservation(booking));
  }
  Answered release(const std::string& event, const std::string& booking) {
    return del(service_actor(), "/internal/events/" + event + "/reservations/" + booking);
  }

  const Actor admin = actor_of(Role::Admin, "usr-admin");
  const Actor organiser = actor_of(Role::CustomerAdmin, "usr-org", "cust-organiser");
  const Actor reader = actor_of(Role::CustomerUser, "usr-read", "cust-organiser");
  const Actor stranger = actor_of(Role::CustomerAdmin, "usr-other", "cust-other");
  const Actor crew_admin = actor_of(Role::CrewAdmin, "usr-crew-admin", "cust-crew");
  const Actor crew = actor_of(Role::CrewUser, "usr-book-1", "cust-crew");

  json::object booking_states_;  // what the booking service says; set before it is asked

 private:
  Result<json::value> answer_as_customers(const std::string&, const std::string& target) {
    if (target == "/internal/catalogue")
      return json::value(body_of(R"({"categories": [{"name": "Sound", "vatRate": 25,
        "labels": {"sv": "Ljud", "en": "Sound"}, "skills": [{"name": "FOH Engineer"}]}]})"));
    CustomerProfile profile;
    profile.id = CustomerId{target.substr(target.rfind('/') + 1)};
    const auto& id = profile.id.value;
    if (id != "cust-organiser" && id != "cust-other" && id != "cust-crew")
      return not_found("customer");
    profile.customer_type = id == "cust-crew" ? 2 : 1;
    return json::value(to_document(profile));
  }
  Result<json::value> answer_as_bookings(const json::value& body) {
    json::object states;
    for (const json::value& id : body.at("ids").as_array())
      if (const json::value* state = booking_states_.if_contains(std::string_view(id.as_string())))
        states[std::string_view(id.as_string())] = *state;
    json::object answer;
    answer["states"] = std::move(states);
    return json::value(std::move(answer));
  }

 protected:
  PlayedService customers_;
  PlayedService bookings_;
  http::ServiceClient customer_client_;
  http::ServiceClient booking_client_;
  EventService service_;
};

}  // namespace thenorsound::event
