// All services with stores in memory, asking each other without sockets, on the fuzzer's own
// thread. Every request finds the same few companies, people, events and bookings.
#pragma once
#include <map>
#include <string>

#include "http/message.hpp"
#include "support/memory_store.hpp"
#include "workflow/service.hpp"

namespace thenorsound::fuzz {

// Forgets at once what is published.
class ForgetfulBus : public bus::MessageBus {
 public:
  Task<Result<void>> declare(std::vector<bus::QueueSpec>) override { co_return Result<void>(); }
  Task<std::vector<bool>> publish(std::vector<Message> messages) override {
    co_return std::vector<bool>(messages.size(), true);
  }
  void consume(const std::string&, bus::Consumer) override {}
  Task<void> stop() override { co_return; }
  bool ready() const override { return true; }
  Task<Result<std::vector<bus::DeadLetter>>> dead_letters(std::size_t, std::size_t) override {
    co_return std::vector<bus::DeadLetter>();
  }
  Task<Result<void>> replay(std::string) override { co_return not_found("dead letter"); }
  Task<Result<std::int64_t>> backlog() override { co_return std::int64_t{0}; }
};

struct Asked {
  std::string actor;   // admin boss clerk crewadmin crew inhouse stranger service; else nobody
  std::string method;  // "POST"
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

class ServiceWorld {
 public:
  ServiceWorld();
  ~ServiceWorld();
  // Status 0: no service answers there, or it is no HTTP.
  http::Response ask(const Asked& asked);
  // "{event}" and its like, as the ids are now.
  std::string with_ids(std::string text) const;
  // As it was after the constructor.
  void start_over();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace thenorsound::fuzz
