// Events as finished JSON text, kept by id and revision: reading one event again costs a look-up
// and a copy. Thread-safe.
#pragma once
#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "store/document_store.hpp"

namespace thenorsound::event {

struct RenderedEvent {
  store::Revision revision = 0;
  std::string body;  // as the organiser sees it
  std::string etag;
};

class RenderedEvents {
 public:
  // The text of the stored event as it is in `document`.
  std::shared_ptr<const RenderedEvent> of(const store::Document& document);

 private:
  static constexpr std::size_t shard_count = 16;
  static constexpr std::size_t max_per_shard = 256;
  static constexpr std::size_t max_bytes = 32 * 1024;  // larger ones are made anew each time
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<const RenderedEvent>> events;
  };
  std::array<Shard, shard_count> shards_;
};

}  // namespace thenorsound::event
