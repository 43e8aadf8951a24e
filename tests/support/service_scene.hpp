// One service on the real SQLite store, with its neighbours played by functions.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "http/service_client.hpp"
#include "http/url.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/until.hpp"
#include "workflow/service.hpp"

namespace thenorsound {

inline Actor actor_of(Role role, std::string user, std::string customer = {}) {
  Actor actor;
  actor.role = role;
  actor.user = UserId{std::move(user)};
  actor.customer = CustomerId{std::move(customer)};
  return actor;
}
inline Actor service_actor() {
  Actor actor;
  actor.is_service = true;
  actor.service = "test";
  return actor;
}

// Takes every message at once.
class RecordingBus : public bus::MessageBus {
 public:
  Task<Result<void>> declare(std::vector<bus::QueueSpec>) override { co_return Result<void>(); }
  Task<std::vector<bool>> publish(std::vector<Message> messages) override {
    const std::lock_guard lock(mutex_);
    std::vector<bool> taken(messages.size(), true);
    for (Message& message : messages) messages_.push_back(std::move(message));
    co_return taken;
  }
  void consume(const std::string&, bus::Consumer) override {}
  Task<void> stop() override { co_return; }
  bool ready() const override { return true; }
  Task<Result<std::vector<bus::DeadLetter>>> dead_letters(std::size_t, std::size_t) override {
    co_return std::vector<bus::DeadLetter>();
  }
  Task<Result<std::int64_t>> dead_letter_count() override { co_return std::int64_t{0}; }
  Task<Result<void>> replay(std::string) override { co_return Result<void>(); }
  Task<Result<std::int64_t>> backlog() override { co_return std::int64_t{0}; }

  std::vector<Message> messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Message> messages_;
};

// A neighbour: `answer(method, target, body)` gives its answers, an Error a refusal.
class PlayedService : public http::Upstream {
 public:
  using Answer = std::function<Result<json::value>(
      const std::string& method, const std::string& target, const json::value& body)>;
  explicit PlayedService(Answer answer) : answer_(std::move(answer)) {}

  Task<Result<http::Response>> send(http::Request& request, std::chrono::milliseconds) override {
    const std::string target(request.target);
    json::value body;
    if (!request.body.empty()) body = read_own_json(request.body);
    Result<json::value> said = unavailable("down");
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(std::string(http::method_name(request.method)) + " " + target);
      if (down_) co_return unavailable("down");
      said = answer_(std::string(http::method_name(request.method)), target, body);
    }
    if (!said) co_return http::error_response(said.error(), Trace(), Time());
    if (said->is_null()) co_return http::json_response(204, "");
    co_return http::json_response(200, write_json(*said));
  }
  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  void set_down(bool down) {
    const std::lock_guard lock(mutex_);
    down_ = down;
  }

 private:
  mutable std::mutex mutex_;
  Answer answer_;
  bool down_ = false;
  std::vector<std::string> calls_;
};

struct Answered {
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
    return std::string(std::string_view(body.as_object().at(name).as_string()));
  }
  std::vector<std::string> item_texts(std::string_view name) const {
    const json::array& items =
        body.is_array() ? body.get_array() : body.as_object().at("items").as_array();
    std::vector<std::string> texts;
    for (const json::value& item : items)
      texts.emplace_back(std::string_view(item.as_object().at(name).as_string()));
    return texts;
  }
};

class ServiceScene : public testing::Test {
 protected:
  static constexpr std::chrono::milliseconds call_timeout{5'000};

  ServiceScene()
      : folder_(std::filesystem::temp_directory_path() /
                ("thenor-scene-" + to_hex(random_bytes(8)))),
        loops_(2),
        clock_(*time_from_iso("2027-05-01T09:00:00Z")) {
    std::filesystem::create_directories(folder_);
    auto opened = store::SqliteDatabase::open((folder_ / "test.db").string());
    database_ = std::move(*opened);
    store_ = database_->store("test");
    loops_.start();
  }
  ~ServiceScene() override {
    loops_.stop();
    store_.reset();
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // Requests carry their actor in fields of the test's own.
  static Task<Result<std::optional<Actor>>> authenticate(const http::Request& request) {
    if (request.field("X-Service")) co_return std::optional<Actor>(service_actor());
    const auto user = request.field("X-User-Id");
    if (!user) co_return std::optional<Actor>();
    Actor actor = actor_of(*role_from_name(*request.field("X-User-Roles")), std::string(*user),
                           std::string(request.field("X-User-CustomerId").value_or("")));
    co_return std::optional<Actor>(std::move(actor));
  }
  workflow::ServiceParts parts() {
    return {loops_, clock_, *store_, bus_,
            [](const http::Request& request) { return authenticate(request); }};
  }

  using Headers = std::vector<std::pair<std::string, std::string>>;
  // Sends a request to the service under test, from any thread but the loops' own.
  Answered ask(const workflow::Service& service, const Actor& actor, http::Method method,
               std::string target, const std::string& body = {}, const Headers& headers = {}) {
    return wait_for(loops_, send(service, actor, method, std::move(target), body, headers));
  }
  static Task<Answered> send(const workflow::Service& service, Actor actor, http::Method method,
                             std::string target, std::string body, Headers headers) {
    http::Request request;
    request.method = method;
    request.method_text = http::method_name(method);
    request.target = target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.path = std::string_view(target).substr(0, mark);
    if (mark < target.size()) request.query = std::string_view(target).substr(mark + 1);
    request.body = body;
    const auto add = [&](std::string_view name, std::string_view value) {
      request.fields.push_back(http::Field{name, value});
    };
    if (!body.empty()) add("Content-Type", "application/json");
    if (actor.is_service) add("X-Service", "test");
    if (!actor.user.empty()) {
      add("X-User-Id", actor.user.value);
      add("X-User-Roles", role_name(actor.role));
      if (!actor.customer.empty()) add("X-User-CustomerId", actor.customer.value);
    }
    for (const auto& [name, value] : headers) add(name, value);
    const http::Response response = co_await service.router().handle(request);
    Answered answered;
    answered.status = response.status;
    if (!response.body.empty()) answered.body = read_own_json(response.body);
    for (const auto& field : response.fields) answered.fields[field.name] = field.value;
    co_return answered;
  }

  std::vector<Message> messages(const std::string& type) const {
    std::vector<Message> found;
    for (Message& message : bus_.messages())
      if (message.type == type) found.push_back(std::move(message));
    return found;
  }

  std::filesystem::path folder_;
  Loops loops_;
  SettableClock clock_;
  RecordingBus bus_;
  std::unique_ptr<store::SqliteDatabase> database_;
  std::unique_ptr<store::DocumentStore> store_;
};

}  // namespace thenorsound
