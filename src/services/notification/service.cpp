#include "services/notification/service.hpp"

#include "base/crypto.hpp"
#include "services/notification/announcer.hpp"
#include "services/notification/live_streams.hpp"
#include "workflow/consume.hpp"
#include "workflow/expired.hpp"
#include "workflow/repeat.hpp"

namespace thenorsound::notification {
namespace {

constexpr std::int64_t stream_without_token_ms = 15 * minute_ms;  // as long as a token lives

Mailbox sender_of(const NotificationSettings& settings) {
  const auto box = mailbox_from(settings.mail_from);
  if (!box) throw UnexpectedFailure("mail.from is no mail address");
  return *box;
}

std::string token_of(const http::Call& call) {
  constexpr std::string_view scheme = "bearer ";
  const auto field = call.field("Authorization");
  if (!field || field->size() <= scheme.size()) return {};
  if (!http::equal_ignoring_case(field->substr(0, scheme.size()), scheme)) return {};
  return std::string(field->substr(scheme.size()));
}

}  // namespace

bus::QueueSpec queue() {
  bus::QueueSpec spec;
  spec.name = std::string(queue_name);
  spec.patterns = {"user.*", "crew.*", "event.*", "booking.*", "invoice.*"};
  return spec;
}

struct NotificationService::State {
  State(workflow::ServiceParts given, NotificationSettings settings, Neighbours others)
      : parts(std::move(given)),
        neighbours(others),
        streams(parts.clock),
        post(SmtpSettings{settings.smtp_url, settings.smtp_user, settings.smtp_password},
             settings.outbox_folder),
        announcer(parts.store, parts.clock, neighbours, post, sender_of(settings),
                  settings.public_url),
        router(parts.authenticate, parts.clock),
        sweeping(parts.loops, "sent mails", workflow::sweep_every,
                 [this] { return workflow::sweep_expired(parts.store, parts.clock); }) {
    router
        .add(http::Method::get, "/api/stream", http::Access::logged_in(),
             [this](http::Call& call) { return open_stream(call); })
        .also_produces.emplace_back("text/event-stream");
  }

  Task<Result<http::Response>> open_stream(http::Call& call);
  Task<bool> is_still_good(std::string token);

  workflow::ServiceParts parts;
  Neighbours neighbours;
  LiveStreams streams;
  Post post;
  Announcer announcer;
  http::Router router;
  workflow::Repeat sweeping;
};

Task<Result<http::Response>> NotificationService::State::open_stream(http::Call& call) {
  const Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const std::string token = token_of(call);
  Time until = parts.clock.now() + stream_without_token_ms;
  if (!token.empty()) {
    const auto login = co_await neighbours.validate(call.trace, token);
    if (!login) co_return login.error();
    if (!login->valid)
      co_return make_error(Code::unauthorized, "A valid access token is needed.", "stream-token");
    if (login->until.ms > 0) until = login->until;
  }
  auto still_good = [this, token] { return is_still_good(token); };
  auto stream = streams.open(call.actor, until, std::move(still_good));
  if (!stream) co_return stream.error();
  http::Response response;
  response.content_type = "text/event-stream";
  response.set("Cache-Control", "no-store");
  response.stream = std::move(*stream);
  co_return response;
}

// Where auth can't be asked the stream goes on: it ends with its token all the same.
Task<bool> NotificationService::State::is_still_good(std::string token) {
  if (token.empty()) co_return true;
  const Trace trace = new_trace();
  const auto login = co_await neighbours.validate(trace, std::move(token));
  co_return !login || login->valid;
}

NotificationService::NotificationService(workflow::ServiceParts parts,
                                         NotificationSettings settings, http::ServiceClient& users,
                                         http::ServiceClient& customers,
                                         http::ServiceClient& events, http::ServiceClient& auth,
                                         http::ServiceClient& bookings)
    : state_(std::make_unique<State>(std::move(parts), std::move(settings),
                                     Neighbours{users, customers, events, auth, bookings})) {}

NotificationService::~NotificationService() = default;

const http::Router& NotificationService::router() const { return state_->router; }

std::vector<store::CollectionSchema> NotificationService::schemas() const {
  return Announcer::schemas();
}

Task<Result<void>> NotificationService::start() {
  const Result<void> stored = co_await state_->parts.store.declare(schemas());
  if (!stored) co_return stored;
  std::vector<bus::QueueSpec> queues;
  queues.push_back(queue());
  // Every process tells its own listeners, whichever process sends the mails.
  bus::QueueSpec live = queue();
  live.name = "thenorsound.stream." + to_hex(random_bytes(4));
  live.transient = true;
  const std::string live_name = live.name;
  queues.push_back(std::move(live));
  const Result<void> declared = co_await state_->parts.bus.declare(std::move(queues));
  if (!declared) co_return declared;
  bus::Consumer consumer = [this](const Message& message) { return consume(message); };
  workflow::consume(state_->parts.bus, std::string(queue_name), std::move(consumer));
  bus::Consumer teller = [this](const Message& message) { return tell(message); };
  workflow::consume(state_->parts.bus, live_name, std::move(teller));
  state_->sweeping.start();
  co_return Result<void>{};
}

Task<void> NotificationService::stop() {
  state_->streams.end_all();
  co_await state_->sweeping.stop();
}

Task<bool> NotificationService::idle() { co_return true; }

Task<Result<bus::Delivery>> NotificationService::consume(Message message) {
  const Result<void> noted = co_await state_->announcer.note_booking(message);
  if (!noted) co_return noted.error();
  const Result<void> announced = co_await state_->announcer.announce(std::move(message));
  if (!announced && announced.error().reason == sent_by_another) co_return bus::Delivery::early;
  if (!announced) co_return announced.error();
  co_return bus::Delivery::done;
}

Task<Result<bus::Delivery>> NotificationService::tell(Message message) {
  if (!state_->streams.any_open()) co_return bus::Delivery::done;
  // The one that sends the mails may not have come to it yet.
  const Result<void> noted = co_await state_->announcer.note_booking(message);
  if (!noted) co_return noted.error();
  Booked booked;
  if (message.type.starts_with("event.")) {
    auto found = co_await state_->announcer.booked_on(message.subject);
    if (!found) co_return found.error();
    booked = std::move(*found);
  }
  state_->streams.tell(message, booked);
  co_return bus::Delivery::done;
}

}  // namespace thenorsound::notification
