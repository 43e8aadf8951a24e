// What the booking service talks to, in tests: a bus that records, a store that can leave a commit
// in doubt, neighbours that keep simple books of their own and can be made to fail.
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "bus/message_bus.hpp"
#include "http/error_response.hpp"
#include "services/booking/neighbours.hpp"
#include "store/document_store.hpp"

namespace thenorsound::booking {

class RecordingBus : public bus::MessageBus {
 public:
  Task<Result<void>> declare(std::vector<bus::QueueSpec> queues) override {
    for (auto& queue : queues) declared.push_back(std::move(queue));
    co_return Result<void>{};
  }
  Task<std::vector<bool>> publish(std::vector<Message> messages) override {
    const std::lock_guard lock(mutex_);
    std::vector<bool> taken(messages.size(), !down);
    if (down) co_return taken;
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
  std::atomic<bool> down{false};
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
    const bool about_bookings =
        writes.front().collection == "bookings" && writes.front().expected > 0;
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
  RuntimeSettings settings;
  SlotTaken slot;
  std::set<std::string> held_slots;              // booking ids
  std::map<std::string, std::string> held_crew;  // booking id -> user
  std::set<std::string> busy;                    // users who are not available
  std::set<std::string> gone;                    // "slot:book-1": released for good
  std::optional<Error> slot_refusal;

  struct Trouble {
    std::string call;    // prefix of "POST /internal/..."
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
    if (what == "settings") return http::json_response(200, write_json(to_document(settings)));
    const std::string& id = parts.at(3);
    if (parts.size() == 4)
      return what == "events"  ? profile(events, id)
             : what == "users" ? profile(users, id)
                               : profile(customers, id);
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
    if (what == "events")
      held_slots.erase(booking);
    else
      held_crew.erase(booking);
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

}  // namespace thenorsound::booking
