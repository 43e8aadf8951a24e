#include "workflow/outbox_relay.hpp"

#include <set>

#include "base/background.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/time.hpp"

namespace thenorsound::workflow {
namespace {

using std::chrono::milliseconds;
constexpr std::size_t batch_limit = 256;
constexpr milliseconds look_every{1'000};
constexpr milliseconds look_behind_others{100};
// Another process publishes its own at once; what is older was left behind by one that died.
constexpr std::int64_t left_behind_ms = 3'000;
constexpr milliseconds first_back_off{100};
constexpr milliseconds longest_back_off{5'000};

// The outbox in /metrics; a relay serves one service, which its messages name.
class Gauges {
 public:
  void looked(const std::vector<store::PendingMessage>& waiting) {
    if (!waiting.empty()) name(waiting.front().message.source);
    if (waiting_ == nullptr) return;
    waiting_->set(static_cast<double>(waiting.size()));
    Time oldest = SystemClock().now();
    const Time now = oldest;
    for (const auto& item : waiting) oldest = std::min(oldest, item.message.time);
    oldest_->set(static_cast<double>(now.ms - oldest.ms) / 1'000.0);
  }
  void published(std::size_t count) { published_->add(static_cast<double>(count)); }

 private:
  void name(const std::string& service) {
    if (waiting_ != nullptr) return;
    const Labels labels{{"service", service}};
    waiting_ = &gauge("thenorsound_outbox_waiting",
                      "Messages not yet published, as far as one look goes", labels);
    oldest_ = &gauge("thenorsound_outbox_oldest_seconds",
                     "Age of the oldest message not yet published", labels);
    published_ = &counter("thenorsound_outbox_published_total", "Messages published", labels);
  }

  Gauge* waiting_ = nullptr;
  Gauge* oldest_ = nullptr;
  Counter* published_ = nullptr;
};

// Those of this process, and those left behind. A document's earlier messages go before its own.
void keep_due(std::vector<store::PendingMessage>& waiting) {
  using Place = std::pair<std::string, std::string>;
  std::set<Place> own;
  for (const auto& item : waiting)
    if (item.own) own.emplace(item.collection, item.document_id);
  const Time now = SystemClock().now();
  std::erase_if(waiting, [&](const auto& item) {
    return now.ms - item.message.time.ms < left_behind_ms &&
           !own.contains({item.collection, item.document_id});
  });
}

class Relay {
 public:
  Relay(store::DocumentStore& store, bus::MessageBus& bus) : store_(store), bus_(bus) {}

  Task<Background::Pause> round() {
    auto waiting = co_await store_.pending_messages(batch_limit);
    if (!waiting) co_return back_off("reading the outbox");
    gauges_.looked(*waiting);
    const bool may_be_more = waiting->size() >= batch_limit;
    keep_due(*waiting);
    if (waiting->empty())
      co_return Background::Pause{may_be_more ? look_behind_others : look_every};
    std::vector<Message> messages;
    messages.reserve(waiting->size());
    for (const auto& item : *waiting) messages.push_back(item.message);
    const std::vector<bool> done = co_await bus_.publish(std::move(messages));
    const std::size_t read = waiting->size();
    std::vector<store::PendingMessage> published;
    for (std::size_t i = 0; i < read; ++i)
      if (done[i]) published.push_back(std::move((*waiting)[i]));
    const std::size_t count = published.size();
    if (count > 0) {
      const auto cleared = co_await store_.clear_messages(std::move(published));
      if (!cleared) co_return back_off("clearing the outbox");
      gauges_.published(count);
    }
    if (count < read) co_return back_off("publishing");
    back_off_ = first_back_off;
    co_return Background::Pause{milliseconds{0}};
  }

 private:
  Background::Pause back_off(std::string_view what) {
    log_warning("the outbox has to wait", {{"step", what}, {"delay_ms", back_off_.count()}});
    const Background::Pause pause{back_off_, false};
    back_off_ = std::min(back_off_ * 2, longest_back_off);
    return pause;
  }

  store::DocumentStore& store_;
  bus::MessageBus& bus_;
  Gauges gauges_;
  milliseconds back_off_ = first_back_off;
};

Task<Background::Pause> run_round(std::shared_ptr<Relay> relay) {
  co_return co_await relay->round();
}

}  // namespace

struct OutboxRelay::State {
  State(Loops& loops, store::DocumentStore& from, bus::MessageBus& to)
      : store(from), background(loops, "outbox relay", [relay = std::make_shared<Relay>(from, to)] {
          return run_round(relay);
        }) {}
  store::DocumentStore& store;
  Background background;
};

OutboxRelay::OutboxRelay(Loops& loops, store::DocumentStore& store, bus::MessageBus& bus)
    : state_(std::make_shared<State>(loops, store, bus)) {
  store.on_messages([weak = std::weak_ptr<State>(state_)] {
    if (const auto state = weak.lock()) state->background.wake();
  });
}

OutboxRelay::~OutboxRelay() = default;

void OutboxRelay::start() { state_->background.start(); }

Task<void> OutboxRelay::stop() {
  const auto state = state_;
  co_await state->background.stop();
}

Task<bool> OutboxRelay::idle() {
  const auto state = state_;
  const auto waiting = co_await state->store.pending_messages(1);
  co_return waiting.has_value() && waiting->empty();
}

}  // namespace thenorsound::workflow
