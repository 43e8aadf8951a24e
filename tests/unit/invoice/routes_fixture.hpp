// The routes of invoices, asked as somebody without a server.
#pragma once
#include "fixture.hpp"

namespace thenorsound::booking {

using http::Method;

inline Actor actor_of(Role role, std::string customer = {}) {
  Actor actor;
  actor.user = {"usr-" + std::string(role_name(role))};
  actor.role = role;
  actor.customer = {std::move(customer)};
  return actor;
}
inline const Actor admin = actor_of(Role::Admin);
inline const Actor organiser = actor_of(Role::CustomerAdmin, "cust-buyer");
inline const Actor seller = actor_of(Role::CrewAdmin, "cust-seller");
inline const Actor stranger = actor_of(Role::CrewAdmin, "cust-stranger");
inline const Actor other_organiser = actor_of(Role::CustomerAdmin, "cust-stranger");

struct Answer {
  int status = 0;
  json::value body;
  http::Response response;
  const json::object& object() const { return body.as_object(); }
  std::string text(std::string_view name) const {
    const json::value* value = object().if_contains(name);
    return value && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
  }
  std::string code() const {
    return std::string(std::string_view(object().at("error").at("code").as_string()));
  }
  std::vector<std::string> fields() const {
    std::vector<std::string> names;
    for (const json::value& detail : object().at("error").at("details").as_array())
      names.emplace_back(std::string_view(detail.at("field").as_string()));
    std::sort(names.begin(), names.end());
    return names;
  }
  std::size_t items() const { return object().at("items").as_array().size(); }
};

struct Routes : World {
  Routes()
      : parts{loops, clock, store, no_bus, {}},
        invoices(parts, InvoiceSettings{}, neighbours, bookings.source()),
        router([this](const http::Request&) { return who(); }, clock) {
    wait_for(loops, store.declare(invoices.schemas())).value();
    invoices.add_routes(router);
    CustomerProfile strange = whole_buyer();
    strange.id = {"cust-stranger"};
    neighbours_http.set(strange);
  }
  Task<Result<std::optional<Actor>>> who() { co_return std::optional<Actor>(asking); }

  Answer ask(const Actor& actor, Method method, std::string target, std::string body = {},
             std::vector<http::Field> fields = {}) {
    asking = actor;
    http::Request request;
    request.method = method;
    request.method_text = http::method_name(method);
    request.target = target;
    request.path = std::string_view(target).substr(0, target.find('?'));
    if (request.path.size() < target.size())
      request.query = std::string_view(target).substr(request.path.size() + 1);
    for (const http::Field& field : fields) request.fields.push_back(field);
    if (!body.empty()) request.fields.push_back({"Content-Type", "application/json"});
    request.body = body;
    Answer answer;
    answer.response = wait_for(loops, router.handle(request));
    answer.status = answer.response.status;
    const bool is_json = answer.response.content_type == "application/json";
    if (is_json && !answer.response.body.empty()) answer.body = read_own_json(answer.response.body);
    return answer;
  }
  Answer get(const Actor& actor, std::string target) {
    return ask(actor, Method::get, std::move(target));
  }
  Answer post(const Actor& actor, std::string target, std::string body = {}) {
    return ask(actor, Method::post, std::move(target), std::move(body));
  }
  Answer put(const Actor& actor, std::string target, std::string body) {
    return ask(actor, Method::put, std::move(target), std::move(body));
  }
  // The id of an issued invoice.
  std::string issue(const std::string& booking) {
    bookings.set(booking_of(booking));
    const Answer made = post(admin, "/api/bookings/" + booking + "/invoice");
    EXPECT_EQ(made.status, 201);
    return made.text("id");
  }
  std::string draft(const std::string& booking) {
    bookings.set(booking_of(booking, BilledBooking::Open));
    Actor service;
    service.is_service = true;
    service.service = "invoicing";
    const Answer heard = post(service, "/internal/bookings/" + booking + "/invoice-messages",
                              R"({"type":"booking.created","sequence":1})");
    EXPECT_EQ(heard.text("arrival"), "applied");
    return invoice_id_of({booking}, PaperKind::Invoice).value;
  }

  struct NoBus : bus::MessageBus {
    Task<Result<void>> declare(std::vector<bus::QueueSpec>) override { co_return Result<void>(); }
    Task<std::vector<bool>> publish(std::vector<Message> messages) override {
      co_return std::vector<bool>(messages.size(), true);
    }
    void consume(const std::string&, bus::Consumer) override {}
    Task<void> stop() override { co_return; }
    bool ready() const override { return true; }
    Task<Result<std::vector<bus::DeadLetter>>> dead_letters(std::size_t, std::size_t) override {
      co_return std::vector<bus::DeadLetter>();
    }
    Task<Result<void>> replay(std::string) override { co_return not_found("dead letter"); }
    Task<Result<std::int64_t>> backlog() override { co_return std::int64_t{0}; }
  } no_bus;
  Actor asking;
  workflow::ServiceParts parts;
  Invoices invoices;
  http::Router router;
};

}  // namespace thenorsound::booking
