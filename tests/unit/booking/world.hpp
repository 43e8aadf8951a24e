// The booking service on the real SQLite store, with fakes around it.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>

#include "fakes.hpp"
#include "services/booking/service.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace thenorsound::booking {

inline Time at(std::string_view iso) { return *time_from_iso(iso); }

inline Actor actor(Role role, std::string customer = {}, std::string user = {}) {
  Actor out;
  out.role = role;
  out.customer.value = std::move(customer);
  out.user.value = user.empty() ? "usr-" + std::string(role_name(role)) : std::move(user);
  return out;
}
inline const Actor admin = actor(Role::Admin);
inline const Actor organiser = actor(Role::CustomerAdmin, "cust-org");
inline const Actor organiser_user = actor(Role::CustomerUser, "cust-org");
inline const Actor crew_admin = actor(Role::CrewAdmin, "cust-crew");
inline const Actor crew = actor(Role::CrewUser, "cust-crew", "usr-crew");
inline const Actor other_organiser = actor(Role::CustomerAdmin, "cust-org2");
inline const Actor other_crew_admin = actor(Role::CrewAdmin, "cust-crew2");

struct Answer {
  int status = 0;
  json::object body;
  http::Response response;

  std::string code() const {
    const json::value* error = body.if_contains("error");
    return error == nullptr ? "" : std::string(std::string_view(error->at("code").as_string()));
  }
  std::vector<std::string> faults() const {
    std::vector<std::string> fields;
    for (const auto& item : body.at("error").at("details").as_array())
      fields.emplace_back(std::string_view(item.at("field").as_string()));
    return fields;
  }
  std::string text(std::string_view name) const {
    const json::value* value = body.if_contains(name);
    return value == nullptr ? "" : std::string(std::string_view(value->as_string()));
  }
};

class BookingWorld : public testing::Test {
 protected:
  BookingWorld() : BookingWorld(BookingSettings{}) {}
  // `folder`: where the data is, and stays; empty: one that goes with this.
  explicit BookingWorld(BookingSettings settings, std::string folder = {})
      : path_(folder.empty() ? std::filesystem::temp_directory_path() /
                                   ("thenor-booking-" + new_id("test", SystemClock().now()))
                             : std::filesystem::path(folder)),
        keeps_data_(!folder.empty()) {
    settings.recover_every = settings.release_every = settings.expire_every =
        std::chrono::hours(1);  // rounds are made by hand
    std::filesystem::create_directories(path_);
    database_ = *store::SqliteDatabase::open((path_ / "test.db").string());
    real_store_ = database_->store("booking");
    doubtful.emplace(*real_store_);
    loops_.start();
    http::Authenticate authenticate = [](const http::Request& request) {
      return identify(request);
    };
    service.emplace(workflow::ServiceParts{loops_, clock, *doubtful, bus, authenticate}, settings,
                    events_, users_, customers_);
    const auto started = wait<Result<void>>(service->start());
    EXPECT_TRUE(started);
    furnish();
  }
  ~BookingWorld() override {
    wait_for(service->stop());
    loops_.stop();
    service.reset();
    real_store_.reset();
    database_.reset();
    if (!keeps_data_) std::filesystem::remove_all(path_);
  }

  template <class T>
  T wait(Task<T> task) {
    std::optional<T> result;
    auto run = [](Task<T> inner, std::optional<T>& into) -> Task<void> {
      into.emplace(co_await std::move(inner));
    };
    loops_.run_and_wait(run(std::move(task), result));
    return std::move(*result);
  }
  void wait_for(Task<void> task) { loops_.run_and_wait(std::move(task)); }

  Answer call(const Actor& who, http::Method method, std::string target, json::object body = {},
              std::map<std::string, std::string> fields = {}) {
    const std::string text = write_json(body);
    return call_raw(who, method, std::move(target), text, std::move(fields));
  }
  Answer call_raw(const Actor& who, http::Method method, std::string target, std::string text,
                  std::map<std::string, std::string> fields = {}) {
    Answer answer;
    answer.response = wait<http::Response>(send(service->router(), who, method, std::move(target),
                                                std::move(text), std::move(fields)));
    answer.status = answer.response.status;
    if (!answer.response.body.empty()) {
      json::value value = read_own_json(answer.response.body);
      if (value.is_object()) answer.body = value.get_object();
    }
    return answer;
  }
  Answer get(const Actor& who, std::string target) {
    return call(who, http::Method::get, std::move(target));
  }
  Answer put(const Actor& who, std::string target, json::object body = {},
             std::map<std::string, std::string> fields = {}) {
    return call(who, http::Method::put, std::move(target), std::move(body), std::move(fields));
  }
  static json::object order() {
    json::object body;
    body["eventId"] = "evt-1";
    body["crewId"] = "usr-crew";
    body["startTime"] = "2026-03-20T18:00:00Z";
    body["endTime"] = "2026-03-20T22:00:00Z";
    return body;
  }
  Answer post(const Actor& who, json::object body, std::map<std::string, std::string> fields = {}) {
    return call(who, http::Method::post, "/api/bookings", std::move(body), std::move(fields));
  }
  // A booking that is there, by its id.
  std::string placed(json::object body = order(), const Actor& who = organiser) {
    const Answer answer = post(who, std::move(body));
    EXPECT_EQ(answer.status, 201) << answer.response.body;
    return answer.status == 201 ? answer.text("id") : "";
  }
  Booking stored(const std::string& id) {
    auto found = wait<Result<std::optional<Booking>>>(service->context().bookings.get(id));
    EXPECT_TRUE(found && *found) << id;
    return found && *found ? **found : Booking{};
  }
  std::vector<Booking> all() {
    store::Query query;
    query.limit = 1'000;
    return *wait<Result<std::vector<Booking>>>(service->context().bookings.find(query));
  }
  // Everything published, once the outbox is empty.
  std::vector<Message> messages() {
    for (int i = 0; i < 500 && !wait<bool>(service->idle()); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return bus.published();
  }
  std::vector<std::string> message_types() {
    std::vector<std::string> types;
    for (const Message& message : messages()) types.push_back(message.type);
    return types;
  }
  void recover() { wait_for(recover_sagas(service->context())); }
  void expire_due() { wait_for(expire_requests(service->context())); }
  void release_due() { wait_for(release_leftovers(service->context())); }

  SettableClock clock{at("2026-03-01T12:00:00Z")};
  Neighbourhood hood;
  RecordingBus bus;
  std::optional<DoubtfulStore> doubtful;
  std::optional<BookingService> service;

 private:
  static Task<Result<std::optional<Actor>>> identify(const http::Request& request) {
    const auto role = request.field("X-User-Roles");
    if (!role) co_return std::optional<Actor>{};
    Actor who;
    if (*role == "service") {
      who.is_service = true;
    } else {
      who.role = *role_from_name(*role);
      who.user.value = std::string(request.field("X-User-Id").value_or(""));
      who.customer.value = std::string(request.field("X-User-CustomerId").value_or(""));
    }
    co_return std::optional<Actor>(std::move(who));
  }
  static Task<http::Response> send(const http::Router& router, Actor who, http::Method method,
                                   std::string target, std::string body,
                                   std::map<std::string, std::string> fields) {
    fields["X-User-Roles"] = who.is_service ? "service" : std::string(role_name(who.role));
    fields["X-User-Id"] = who.user.value;
    fields["X-User-CustomerId"] = who.customer.value;
    fields["Content-Type"] = "application/json";
    http::Request request;
    request.method = method;
    request.method_text = http::method_name(method);
    request.target = target;
    const auto mark = target.find('?');
    request.path = std::string_view(target).substr(0, mark);
    if (mark != std::string::npos) request.query = std::string_view(target).substr(mark + 1);
    for (const auto& [name, value] : fields) request.fields.push_back(http::Field{name, value});
    if (method == http::Method::post || method == http::Method::put) request.body = body;
    co_return co_await router.handle(request);
  }

  void furnish() {
    const auto company = [this](std::string id, std::int64_t type) {
      CustomerProfile& added = hood.customers[id];
      added.id.value = id;
      added.name = "Name of " + id;
      added.customer_type = type;
    };
    company("cust-org", 1);
    company("cust-org2", 1);
    company("cust-crew", 2);
    company("cust-crew2", 2);
    const auto person = [this](std::string id, std::string customer, std::int64_t type) {
      UserProfile& added = hood.users[id];
      added.id.value = id;
      added.name = "Name of " + id;
      added.customer_id.value = std::move(customer);
      added.user_type = type;
      added.phone = "+46701234567";
      if (type == 3) added.skills = {{"Musician", "Guitar"}};
    };
    person("usr-crew", "cust-crew", 3);
    person("usr-crew2", "cust-crew", 3);
    person("usr-stranger", "cust-crew2", 3);
    person("usr-inhouse", "cust-org", 3);
    person("usr-inhouse2", "cust-org2", 3);
    person("usr-clerk", "cust-org", 2);
    const auto event = [this](std::string id, std::string customer) {
      EventProfile& added = hood.events[id];
      added.id.value = id;
      added.name = "Event " + id;
      added.customer_id.value = std::move(customer);
      added.location = "Malmö";
    };
    event("evt-1", "cust-org");
    event("evt-2", "cust-org2");
    CatalogueCategory musician;
    musician.name = "Musician";
    musician.vat_rate = 0;
    musician.vat_reason = "Artistic performance";
    musician.skills.resize(1);
    musician.skills[0].name = "Guitar";
    hood.catalogue.categories = {musician};
    for (const char* id : {"cust-org", "cust-org2"}) {
      TariffTerms hour;
      hour.id.value = "tar-1";
      hour.category = "Musician";
      hour.skill = "Guitar";
      hour.time_type = TimeType::Hour;
      hour.amount = Money{50'000};
      hood.bases[id].tariffs = {hour};
    }
  }

  const std::filesystem::path path_;
  const bool keeps_data_;
  Loops loops_{2};
  std::unique_ptr<store::SqliteDatabase> database_;
  std::unique_ptr<store::DocumentStore> real_store_;
  NeighbourUpstream neighbours_{hood};
  http::ServiceClient events_{neighbours_, "booking:key", std::chrono::seconds(1)};
  http::ServiceClient users_{neighbours_, "booking:key", std::chrono::seconds(1)};
  http::ServiceClient customers_{neighbours_, "booking:key", std::chrono::seconds(1)};
};

}  // namespace thenorsound::booking
