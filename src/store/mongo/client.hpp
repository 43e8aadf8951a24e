// The driver's pooled clients, and what its errors mean for a write. Thread-safe.
#pragma once
#include <mongoc/mongoc.h>

#include <atomic>
#include <memory>
#include <string>

#include "store/mongo/bson.hpp"
#include "store/mongo/mongo_settings.hpp"

namespace thenorsound::store::mongo {

enum class Failure {
  none,
  duplicate,  // a unique index or the id refuses
  throttled,  // nothing happened: the server asks to come back later
  not_sent,   // nothing happened: no server took it
  in_doubt,   // it may have happened
};
struct CallResult {
  Failure failure = Failure::none;
  int retry_after_ms = 0;  // when throttled
  std::string text;        // for the log
  Bson reply;
};

struct DestroyCollection {
  void operator()(mongoc_collection_t* c) const { mongoc_collection_destroy(c); }
};
using CollectionHandle = std::unique_ptr<mongoc_collection_t, DestroyCollection>;

class Clients {
 public:
  // Error: the address can't be read.
  static Result<std::unique_ptr<Clients>> make(const MongoSettings& settings);
  ~Clients();
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  // A client for as long as it is held, on one thread.
  class Lease {
   public:
    explicit Lease(Clients& clients);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    CollectionHandle collection(const std::string& database, const std::string& name);
    mongoc_client_t* get() { return client_; }

   private:
    Clients& clients_;
    mongoc_client_t* client_;
  };

  // While no server can be had, calls are refused at once for a moment: each would block a thread.
  bool is_away() const;
  void note(Failure failure);

  const std::string mark;  // of this process, in the keys of the messages that it commits
  // Of reads that must not see what the loss of a server could undo.
  const std::string lasting_level;

 private:
  Clients(mongoc_client_pool_t* pool, std::string level);
  mongoc_client_pool_t* pool_;
  std::atomic<std::int64_t> away_until_ms_{0};
};

// Of a call that failed; `reply` may be null.
CallResult judge(const bson_error_t& error, const bson_t* reply);

namespace detail {
bool wait_before_retry(const CallResult& outcome, int tried);
}
// Runs `call` (-> CallResult), again after the time a throttling server names, a few times.
template <class Call>
CallResult patiently(const Call& call) {
  for (int tried = 0;; ++tried) {
    CallResult outcome = call();
    if (outcome.failure != Failure::throttled || !detail::wait_before_retry(outcome, tried))
      return outcome;
  }
}

}  // namespace thenorsound::store::mongo
