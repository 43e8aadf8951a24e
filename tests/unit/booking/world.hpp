// The booking service on the real SQLite store, with neighbours that keep simple books of their
// own and can be made to fail.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "http/url.hpp"
#include "services/booking/service.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace thenorsound::booking {

inline Time at(std::string_view iso) { return *time_from_iso(iso); }

class RecordingBus : public bus::MessageBus {
 public:
  Task<Result<void>> declare(std::vector<bus::QueueSpec> queues) override {
    for (auto& queue : queues) declared.push_back(std::move(queue));
    co_return Result<void>{};
  }
  Task<std::vector<bool>> publish(std::vector<Message> messages) override {
    const std::lock_guard lock(mutex_);
    std::vector<bool> taken(messages.size(), true);
    for (Message& message : messages) published_.push_back(std::move(message));
    co_return taken;
  }
  void consume(const std::string& queue, bus::Consumer consumer) override {
    consumers[queue] = std::move(consumer);
  }
  Task<void> stop() override { co_return; }
  bool ready() const override { return true; }
  Task<Result<std::vector<bus::DeadLetter>>> dead_letters(std::size_t, std::size_t) override {
    co_return std::vector<bus::DeadLetter>{};
  }
  Task<Result<void>> replay(std::string) override { co_return Result<void>{}; }
  Task<Result<std::int64_t>> backlog() override { co_return std::int64_t{0}; }

  std::vector<Message> published() const {
    const std::lock_guard lock(mutex_);
    return published_;
  }
  std::vector<bus::QueueSpec> declared;
  std::map<std::string, bus::Consumer> consumers;

 private:
  mutable std::mutex mutex_;
  std::vector<Message> published_;
};

// Passes everything on, and can make commits of bookings end in doubt.
class DoubtfulStore : public store::DocumentStore {
 public:
  enum class Doubt { none, done, not_done, never_again };
  explicit DoubtfulStore(store::DocumentStore& real) : real_(real) {}

  Task<Result<void>> declare(std::vector<store::CollectionSchema> schemas) override {
    return real_.declare(std::move(schemas));
  }
  Task<Result<store::DocumentPtr>> get(std::string collection, std::string id) override {
    return real_.get(std::move(collection), std::move(id));
  }
  Task<Result<std::vector<store::DocumentPtr>>> find(std::string collection,
                                                     store::Query query) override {
    return real_.find(std::move(collection), std::move(query));
  }
  Task<Result<std::int64_t>> count(std::string collection, store::Query query) override {
    return real_.count(std::move(collection), std::move(query));
  }
  using store::DocumentStore::commit;
  Task<std::vector<store::CommitResult>> commit(std::vector<store::Write> writes) override {
    Doubt doubt = Doubt::none;
    const bool about_bookings = writes.front().collection == "bookings" &&
                                writes.front().expected > 0;
    if (about_bookings) {
      doubt = next;
      if (doubt != Doubt::never_again) next = Doubt::none;
    }
    std::vector<store::CommitResult> results(writes.size());  // in doubt
    if (doubt == Doubt::none || doubt == Doubt::done) {
      auto done = co_await real_.commit(std::move(writes));
      if (doubt == Doubt::none) results = std::move(done);
    }
    co_return results;
  }
  Task<Result<std::vector<store::PendingMessage>>> pending_messages(std::size_t limit) override {
    return real_.pending_messages(limit);
  }
  Task<Result<void>> clear_messages(std::vector<store::PendingMessage> published) override {
    return real_.clear_messages(std::move(published));
  }
  void on_messages(std::function<void()> notify) override { real_.on_messages(std::move(notify)); }
  Task<Result<std::size_t>> sweep(Time now) override { return real_.sweep(now); }

  std::atomic<Doubt> next{Doubt::none};

 private:
  store::DocumentStore& real_;
};

// The event, user and customer services in one: profiles, reservations with tombstones, and
// trouble on request.
class Neighbourhood {
 public:
  std::map<std::string, EventProfile> events;
  std::map<std::string, UserProfile> users;
  std::map<std::string, CustomerProfile> customers;
  std::map<std::string, PricingBasis> bases;  // by organiser; the crew company is filled in
  Catalogue catalogue;
  SlotTaken slot;
  std::set<std::string> held_slots;               // booking ids
  std::map<std::string, std::string> held_crew;   // booking id -> user
  std::set<std::string> busy;                     // users who are not available
  std::set<std::string> gone;                     // "slot:book-1": released for good
  std::optional<Error> slot_refusal;

  struct Trouble {
    std::string call;  // prefix of "POST /internal/..."
    bool after = false;  // the call is done, its answer lost
    Error error;
  };
  std::optional<Trouble> trouble;
  struct Hook {
    std::string call;
    std::function<Task<void>()> act;
  };
  std::optional<Hook> hook;  // before the call, once

  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  void forget_calls() {
    const std::lock_guard lock(mutex_);
    calls_.clear();
  }

  Task<Result<http::Response>> answer(std::string call, std::string query, json::value body) {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(call);
    }
    if (hook && call.starts_with(hook->call)) {
      const auto act = std::move(hook->act);
      hook.reset();
      co_await act();
    }
    const bool troubled = trouble && call.starts_with(trouble->call);
    if (troubled && !trouble->after) co_return trouble->error;
    const std::lock_guard lock(mutex_);
    Result<http::Response> usual = act(call, query, body);
    if (troubled) co_return trouble->error;
    co_return usual;
  }

 private:
  static http::Response refuse(const Error& error) {
    return http::error_response(error, new_trace(), Time{});
  }
  template <class T>
  static http::Response profile(const std::map<std::string, T>& all, const std::string& id) {
    const auto found = all.find(id);
    if (found == all.end()) return refuse(not_found("thing"));
    return http::json_response(200, write_json(to_document(found->second)));
  }
  static std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from < path.size();) {
      const auto end = std::min(path.find('/', from), path.size());
      parts.push_back(path.substr(from, end - from));
      from = end + 1;
    }
    return parts;
  }

  http::Response act(const std::string& call, const std::string& query, const json::value& body) {
    const auto space = call.find(' ');
    const std::string method = call.substr(0, space);
    const auto parts = split(call.substr(space + 1));  // "", internal, events, id, ...
    const std::string& what = parts.at(2);
    if (what == "catalogue") return http::json_response(200, write_json(to_document(catalogue)));
    const std::string& id = parts.at(3);
    if (parts.size() == 4)
      return what == "events" ? profile(events, id)
                              : what == "users" ? profile(users, id) : profile(customers, id);
    if (parts[4] == "pricing-basis") return basis(id, query.substr(query.find('=') + 1));
    if (parts[4] == "conflicts")
      return http::json_response(200, busy.contains(id) ? R"({"busy":true})" : R"({"busy":false})");
    if (method == "DELETE") return release(what, parts.at(5));
    return what == "events" ? reserve_slot(parts.size() > 5, body) : reserve_crew(id, body);
  }
  http::Response basis(const std::string& organiser, const std::string& crew_company) {
    if (!customers.contains(organiser)) return refuse(not_found("customer"));
    if (customers[organiser].closing) return refuse(conflict("closing"));
    PricingBasis basis = bases[organiser];
    basis.crew_company = customers[crew_company];
    basis.catalogue = catalogue;
    return http::json_response(200, write_json(to_document(basis)));
  }
  http::Response release(const std::string& what, const std::string& booking) {
    gone.insert((what == "events" ? "slot:" : "crew:") + booking);
    if (what == "events") held_slots.erase(booking);
    else held_crew.erase(booking);
    http::Response response;
    response.status = 204;
    return response;
  }
  http::Response reserve_slot(bool only_check, const json::value& body) {
    if (slot_refusal) return refuse(*slot_refusal);
    if (!only_check) {
      const std::string booking(std::string_view(body.at("bookingId").as_string()));
      if (gone.contains("slot:" + booking)) return refuse(conflict("released"));
      held_slots.insert(booking);
    }
    return http::json_response(200, write_json(to_document(slot)));
  }
  http::Response reserve_crew(const std::string& user, const json::value& body) {
    const std::string booking(std::string_view(body.at("bookingId").as_string()));
    if (gone.contains("crew:" + booking)) return refuse(conflict("released"));
    if (busy.contains(user))
      return refuse(make_error(Code::crew_unavailable, "The crew member is not available."));
    held_crew[booking] = user;
    return http::json_response(200, "{}");
  }

  mutable std::mutex mutex_;
  std::vector<std::string> calls_;
};

class NeighbourUpstream : public http::Upstream {
 public:
  explicit NeighbourUpstream(Neighbourhood& all) : all_(all) {}
  Task<Result<http::Response>> send(http::Request& request, std::chrono::milliseconds) override {
    std::string call = std::string(http::method_name(request.method)) + " " +
                       std::string(request.target.substr(0, request.target.find('?')));
    json::value body;
    if (!request.body.empty()) body = read_own_json(request.body);
    return all_.answer(std::move(call), std::string(request.query), std::move(body));
  }

 private:
  Neighbourhood& all_;
};

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
  explicit BookingWorld(BookingSettings settings) {
    settings.recover_every = settings.release_every = settings.expire_every =
        std::chrono::hours(1);  // rounds are made by hand
    path_ = std::filesystem::temp_directory_path() /
            ("thenor-booking-" + new_id("test", SystemClock().now()));
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
    std::filesystem::remove_all(path_);
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
    answer.response = wait<http::Response>(
        send(service->router(), who, method, std::move(target), std::move(text), std::move(fields)));
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

  std::filesystem::path path_;
  Loops loops_{2};
  std::unique_ptr<store::SqliteDatabase> database_;
  std::unique_ptr<store::DocumentStore> real_store_;
  NeighbourUpstream neighbours_{hood};
  http::ServiceClient events_{neighbours_, "booking:key", std::chrono::seconds(1)};
  http::ServiceClient users_{neighbours_, "booking:key", std::chrono::seconds(1)};
  http::ServiceClient customers_{neighbours_, "booking:key", std::chrono::seconds(1)};
};

}  // namespace thenorsound::booking
