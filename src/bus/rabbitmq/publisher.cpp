#include "bus/rabbitmq/publisher.hpp"

#include <algorithm>

namespace thenorsound::bus {
namespace {
using std::chrono::milliseconds;
constexpr std::size_t most_on_the_way = 1'000;  // sent and not confirmed
constexpr std::size_t most_waiting = 20'000;    // beyond: refused at once
constexpr int overdue_factor = 3;
constexpr milliseconds idle_pause{60'000};
}  // namespace

Publisher::Publisher(const RabbitAddress& address, const RabbitSettings& settings,
                     std::function<void()> changed)
    : settings_(settings),
      changed_(std::move(changed)),
      link_("publishing", address, settings, *this) {}

Publisher::~Publisher() { stop(); }

void Publisher::start() { link_.start(); }

void Publisher::stop() { link_.stop(); }

Task<std::vector<Publisher::Outcome>> Publisher::publish(std::vector<Outgoing> messages) {
  const auto batch = std::make_shared<Batch>();
  batch->outcomes.assign(messages.size(), Outcome::unknown);
  batch->open = messages.size();
  auto wait = [this, &batch, &messages](Resume<bool> resume) {
    take_queue(std::move(resume), batch, messages);
  };
  co_await suspend<bool>(std::move(wait));
  co_return batch->outcomes;
}

void Publisher::take_queue(Resume<bool> resume, const BatchPtr& batch,
                           std::vector<Outgoing>& messages) {
  {
    const std::lock_guard lock(mutex_);
    if (!up_ || messages.empty() || waiting_.size() + messages.size() > most_waiting)
      return resume(false);
    batch->deadline = std::chrono::steady_clock::now() + settings_.confirm_timeout;
    batch->resume = std::move(resume);
    batches_.push_back(batch);
    for (std::size_t i = 0; i < messages.size(); ++i)
      waiting_.push_back({batch, i, std::move(messages[i])});
  }
  link_.wake();
}

void Publisher::declare(QueueSpec durable) {
  {
    const std::lock_guard lock(mutex_);
    declared_.erase(durable.name);
    std::string name = durable.name;
    wanted_[std::move(name)] = std::move(durable);
  }
  link_.wake();
}

bool Publisher::has_declared(const std::string& queue) const {
  const std::lock_guard lock(mutex_);
  return declared_.contains(queue);
}

// --- On the link's thread ---

Result<void> Publisher::connected(Connection& connection) {
  Result<void> done = declare_common(connection, settings_.quorum_queues);
  if (done) done = declare_missing(connection);
  if (done) done = connection.confirm_publishing();
  if (!done) return done;
  {
    const std::lock_guard lock(mutex_);
    last_number_ = 0;
    up_ = true;
  }
  tried_ = true;
  changed_();
  return done;
}

Result<void> Publisher::declare_missing(Connection& connection) {
  bool declared_any = false;
  for (;;) {
    std::optional<QueueSpec> spec;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [name, wanted] : wanted_)
        if (!declared_.contains(name)) spec = wanted;
    }
    if (!spec) break;
    Result<void> done = declare_durable(connection, *spec, settings_.quorum_queues);
    if (!done) return done;
    declared_any = true;
    const std::lock_guard lock(mutex_);
    if (wanted_[spec->name].patterns == spec->patterns) declared_.insert(spec->name);
  }
  if (declared_any) changed_();
  return {};
}

Result<milliseconds> Publisher::work(Connection& connection) {
  Result<void> done = declare_missing(connection);
  if (done) done = send(connection);
  if (!done) return done.error();
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (overdue_locked(now)) return unavailable("the broker confirms nothing");
  }
  return expire(now);
}

Result<void> Publisher::send(Connection& connection) {
  while (connection.writable()) {
    std::optional<Waiting> next;
    std::uint64_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      next = next_locked();
      if (!next) break;
      number = ++last_number_;
      Sent sent;
      sent.batch = std::move(next->batch);
      sent.index = next->index;
      sent.at = std::chrono::steady_clock::now();
      sent_.emplace(number, std::move(sent));
    }
    Result<void> done = connection.publish(next->message, number);
    if (!done) return done;
  }
  return {};
}

std::optional<Publisher::Waiting> Publisher::next_locked() {
  while (!waiting_.empty() && sent_.size() < most_on_the_way) {
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    if (!next.batch->over) return next;
  }
  return {};
}

bool Publisher::wants_to_write() const {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty() && sent_.size() < most_on_the_way;
}

// A confirm that doesn't come at all: a new connection is the only way to know where we are.
bool Publisher::overdue_locked(SteadyTime now) const {
  return !sent_.empty() &&
         now - sent_.begin()->second.at > settings_.confirm_timeout * overdue_factor;
}

// Answers the batches whose time is over; returns how long the next one has.
milliseconds Publisher::expire(SteadyTime now) {
  std::vector<Resume<bool>> finished;
  milliseconds next = idle_pause;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(batches_, [&](const BatchPtr& batch) {
      if (!batch->over && batch->deadline <= now) end_locked(*batch, finished);
      return batch->over;
    });
    const auto left = [&](SteadyTime at) {
      return std::chrono::ceil<milliseconds>(at - now) + milliseconds{1};
    };
    if (!batches_.empty()) next = left(batches_.front()->deadline);
    if (!sent_.empty())
      next = std::min(next,
                      left(sent_.begin()->second.at + settings_.confirm_timeout * overdue_factor));
  }
  for (auto& resume : finished) resume(true);
  return next;
}

void Publisher::end_locked(Batch& batch, std::vector<Resume<bool>>& finished) {
  batch.over = true;
  finished.push_back(std::move(batch.resume));
}

void Publisher::on_returned(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = sent_.find(number);
  if (found != sent_.end()) found->second.returned = true;
}

void Publisher::on_confirmed(std::uint64_t number, bool multiple, bool taken) {
  std::vector<Resume<bool>> finished;
  {
    const std::lock_guard lock(mutex_);
    auto at = multiple ? sent_.begin() : sent_.find(number);
    while (at != sent_.end() && at->first <= number) {
      settle_locked(at->second, taken, finished);
      at = sent_.erase(at);
      if (!multiple) break;
    }
  }
  for (auto& resume : finished) resume(true);
}

void Publisher::settle_locked(Sent& sent, bool taken, std::vector<Resume<bool>>& finished) {
  Batch& batch = *sent.batch;
  if (batch.over) return;
  if (taken) batch.outcomes[sent.index] = sent.returned ? Outcome::unroutable : Outcome::confirmed;
  if (--batch.open == 0) end_locked(batch, finished);
}

void Publisher::disconnected() {
  std::vector<Resume<bool>> finished;
  {
    const std::lock_guard lock(mutex_);
    up_ = false;
    declared_.clear();
    waiting_.clear();
    sent_.clear();
    for (const BatchPtr& batch : batches_)
      if (!batch->over) end_locked(*batch, finished);
    batches_.clear();
  }
  tried_ = true;
  for (auto& resume : finished) resume(false);
  changed_();
}

}  // namespace thenorsound::bus
