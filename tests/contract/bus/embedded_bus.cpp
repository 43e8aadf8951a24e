#include "bus/embedded/embedded_bus.hpp"

#include <stdlib.h>
#include <filesystem>

#include "bus_world.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace thenorsound::bus {
namespace {

class EmbeddedWorld : public BusWorld {
 public:
  EmbeddedWorld() {
    char name[] = "/tmp/thenor-bus-XXXXXX";
    folder_ = mkdtemp(name);
    open();
  }
  ~EmbeddedWorld() override {
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
    database_ = store::SqliteDatabase::open(folder_ + "/bus.db").value();
    store_ = database_->store("bus");
    loops_ = std::make_unique<Loops>(3);
    loops_->start();
    bus_ = std::make_unique<EmbeddedBus>(*loops_, *store_, clock_, quick_retries());
  }
  void close() {
    loops_->stop();  // what is suspended never goes on
    bus_.reset();
    store_.reset();
    database_.reset();
    loops_.reset();
  }

  std::string folder_;
  SystemClock clock_;
  std::unique_ptr<store::SqliteDatabase> database_;
  std::unique_ptr<store::DocumentStore> store_;
  std::unique_ptr<Loops> loops_;
  std::unique_ptr<EmbeddedBus> bus_;
};

}  // namespace

std::unique_ptr<BusWorld> make_bus_world() { return std::make_unique<EmbeddedWorld>(); }

}  // namespace thenorsound::bus
