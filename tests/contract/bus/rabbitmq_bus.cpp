// The RabbitMQ adapter on THENORSOUND_TEST_RABBITMQ, each world in a virtual host of its own;
// THENORSOUND_TEST_QUEUE_TYPE=quorum for the other kind of queues.
#include "bus/rabbitmq/rabbit_bus.hpp"

#include <stdlib.h>
#include <filesystem>

#include "bus_world.hpp"
#include "rabbit_address.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace thenorsound::bus {
namespace {

class RabbitWorld : public BusWorld {
 public:
  RabbitWorld() {
    char name[] = "/tmp/thenor-bus-XXXXXX";
    folder_ = mkdtemp(name);
    settings_ = fresh_rabbit();
    open();
  }
  ~RabbitWorld() override {
    close();
    std::filesystem::remove_all(folder_);
  }
  Loops& loops() override { return *loops_; }
  MessageBus& bus() override { return *bus_; }
  void kill_and_restart() override {
    close();
    open();
  }

 private:
  void open() {
    database_ = store::SqliteDatabase::open(folder_ + "/letters.db").value();
    letters_ = database_->store("analytics");
    loops_ = std::make_unique<Loops>(3);
    loops_->start();
    bus_ = std::make_unique<RabbitBus>(*loops_, clock_, settings_, quick_retries(), letters_.get());
  }
  void close() {
    loops_->stop();  // what is suspended never goes on
    bus_.reset();
    letters_.reset();
    database_.reset();
    loops_.reset();
  }

  RabbitSettings settings_;
  std::string folder_;
  SystemClock clock_;
  std::unique_ptr<store::SqliteDatabase> database_;
  std::unique_ptr<store::DocumentStore> letters_;
  std::unique_ptr<Loops> loops_;
  std::unique_ptr<RabbitBus> bus_;
};

}  // namespace

std::unique_ptr<BusWorld> make_bus_world() { return std::make_unique<RabbitWorld>(); }

}  // namespace thenorsound::bus
