// What of one queue waits in memory: a line per subject, of which one message at a time is handled,
// lowest sequence first; subjects take turns. Not thread-safe.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/message.hpp"

namespace thenorsound::bus {

struct Item {
  std::string id;             // of this copy of the message, unique in its queue
  std::int64_t revision = 0;  // of its document, where it lies in a store
  Message message;
  int attempts = 0;  // that failed
  int early_tries = 0;
  std::int64_t early_since_ms = 0;
  bool alarmed = false;  // that the gap before it is old
};
using ItemPtr = std::shared_ptr<Item>;

class SubjectLines {
 public:
  // Nothing for one that waits already.
  void add(ItemPtr item);
  // The next message of a subject that is not being handled, or null; its subject is busy until
  // `finish` or `put_off`.
  ItemPtr take();
  // It is done with; what was put off of its subject may be tried again.
  void finish(const Item& item);
  // It waits until `retry_at_ms`, or until another message of its subject is done with.
  void put_off(ItemPtr item, std::int64_t retry_at_ms);
  // It is done with, and nothing is known of the effect on its subject.
  void release(const Item& item);
  // Brings back what was put off until `now_ms` or before.
  void bring_back(std::int64_t now_ms);
  // Forgets all that waits; what is being handled stays.
  void drop_waiting();
  // When the next one comes back; nothing put off: the largest number.
  std::int64_t next_return_ms() const;

  std::size_t waiting() const { return waiting_; }  // ready or put off
  std::size_t put_off_count() const { return put_off_; }
  bool has_ready() const { return !turns_.empty(); }
  std::size_t ready_subjects() const { return turns_.size(); }

 private:
  using Key = std::pair<std::int64_t, std::string>;  // sequence, id
  struct Line {
    std::map<Key, ItemPtr> ready;
    std::map<Key, ItemPtr> early;
    bool busy = false;
    bool in_turn = false;
  };
  static Key key_of(const Item& item) { return {item.message.sequence, item.id}; }
  void give_turn(const std::string& subject, Line& line);
  void bring_back(Line& line);
  void end_of(const std::string& subject, bool with_early);

  std::unordered_map<std::string, Line> lines_;
  std::deque<std::string> turns_;  // subjects with something ready that are not busy
  std::multimap<std::int64_t, std::string> returns_;
  std::size_t waiting_ = 0;
  std::size_t put_off_ = 0;
};

}  // namespace thenorsound::bus
