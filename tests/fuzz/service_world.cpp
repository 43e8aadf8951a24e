#include "fuzz/service_world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.hpp"
#include "fuzz/fuzz.hpp"
#include "http/local_upstream.hpp"
#include "http/parser.hpp"
#include "http/service_client.hpp"
#include "services/analytics/service.hpp"
#include "services/auth/service.hpp"
#include "services/booking/service.hpp"
#include "services/customer/service.hpp"
#include "services/event/service.hpp"
#include "services/gateway/route_table.hpp"
#include "services/user/service.hpp"

namespace thenorsound::fuzz {
namespace {

constexpr std::chrono::milliseconds never{3'600'000};
constexpr std::chrono::milliseconds call_timeout{5'000};

Task<Result<std::optional<Actor>>> identify(const http::Request& request) {
  Actor actor;
  if (const auto user = request.field("X-User-Id")) {
    actor.user.value = std::string(*user);
    actor.role = *role_from_name(*request.field("X-User-Roles"));
    actor.customer.value = std::string(request.field("X-User-CustomerId").value_or(""));
    co_return std::optional<Actor>(std::move(actor));
  }
  if (!request.field("X-Internal-Credential")) co_return std::optional<Actor>();
  actor.is_service = true;
  actor.service = "test";
  co_return std::optional<Actor>(std::move(actor));
}

struct InternalPath {
  std::string_view prefix;
  std::string_view service;
};
constexpr std::array<InternalPath, 10> internal_paths{{{"/internal/auth", "auth"},
                                                       {"/internal/credentials", "auth"},
                                                       {"/internal/links", "auth"},
                                                       {"/internal/users", "user"},
                                                       {"/internal/customers", "customer"},
                                                       {"/internal/catalogue", "customer"},
                                                       {"/internal/settings", "customer"},
                                                       {"/internal/events", "event"},
                                                       {"/internal/bookings", "booking"},
                                                       {"/internal/invoices", "booking"}}};

std::string_view service_at(std::string_view path) {
  for (const InternalPath& entry : internal_paths)
    if (gateway::is_under(path, entry.prefix)) return entry.service;
  const auto service = gateway::service_of(path);
  return service ? gateway::service_names[static_cast<std::size_t>(*service)] : std::string_view();
}

Asked asked(std::string actor, std::string method, std::string target, std::string body = {}) {
  Asked made;
  made.actor = std::move(actor);
  made.method = std::move(method);
  made.target = std::move(target);
  made.body = std::move(body);
  return made;
}

}  // namespace

struct ServiceWorld::Parts {
  Loops loops{1};
  SettableClock clock{*time_from_iso("2027-05-01T09:00:00Z")};
  ForgetfulBus bus;
  std::map<std::string, store::MemoryStore> stores;
  std::map<std::string, store::MemoryStore::Contents> beginnings;
  std::map<std::string, http::LocalUpstream, std::less<>> upstreams;
  std::map<std::string, http::ServiceClient, std::less<>> clients;
  std::map<std::string, std::unique_ptr<workflow::Service>, std::less<>> services;
  std::map<std::string, Actor> actors;
  std::map<std::string, std::string> ids;

  workflow::ServiceParts parts_of(const std::string& name) {
    return {loops, clock, stores[name], bus, identify};
  }
  http::ServiceClient& client(const std::string& name) {
    return clients.try_emplace(name, upstreams[name], "test:key", call_timeout).first->second;
  }
  template <class Service, class Settings, class... Clients>
  void add(const std::string& name, Settings settings, Clients&... others) {
    services[name] = std::make_unique<Service>(parts_of(name), std::move(settings), others...);
    upstreams[name].connect(services[name]->router());
  }

  void wire() {
    auth::AuthSettings of_auth;
    of_auth.jwt_key = of_auth.refresh_key = of_auth.link_key = "a key of the fuzzer";
    of_auth.bcrypt_cost = 4;
    of_auth.bcrypt_threads = 1;
    of_auth.sweep_interval = never;
    add<auth::AuthService>("auth", of_auth, client("user"), client("customer"));
    add<user::UserService>("user", user::UserSettings{never, never, never}, client("customer"),
                           client("auth"), client("booking"));
    customer::CustomerSettings of_customer;
    of_customer.resume_interval = never;
    add<customer::CustomerService>("customer", of_customer, client("user"), client("event"),
                                   client("booking"));
    event::EventSettings of_event;
    of_event.reconcile_interval = never;
    add<event::EventService>("event", of_event, client("customer"), client("booking"));
    booking::BookingSettings of_booking;
    of_booking.recover_every = of_booking.release_every = of_booking.expire_every = never;
    add<booking::BookingService>("booking", of_booking, client("event"), client("user"),
                                 client("customer"));
    add<analytics::AnalyticsService>("analytics", analytics::AnalyticsSettings{never},
                                     client("user"), client("event"));
    for (auto& [name, service] : services)
      demand(run(service->start()).has_value(), "a service does not start");
  }

  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    boost::asio::co_spawn(loops.at(0), std::move(task),
                          [&result](std::exception_ptr failure, T value) {
                            if (failure) std::rethrow_exception(failure);
                            result.emplace(std::move(value));
                          });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!result) {
      loops.at(0).run_one_for(std::chrono::milliseconds(100));
      demand(std::chrono::steady_clock::now() < end, "no answer comes");
    }
    // What was put off until after the answer.
    while (loops.at(0).poll() > 0) {
    }
    return std::move(*result);
  }

  std::string made(const std::string& name, const http::Response& response) {
    if (response.status != 201)
      std::fprintf(stderr, "%s: %s\n", name.c_str(), response.body.c_str());
    demand(response.status == 201, "the scene can't be furnished");
    const json::value document = read_own_json(response.body);
    return ids[name] = std::string(std::string_view(document.at("id").as_string()));
  }
};

ServiceWorld::ServiceWorld() : parts_(std::make_unique<Parts>()) {
  open_log("", LogLevel::error);
  Parts& parts = *parts_;
  parts.wire();
  Actor admin;
  admin.role = Role::Admin;
  admin.user.value = "usr-admin";
  parts.actors["admin"] = admin;
  const auto make = [&](const std::string& name, std::string target, std::string body) {
    return parts.made(name,
                      ask(asked("admin", "POST", std::move(target), with_ids(std::move(body)))));
  };
  const std::string address =
      R"("address":"Gatan 1","city":"Umeå","zipCode":"903 26","email":"a@b.example",
    "phone":"08-123 45 67")";
  make("organiser", "/api/customers",
       R"({"name":"Organiser","orgNumber":"556016-0680","customerType":1,)" + address + "}");
  make("company", "/api/customers",
       R"({"name":"Crew","orgNumber":"556074-7569","customerType":2,"vatStatus":"Registered",
    "vatNumber":"SE556074756901","invoicePrefix":"CREW","bankgiro":"5050-1055","fTax":true,)" +
           address + "}");
  make("other", "/api/customers",
       R"({"name":"Other","orgNumber":"556036-0793","customerType":1,)" + address + "}");
  const auto person = [&](const std::string& name, Role role, const std::string& company) {
    const int number = static_cast<int>(role);
    Actor& actor = parts.actors[name];
    actor.user.value =
        make(name, "/api/users",
             R"({"email":")" + name + R"(@b.example","firstName":"A","lastName":"B","userType":)" +
                 (number > 3 ? "3" : "2") + R"(,"role":)" + std::to_string(number) +
                 R"(,"customerId":"{)" + company + R"(}")" +
                 (number > 3 ? R"(,"skills":[{"category":"Musician","skill":"Guitar"}]})" : "}"));
    actor.role = role;
    actor.customer.value = parts.ids[company];
  };
  person("boss", Role::CustomerAdmin, "organiser");
  person("clerk", Role::CustomerUser, "organiser");
  person("crewadmin", Role::CrewAdmin, "company");
  person("crew", Role::CrewUser, "company");
  person("stranger", Role::CustomerAdmin, "other");
  person("inhouse", Role::CrewUser, "organiser");
  make("tariff", "/api/customers/" + parts.ids["organiser"] + "/tariffs",
       R"({"category":"Musician","skill":"Guitar","timeType":"Hour","amount":500})");
  make("event", "/api/events",
       R"({"customerId":"{organiser}","name":"Live","startDate":"2027-06-01T10:00:00Z",
    "endDate":"2027-06-05T10:00:00Z","location":"Here","eventType":"Concert","slots":[{"category":"Musician",
    "skill":"Guitar","startTime":"2027-06-01T10:00:00Z","endTime":"2027-06-05T10:00:00Z","capacity":3}]})");
  make("booking", "/api/bookings",
       R"({"eventId":"{event}","crewId":"{crew}","startTime":"2027-06-01T18:00:00Z",
    "endTime":"2027-06-01T22:00:00Z"})");
  make("confirmed", "/api/bookings",
       R"({"eventId":"{event}","crewId":"{crew}","startTime":"2027-06-02T18:00:00Z",
    "endTime":"2027-06-02T22:00:00Z"})");
  ask(asked("admin", "PUT", "/api/bookings/" + parts.ids["confirmed"] + "/confirm"));
  make("invoice", "/api/bookings/" + parts.ids["confirmed"] + "/invoice", "{}");
  for (auto& [name, store] : parts.stores) parts.beginnings[name] = store.contents();
}

ServiceWorld::~ServiceWorld() = default;

void ServiceWorld::start_over() {
  for (auto& [name, store] : parts_->stores) store.put_back(parts_->beginnings[name]);
}

std::string ServiceWorld::with_ids(std::string text) const {
  for (const auto& [name, id] : parts_->ids) {
    const std::string mark = "{" + name + "}";
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + id.size()))
      text.replace(at, mark.size(), id);
  }
  return text;
}

http::Response ServiceWorld::ask(const Asked& asked) {
  std::string head = asked.method + " " + asked.target + " HTTP/1.1\r\nHost: b.example\r\n";
  const auto actor = parts_->actors.find(asked.actor);
  if (actor != parts_->actors.end()) {
    head += "X-User-Id: " + actor->second.user.value + "\r\n";
    head += "X-User-Roles: " + std::string(role_name(actor->second.role)) + "\r\n";
    head += "X-User-CustomerId: " + actor->second.customer.value + "\r\n";
  } else if (asked.actor == "service") {
    head += "X-Internal-Credential: test:key\r\n";
  }
  if (!asked.body.empty()) head += "Content-Type: application/json\r\n";
  for (const auto& [name, value] : asked.fields) head += name + ": " + value + "\r\n";
  head += "\r\n";
  http::Response none;
  none.status = 0;
  auto parsed = http::parse_request_head(head, http::HeadLimits{});
  if (!parsed || !*parsed) return none;
  http::Request& request = (*parsed)->request;
  request.body = asked.body;
  const auto service = parts_->services.find(service_at(request.path));
  if (service == parts_->services.end()) return none;
  return parts_->run(service->second->router().handle(request));
}

}  // namespace thenorsound::fuzz
