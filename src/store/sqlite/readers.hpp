// Read-only connections, lent to one thread at a time and kept with their prepared statements.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite/connection.hpp"

namespace thenorsound::store::sqlite {

class Readers {
 public:
  explicit Readers(std::string path) : path_(std::move(path)) {}

  class Lease {
   public:
    Lease(Readers& readers, std::unique_ptr<Connection> connection)
        : readers_(readers), connection_(std::move(connection)) {}
    ~Lease() { readers_.take_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() { return *connection_; }

   private:
    Readers& readers_;
    std::unique_ptr<Connection> connection_;
  };
  // Throws Failure where none can be opened, or after close.
  Lease lend();
  void close();

  static constexpr std::size_t max_idle = 16;

 private:
  void take_back(std::unique_ptr<Connection> connection);

  std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
  bool closed_ = false;
};

}  // namespace thenorsound::store::sqlite
