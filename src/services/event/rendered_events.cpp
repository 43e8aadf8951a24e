#include "services/event/rendered_events.hpp"

#include "services/event/repository.hpp"
#include "services/event/views.hpp"

namespace thenorsound::event {

std::shared_ptr<const RenderedEvent> RenderedEvents::of(const store::Document& document) {
  Shard& shard = shards_[std::hash<std::string>{}(document.id) % shard_count];
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.events.find(document.id);
    if (found != shard.events.end() && found->second->revision == document.revision)
      return found->second;
  }
  const auto event = from_document<Event>(document.body);
  auto rendered = std::make_shared<const RenderedEvent>(RenderedEvent{
      document.revision, write_json(event_view(event)), '"' + std::to_string(event.version) + '"'});
  if (rendered->body.size() > max_bytes) return rendered;
  const std::lock_guard lock(shard.mutex);
  if (shard.events.size() >= max_per_shard) shard.events.clear();
  shard.events[document.id] = rendered;
  return rendered;
}

}  // namespace thenorsound::event
