// A thread that owns a connection to the broker and makes it again, after growing pauses, whenever
// it is lost.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "bus/rabbitmq/connection.hpp"

namespace thenorsound {
class Gauge;
}

namespace thenorsound::bus {

// What a connection is used for. All but `finished` are called on the link's thread only.
class LinkUse : public Receiver {
 public:
  // A fresh connection. An Error gives it up.
  virtual Result<void> connected(Connection& connection) = 0;
  // After each wake, and whenever something may have arrived. Says when it has to be called again
  // at the latest.
  virtual Result<std::chrono::milliseconds> work(Connection& connection) = 0;
  // No connection: it was lost, or could not be made.
  virtual void disconnected() = 0;
  // True: the connection may be closed for good.
  virtual bool finished() const { return false; }
  // Something waits to be sent that did not fit.
  virtual bool wants_to_write() const { return false; }
};

class Link {
 public:
  Link(std::string name, RabbitAddress address, RabbitSettings settings, LinkUse& use);
  ~Link();  // stops
  void start();
  void wake();
  // Cuts the connection and ends the thread.
  void stop();

 private:
  void run();
  // Until the connection is lost (the reason), or no longer wanted (empty).
  std::string serve();
  std::string serve(Connection& connection);
  void wait(const Connection& connection, std::chrono::milliseconds limit) const;
  void pause(std::chrono::milliseconds length);
  bool stopping() const;

  const std::string name_;
  const RabbitAddress address_;
  const RabbitSettings settings_;
  LinkUse& use_;
  Gauge& connected_;
  const int wake_fd_;
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  Connection* connection_ = nullptr;  // while it is served
  std::optional<std::chrono::steady_clock::time_point> up_since_;
  std::thread thread_;
};

}  // namespace thenorsound::bus
