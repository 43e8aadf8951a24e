#include "workflow/idempotency.hpp"

#include <boost/asio/this_coro.hpp>
#include <exception>

#include "base/background.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/id.hpp"
#include "base/log.hpp"

namespace thenorsound::workflow {

// One key of one caller on one route, as it is stored.
struct KeyField {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(KeyField, (), (name, value))
struct KeyRecord {
  std::string id;           // of the document that is made under the key
  std::string fingerprint;  // of the request
  std::string state;        // "running", "open" (failed, to be run again), "done"
  std::string claim;        // names the call that runs it
  std::int64_t lease_until = 0;
  std::int64_t expires_at = 0;
  // The answer that is kept.
  std::int64_t status = 0;
  std::vector<KeyField> fields;
  std::string body;
  std::optional<json::object> error;
};
BOOST_DESCRIBE_STRUCT(KeyRecord, (),
                      (id, fingerprint, state, claim, lease_until, expires_at, status, fields, body,
                       error))

namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;
constexpr std::int64_t kept_ms = 24 * hour_ms;
// Short, and renewed while the answer is being made: a repeat after a crash finds it free soon.
constexpr std::int64_t lease_ms = 6'000;
constexpr milliseconds renew_every{2'000};
constexpr milliseconds longest_wait{10'000};
constexpr milliseconds first_look{20};
constexpr milliseconds slowest_look{250};
constexpr std::size_t longest_key = 128;
constexpr int finish_attempts = 5;
using Act = std::function<Task<Result<http::Response>>(std::string id)>;

// The key's record where this call runs it, at the revision last written.
struct Held {
  store::DocumentStore& store;
  const Clock& clock;
  std::string collection;
  std::string document_id;
  KeyRecord record;
  store::Revision revision = 0;
  bool over = false;  // touched on the caller's loop only
  Wakeup wakeup;
};

store::Write write_of(const std::string& collection, const std::string& id, const KeyRecord& record,
                      store::Revision expected) {
  store::Write write;
  write.collection = collection;
  write.id = id;
  write.expected = expected;
  write.body = to_document(record);
  return write;
}

// Reads the revision anew; false where the record is no longer this call's.
Task<bool> still_held(std::shared_ptr<Held> held) {
  const auto found = co_await held->store.get(held->collection, held->document_id);
  if (!found) co_return true;  // not known: the next write finds out
  if (*found == nullptr) co_return false;
  held->revision = (*found)->revision;
  co_return from_document<KeyRecord>((*found)->body).claim == held->record.claim;
}

Task<void> keep_lease(std::shared_ptr<Held> held) {
  for (;;) {
    co_await held->wakeup.wait(renew_every);
    if (held->over) co_return;
    KeyRecord renewed = held->record;
    renewed.lease_until = held->clock.now().ms + lease_ms;
    store::Write write = write_of(held->collection, held->document_id, renewed, held->revision);
    const store::CommitResult result = co_await held->store.commit(std::move(write));
    if (held->over) co_return;
    if (result.outcome == store::Outcome::committed) {
      held->revision = result.revision;
    } else if (!co_await still_held(held)) {
      co_return;
    }
  }
}

// Ends the renewing when the answer is there, or when the frame goes.
struct EndOfLease {
  std::shared_ptr<Held> held;
  ~EndOfLease() {
    held->over = true;
    held->wakeup.wake();
  }
};

// Writes the end. A failure is no error for the caller: the answer stands, and a repeat runs `act`
// again with the same id.
Task<void> finish(std::shared_ptr<Held> held, bool erase) {
  for (int attempt = 0; attempt < finish_attempts; ++attempt) {
    store::Write write =
        write_of(held->collection, held->document_id, held->record, held->revision);
    if (erase) {
      write.erase = true;
      write.body.clear();
    }
    const store::CommitResult result = co_await held->store.commit(std::move(write));
    if (result.outcome == store::Outcome::committed) co_return;
    if (!co_await still_held(held)) co_return;
    co_await sleep_for(first_look);
  }
  log_warning("an answer was not kept under its key", {{"collection", held->collection}});
}

json::object write_error(const Error& error) {
  json::array details;
  for (const FieldError& item : error.details)
    details.push_back(json::object{{"field", item.field}, {"message", item.message}});
  json::object out;
  out["code"] = code_name(error.code);
  out["message"] = error.message;
  out["reason"] = error.reason;
  out["details"] = std::move(details);
  out["extra"] = error.extra;
  return out;
}

Error read_error(const json::object& kept) {
  Error error;
  error.code = code_from_name(std::string_view(kept.at("code").as_string()));
  error.message = std::string(std::string_view(kept.at("message").as_string()));
  error.reason = std::string(std::string_view(kept.at("reason").as_string()));
  for (const json::value& item : kept.at("details").as_array()) {
    FieldError field;
    codec::read(item.at("field"), field.field);
    codec::read(item.at("message"), field.message);
    error.details.push_back(std::move(field));
  }
  error.extra = kept.at("extra").as_object();
  return error;
}

Result<http::Response> replay(const KeyRecord& record) {
  if (record.error) return read_error(*record.error);
  http::Response response;
  response.status = static_cast<int>(record.status);
  response.body = record.body;
  for (const KeyField& field : record.fields) response.set(field.name, field.value);
  return response;
}

enum class Keep { answer, id, nothing };

Keep what_to_keep(const Result<http::Response>& answer) {
  const int status = answer ? answer->status : http::status_of(answer.error().code);
  if (status >= 200 && status < 300) return Keep::answer;
  if (status >= 500) return Keep::id;
  if (status != 409 && status != 412 && status != 422) return Keep::nothing;
  // A refusal that asks to try again is none that lasts.
  return !answer && answer.error().retry_after_s > 0 ? Keep::id : Keep::answer;
}

void keep_answer(KeyRecord& record, const Result<http::Response>& answer) {
  record.state = "done";
  if (!answer) {
    record.error = write_error(answer.error());
    return;
  }
  record.status = answer->status;
  record.body = answer->body;
  for (const http::OwnField& field : answer->fields)
    record.fields.push_back(KeyField{field.name, field.value});
}

bool is_used_up(const Result<http::Response>& answer) {
  return !answer && answer.error().reason == id_used_up;
}

Task<void> settle(std::shared_ptr<Held> held, const Result<http::Response>& answer) {
  const bool afresh = !answer && (answer.error().reason == start_afresh || is_used_up(answer));
  const Keep keep = afresh ? Keep::nothing : what_to_keep(answer);
  if (keep == Keep::answer) keep_answer(held->record, answer);
  if (keep == Keep::id) held->record.state = "open";
  co_await finish(held, keep == Keep::nothing);
}

// Runs `act` with the record held; an exception leaves the id for a repeat and goes on.
Task<Result<http::Response>> act_and_settle(std::shared_ptr<Held> held, Act act) {
  const Executor loop = co_await boost::asio::this_coro::executor;
  spawn_here("idempotency lease", loop, keep_lease(held));
  Result<http::Response> answer = make_error(Code::service_error, {}, "exception");
  std::exception_ptr failure;
  {
    const EndOfLease end{held};
    try {
      answer = co_await act(held->record.id);
    } catch (const std::exception&) {
      failure = std::current_exception();
    }
  }
  co_await settle(held, answer);
  if (failure) std::rethrow_exception(failure);
  co_return answer;
}

bool is_key(std::string_view key) {
  const auto visible = [](char c) { return c > ' ' && c < '\x7f'; };
  return !key.empty() && key.size() <= longest_key && std::all_of(key.begin(), key.end(), visible);
}

// The path with {} for its values: the route.
std::string route_of(const http::Call& call) {
  std::string route;
  std::string_view rest = call.request.path;
  std::size_t next_value = 0;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    const bool is_value = next_value < call.path.size() && segment == call.path[next_value];
    if (is_value) ++next_value;
    route += '/';
    route += is_value ? std::string_view("{}") : segment;
    rest.remove_prefix(segment.size());
  }
  return route;
}

std::string hash_of(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  }
  return to_hex(sha256(text));
}

// What a call finds under its key: an answer, or the record, which it holds from now on.
struct Found {
  std::optional<Result<http::Response>> answer;
  std::shared_ptr<Held> held;
};

class Claim {
 public:
  Claim(store::DocumentStore& store, const Clock& clock, std::string collection,
        std::string document_id, std::string fingerprint, std::string id_prefix)
      : store_(store),
        clock_(clock),
        collection_(std::move(collection)),
        document_id_(std::move(document_id)),
        fingerprint_(std::move(fingerprint)),
        id_prefix_(std::move(id_prefix)),
        name_(to_hex(random_bytes(12))) {}

  Task<Found> make() {
    const auto until = Steady::now() + longest_wait;
    milliseconds pause = first_look;
    for (;;) {
      const auto document = co_await store_.get(collection_, document_id_);
      if (!document) co_return answered(document.error());
      std::optional<KeyRecord> there;
      if (*document) there = from_document<KeyRecord>((*document)->body);
      const store::Revision revision = there ? (*document)->revision : 0;
      if (there && there->claim == name_) co_return co_await hold(*there, revision);
      if (there && there->expires_at <= clock_.now().ms) there.reset();
      if (there && there->fingerprint != fingerprint_) co_return answered(reused());
      if (there && there->state == "done") co_return answered(replay(*there));
      const bool busy = there && there->state == "running" && there->lease_until > clock_.now().ms;
      if (!busy) {
        const KeyRecord mine = claimed(there);
        store::Write write = write_of(collection_, document_id_, mine, revision);
        const store::CommitResult result = co_await store_.commit(std::move(write));
        if (result.outcome == store::Outcome::committed)
          co_return co_await hold(mine, result.revision);
        if (result.outcome == store::Outcome::refused)
          co_return answered(unavailable("key not claimed"));
      }
      if (Steady::now() >= until) co_return answered(still_busy());
      co_await sleep_for(pause);
      pause = std::min(pause * 2, slowest_look);
    }
  }

 private:
  KeyRecord claimed(const std::optional<KeyRecord>& before) const {
    KeyRecord record;
    const Time now = clock_.now();
    record.id = before ? before->id : new_id(id_prefix_, now);
    record.fingerprint = fingerprint_;
    record.state = "running";
    record.claim = name_;
    record.lease_until = now.ms + lease_ms;
    record.expires_at = before ? before->expires_at : now.ms + kept_ms;
    return record;
  }
  Task<Found> hold(KeyRecord record, store::Revision revision) const {
    const Executor loop = co_await boost::asio::this_coro::executor;
    Found found;
    found.held = std::make_shared<Held>(Held{store_, clock_, collection_, document_id_,
                                             std::move(record), revision, false, Wakeup(loop)});
    co_return found;
  }
  static Found answered(Result<http::Response> answer) {
    Found found;
    found.answer = std::move(answer);
    return found;
  }
  static Error reused() {
    return make_error(Code::idempotency_key_reused,
                      "This Idempotency-Key was used with another request.");
  }
  static Error still_busy() {
    Error error = conflict("The first request with this Idempotency-Key is not answered yet.");
    error.retry_after_s = 1;
    return error;
  }

  store::DocumentStore& store_;
  const Clock& clock_;
  const std::string collection_, document_id_, fingerprint_, id_prefix_;
  const std::string name_;
};

}  // namespace

Idempotency::Idempotency(store::DocumentStore& store, const Clock& clock, std::string service)
    : store_(store), clock_(clock), collection_(std::move(service) + "_idempotency") {}

store::CollectionSchema Idempotency::schema() const {
  store::CollectionSchema schema;
  schema.name = collection_;
  schema.fields = {"expiresAt"};
  schema.indexes = {store::Index{{"expiresAt"}}};
  schema.expires_field = "expiresAt";
  // A kept answer may show what its own document keeps encrypted; a digest of a short secret can
  // be tried out.
  schema.sealed = {{"body"}, {"fingerprint"}};
  return schema;
}

Task<Result<http::Response>> Idempotency::run(http::Call& call, std::string id_prefix, Act act) {
  const auto key = call.field("Idempotency-Key");
  if (!key) {
    std::string id = new_id(id_prefix, clock_.now());
    co_return co_await act(std::move(id));
  }
  if (call.request.count("Idempotency-Key") > 1 || !is_key(*key))
    co_return make_error(Code::validation_error,
                         "Idempotency-Key must be one field of 1 to 128 visible characters.");
  const std::string caller =
      call.actor.is_service ? "service:" + call.actor.service : call.actor.user.value;
  const std::string_view method = http::method_name(call.request.method);
  const std::string scope = hash_of({caller, method, route_of(call), *key});
  const std::string fingerprint = hash_of({method, call.request.path, call.request.body});
  for (bool again = false;; again = true) {
    Claim claim(store_, clock_, collection_, scope, fingerprint, id_prefix);
    Found found = co_await claim.make();
    if (found.answer) co_return std::move(*found.answer);
    Act this_time = act;
    Result<http::Response> answer =
        co_await act_and_settle(std::move(found.held), std::move(this_time));
    if (again || !is_used_up(answer)) co_return answer;
  }
}

}  // namespace thenorsound::workflow
