// Publishes with confirms on a connection of its own. Thread-safe.
#pragma once
#include <atomic>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include "base/task.hpp"
#include "bus/rabbitmq/link.hpp"
#include "bus/rabbitmq/topology.hpp"

namespace thenorsound::bus {

class Publisher : private LinkUse {
 public:
  enum class Outcome : std::uint8_t {
    unknown,     // not confirmed: it may have got there or not
    confirmed,   // the broker has it durably
    unroutable,  // no queue wants it
  };

  // `changed` is called on the publisher's thread when `up` or what is declared may have changed.
  Publisher(const RabbitAddress& address, const RabbitSettings& settings,
            std::function<void()> changed);
  ~Publisher() override;
  void start();
  // Fails what is on its way; afterwards nothing is published any more.
  void stop();

  // One outcome per message. Without a connection: at once.
  Task<std::vector<Outcome>> publish(std::vector<Outgoing> messages);
  // Declared as soon as there is a connection, and on every new one.
  void declare(QueueSpec durable);

  bool up() const { return up_; }
  bool tried() const { return tried_; }  // to connect, at least once
  bool has_declared(const std::string& queue) const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Batch {
    std::vector<Outcome> outcomes;
    std::size_t open = 0;
    bool over = false;
    SteadyTime deadline;
    Resume<bool> resume;
  };
  using BatchPtr = std::shared_ptr<Batch>;
  struct Waiting {
    BatchPtr batch;
    std::size_t index = 0;
    Outgoing message;
  };
  struct Sent {
    BatchPtr batch;
    std::size_t index = 0;
    bool returned = false;
    SteadyTime at;
  };

  Result<void> connected(Connection& connection) override;
  Result<std::chrono::milliseconds> work(Connection& connection) override;
  void disconnected() override;
  bool wants_to_write() const override;
  void on_returned(std::uint64_t number) override;
  void on_confirmed(std::uint64_t number, bool multiple, bool taken) override;

  Result<void> declare_missing(Connection& connection);
  Result<void> send(Connection& connection);
  std::optional<Waiting> next_locked();
  bool overdue_locked(SteadyTime now) const;
  std::chrono::milliseconds expire(SteadyTime now);
  void settle_locked(Sent& sent, bool taken, std::vector<Resume<bool>>& finished);
  static void end_locked(Batch& batch, std::vector<Resume<bool>>& finished);
  void take_queue(Resume<bool> resume, const BatchPtr& batch, std::vector<Outgoing>& messages);

  const RabbitSettings settings_;
  const std::function<void()> changed_;
  std::atomic<bool> up_{false};
  std::atomic<bool> tried_{false};
  mutable std::mutex mutex_;
  std::map<std::string, QueueSpec> wanted_;
  std::set<std::string> declared_;  // on this connection
  std::deque<Waiting> waiting_;
  std::map<std::uint64_t, Sent> sent_;  // not confirmed yet
  std::uint64_t last_number_ = 0;
  std::vector<BatchPtr> batches_;  // in the order of their deadlines
  Link link_;                      // last: its thread uses all of it
};

}  // namespace thenorsound::bus
