// The user service on a real store, with neighbours that answer as told.
#pragma once
#include <future>

#include "contracts/customer_profile.hpp"
#include "contracts/user_profile.hpp"
#include "services/user/service.hpp"
#include "support/service_scene.hpp"

namespace thenorsound::user {

// Remembers what it was asked, answers by `answer`.
class Neighbour : public PlayedService {
 public:
  struct Asked {
    std::string method;
    std::string path;
    json::object body;
  };
  std::function<Result<json::value>(const Asked&)> answer;

  Neighbour()
      : PlayedService(
            [this](const std::string& method, const std::string& target, const json::value& body) {
              Asked asked{method, target, body.is_object() ? body.get_object() : json::object()};
              seen_.push_back(asked);
              return answer(asked);
            }) {}
  // Once nothing is under way.
  const std::vector<Asked>& seen() const { return seen_; }
  std::size_t count(std::string_view method, std::string_view path) const {
    std::size_t found = 0;
    for (const Asked& asked : seen_) found += asked.method == method && asked.path == path;
    return found;
  }

 private:
  std::vector<Asked> seen_;
};

using Answer = Answered;

struct Who {
  std::string user;
  Role role = Role::Admin;
  std::string customer;
  bool service = false;
};
inline const Who service_actor{.user = {}, .role = Role::Admin, .customer = {}, .service = true};

class World : public ServiceScene {
 protected:
  World() {
    clock_.set(Time{1'782'900'000'000});  // 2026-07-01T10:00:00Z
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
    start_service();
  }
  ~World() override {
    run(service_->stop());
    service_.reset();
  }

  void start_service() {
    // Background work is driven by the tests, through keep_up.
    UserSettings quiet{std::chrono::hours(1), std::chrono::hours(1), std::chrono::hours(1)};
    service_ = std::make_unique<UserService>(parts(), quiet, customer_client_, auth_client_,
                                             booking_client_);
    EXPECT_TRUE(run(service_->start()).has_value());
  }

  template <class T>
  T run(Task<T> task) {
    return wait_for(loops_, std::move(task));
  }

  Answer call(const Who& who, http::Method method, std::string target, const std::string& body = {},
              const Headers& more = {}) {
    const Actor actor =
        who.service ? thenorsound::service_actor() : actor_of(who.role, who.user, who.customer);
    return ask(*service_, actor, method, std::move(target), body, more);
  }
  Answer get(const Who& who, std::string target) {
    return call(who, http::Method::get, std::move(target));
  }
  Answer post(const Who& who, std::string target, const std::string& body) {
    return call(who, http::Method::post, std::move(target), body);
  }
  Answer put(const Who& who, std::string target, const std::string& body,
             const Headers& more = {}) {
    return call(who, http::Method::put, std::move(target), body, more);
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
    for (const Message& message : bus_.messages()) types.push_back(message.type);
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

  static Catalogue make_catalogue() {
    Catalogue catalogue;
    for (const auto& [category, skills] : std::map<std::string, std::vector<std::string>>{
             {"Sound", {"FOH", "Monitor"}}, {"Light", {"Operator"}}}) {
      CatalogueCategory item;
      item.name = category;
      for (const std::string& skill : skills) item.skills.push_back({skill, {skill, skill}});
      catalogue.categories.push_back(item);
    }
    return catalogue;
  }

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
