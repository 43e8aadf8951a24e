// The user service on a real store, with neighbours that answer as told.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <mutex>

#include "base/json.hpp"
#include "contracts/customer_profile.hpp"
#include "contracts/user_profile.hpp"
#include "http/error_response.hpp"
#include "services/user/service.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace thenorsound::user {

// A neighbour: remembers what it was asked, answers by `answer`.
class Neighbour : public http::Upstream {
 public:
  struct Asked {
    std::string method;
    std::string path;
    json::object body;
  };
  std::function<Result<json::value>(const Asked&)> answer;

  Task<Result<http::Response>> send(http::Request& request, std::chrono::milliseconds) override {
    Asked asked{std::string(request.method_text), std::string(request.path), {}};
    if (!request.body.empty()) asked.body = read_own_json(request.body).as_object();
    std::lock_guard lock(mutex_);
    seen_.push_back(asked);
    const Result<json::value> said = answer(asked);
    if (!said && said.error().reason == "not-sent") co_return said.error();
    if (!said) co_return http::error_response(said.error(), Trace{}, Time{});
    http::Response response = http::json_response(200, write_json(*said));
    co_return response;
  }
  std::vector<Asked> seen() {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  std::size_t count(std::string_view method, std::string_view path) {
    std::size_t found = 0;
    for (const Asked& asked : seen()) found += asked.method == method && asked.path == path;
    return found;
  }

 private:
  std::mutex mutex_;
  std::vector<Asked> seen_;
};

// Keeps what was published.
class RecordingBus : public bus::MessageBus {
 public:
  Task<Result<void>> declare(std::vector<bus::QueueSpec>) override { co_return Result<void>(); }
  Task<std::vector<bool>> publish(std::vector<Message> messages) override {
    std::lock_guard lock(mutex_);
    std::vector<bool> taken(messages.size(), true);
    for (Message& message : messages) published_.push_back(std::move(message));
    co_return taken;
  }
  void consume(const std::string&, bus::Consumer) override {}
  Task<void> stop() override { co_return; }
  bool ready() const override { return true; }
  Task<Result<std::vector<bus::DeadLetter>>> dead_letters(std::size_t, std::size_t) override {
    co_return std::vector<bus::DeadLetter>();
  }
  Task<Result<void>> replay(std::string) override { co_return Result<void>(); }
  Task<Result<std::int64_t>> backlog() override { co_return std::int64_t{0}; }
  std::vector<Message> published() {
    std::lock_guard lock(mutex_);
    return published_;
  }

 private:
  std::mutex mutex_;
  std::vector<Message> published_;
};

struct Answer {
  int status = 0;
  json::value body;
  std::map<std::string, std::string> fields;

  std::string code() const {
    return std::string(std::string_view(body.at("error").at("code").as_string()));
  }
  std::vector<std::string> faults() const {
    std::vector<std::string> names;
    for (const json::value& detail : body.at("error").at("details").as_array())
      names.emplace_back(std::string_view(detail.at("field").as_string()));
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string text(std::string_view name) const {
    return std::string(std::string_view(body.at(name).as_string()));
  }
};

struct Who {
  std::string user;
  Role role = Role::Admin;
  std::string customer;
  bool service = false;
};
inline const Who service_actor{.user = {}, .role = Role::Admin, .customer = {}, .service = true};

class World : public ::testing::Test {
 protected:
  World() {
    std::string pattern = (std::filesystem::temp_directory_path() / "user-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    auto opened = store::SqliteDatabase::open(folder_ / "data.db");
    database_ = std::move(opened.value());
    store_ = database_->store("user");
    customers_.answer = [this](const Neighbour::Asked& asked) { return say_customer(asked); };
    auth_.answer = [this](const Neighbour::Asked& asked) { return say_auth(asked); };
    bookings_.answer = [this](const Neighbour::Asked&) { return say_states(); };
    for (const auto& [id, type] : std::map<std::string, int>{
             {"cust-org", 1}, {"cust-org2", 1}, {"cust-crew", 2}, {"cust-crew2", 2}}) {
      CustomerProfile profile;
      profile.id.value = id;
      profile.name = "Name of " + id;
      profile.customer_type = type;
      companies_[id] = profile;
    }
    loops_.start();
    start_service();
  }
  ~World() override {
    run(service_->stop());
    service_.reset();
    loops_.stop();
    store_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start_service() {
    workflow::ServiceParts parts{loops_, clock_, *store_, bus_, [](const http::Request& request) {
                                   return identify(request);
                                 }};
    // Background work is driven by the tests, through keep_up.
    UserSettings quiet{std::chrono::hours(1), std::chrono::hours(1), std::chrono::hours(1)};
    service_ = std::make_unique<UserService>(std::move(parts), quiet, customer_client_,
                                             auth_client_, booking_client_);
    EXPECT_TRUE(run(service_->start()).has_value());
  }

  template <class T>
  T run(Task<T> task) {
    std::promise<T> done;
    auto future = done.get_future();
    boost::asio::co_spawn(
        loops_.next(), std::move(task),
        [&done](std::exception_ptr failure, auto... value) {
          if (failure) return done.set_exception(failure);
          done.set_value(std::move(value)...);
        });
    return future.get();
  }

  Answer call(const Who& who, http::Method method, std::string target, const std::string& body = {},
              std::vector<std::pair<std::string, std::string>> more = {}) {
    const std::string actor = who.user + "|" + std::string(role_name(who.role)) + "|" +
                              who.customer + "|" + (who.service ? "service" : "");
    http::Request request;
    request.method = method;
    request.method_text = http::method_name(method);
    request.target = target;
    const std::string path = target.substr(0, target.find('?'));
    request.path = path;
    const std::size_t mark = target.find('?');
    if (mark != std::string::npos) request.query = std::string_view(target).substr(mark + 1);
    request.fields.push_back({"X-Test-Actor", actor});
    if (!body.empty()) request.fields.push_back({"Content-Type", "application/json"});
    for (const auto& [name, value] : more) request.fields.push_back({name, value});
    request.body = body;
    http::Response response = run(service_->router().handle(request));
    Answer answer;
    answer.status = response.status;
    if (!response.body.empty()) answer.body = read_own_json(response.body);
    for (const auto& field : response.fields) answer.fields[field.name] = field.value;
    return answer;
  }
  Answer get(const Who& who, std::string target) {
    return call(who, http::Method::get, std::move(target));
  }
  Answer post(const Who& who, std::string target, const std::string& body) {
    return call(who, http::Method::post, std::move(target), body);
  }
  Answer put(const Who& who, std::string target, const std::string& body,
             std::vector<std::pair<std::string, std::string>> more = {}) {
    return call(who, http::Method::put, std::move(target), body, std::move(more));
  }
  Answer del(const Who& who, std::string target) {
    return call(who, http::Method::delete_, std::move(target));
  }

  // Makes a user as Admin; returns the id.
  std::string make(const std::string& email, int type, int role, const std::string& customer,
                   const std::string& more = "") {
    clock_.advance(second_ms);  // lists are newest first
    std::string body = R"({"email":")" + email + R"(","firstName":"Anna","lastName":"Berg",)" +
                       R"("userType":)" + std::to_string(type) + R"(,"role":)" +
                       std::to_string(role);
    if (!customer.empty()) body += R"(,"customerId":")" + customer + "\"";
    if (!more.empty()) body += "," + more;
    const Answer made = post(admin_, "/api/users", body + "}");
    EXPECT_EQ(made.status, 201) << write_json(made.body);
    return made.status == 201 ? made.text("id") : "";
  }
  std::string make_crew(const std::string& email, const std::string& customer = "cust-crew") {
    return make(email, 3, 5, customer, R"("skills":[{"category":"Sound","skill":"FOH"}])");
  }
  Who who(const std::string& id, Role role, const std::string& customer) {
    return Who{id, role, customer, false};
  }
  Answer reserve(const std::string& user, const std::string& booking, const std::string& from,
                 const std::string& to) {
    return post(service_actor, "/internal/users/" + user + "/reservations",
                R"({"bookingId":")" + booking + R"(","startTime":")" + from + R"(","endTime":")" +
                    to + "\"}");
  }
  Answer release(const std::string& user, const std::string& booking) {
    return del(service_actor, "/internal/users/" + user + "/reservations/" + booking);
  }
  void keep_up() { run(service_->keep_up()); }
  std::vector<std::string> types_published() {
    for (int i = 0; i < 200 && !run(service_->idle()); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::vector<std::string> types;
    for (const Message& message : bus_.published()) types.push_back(message.type);
    return types;
  }

  Result<json::value> say_customer(const Neighbour::Asked& asked) {
    if (asked.path == "/internal/catalogue") return json::value(to_document(catalogue_));
    const auto found = companies_.find(asked.path.substr(asked.path.rfind('/') + 1));
    if (found == companies_.end()) return not_found("customer");
    return json::value(to_document(found->second));
  }
  Result<json::value> say_auth(const Neighbour::Asked& asked) {
    const auto broken = auth_faults_.find(asked.method + " " + asked.path);
    if (broken != auth_faults_.end()) return broken->second;
    json::object answer;
    if (asked.method == "POST" && !asked.body.contains("password") &&
        !asked.body.contains("invite"))
      answer["linkId"] = "lnk-1";
    return json::value(answer);
  }
  Result<json::value> say_states() {
    json::object answer;
    json::object states;
    for (const auto& [id, state] : booking_states_) states[id] = state;
    answer["states"] = std::move(states);
    return json::value(answer);
  }

  static Task<Result<std::optional<Actor>>> identify(const http::Request& request) {
    const auto field = request.field("X-Test-Actor");
    if (!field) co_return std::optional<Actor>();
    std::vector<std::string> parts(1);
    for (const char c : *field)
      if (c == '|')
        parts.emplace_back();
      else
        parts.back().push_back(c);
    Actor actor;
    actor.user.value = parts[0];
    actor.role = role_from_name(parts[1]).value();
    actor.customer.value = parts[2];
    actor.is_service = parts[3] == "service";
    co_return std::optional(actor);
  }

  static Catalogue make_catalogue() {
    Catalogue catalogue;
    for (const auto& [category, skills] :
         std::map<std::string, std::vector<std::string>>{{"Sound", {"FOH", "Monitor"}},
                                                         {"Light", {"Operator"}}}) {
      CatalogueCategory item;
      item.name = category;
      for (const std::string& skill : skills) item.skills.push_back({skill, {skill, skill}});
      catalogue.categories.push_back(item);
    }
    return catalogue;
  }

  std::filesystem::path folder_;
  Loops loops_{2};
  SettableClock clock_{Time{1'782'900'000'000}};  // 2026-07-01T10:00:00Z
  std::unique_ptr<store::SqliteDatabase> database_;
  std::unique_ptr<store::DocumentStore> store_;
  RecordingBus bus_;
  Neighbour customers_, auth_, bookings_;
  http::ServiceClient customer_client_{customers_, "user:key", std::chrono::seconds(5)};
  http::ServiceClient auth_client_{auth_, "user:key", std::chrono::seconds(5)};
  http::ServiceClient booking_client_{bookings_, "user:key", std::chrono::seconds(5)};
  std::map<std::string, CustomerProfile> companies_;
  Catalogue catalogue_ = make_catalogue();
  std::map<std::string, Error> auth_faults_;  // "POST /internal/credentials" -> refusal
  std::map<std::string, std::string> booking_states_;
  std::unique_ptr<UserService> service_;
  const Who admin_{"usr-root", Role::Admin, "", false};
};

}  // namespace thenorsound::user
