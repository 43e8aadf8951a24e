#include "services/gateway/open_streams.hpp"

#include <boost/asio/post.hpp>

namespace thenorsound::gateway {

void OpenStreams::note(std::string sid, const std::shared_ptr<http::BodyStream>& stream,
                       Executor loop) {
  const std::lock_guard lock(mutex_);
  std::erase_if(open_, [](const auto& entry) { return entry.second.stream.expired(); });
  open_.emplace(std::move(sid), Open{stream, std::move(loop)});
}

void OpenStreams::end(std::string_view sid) {
  const std::lock_guard lock(mutex_);
  const auto [first, last] = open_.equal_range(sid);
  for (auto entry = first; entry != last; ++entry)
    boost::asio::post(entry->second.loop, [stream = entry->second.stream] {
      if (const auto open = stream.lock()) open->cancel();
    });
  open_.erase(first, last);
}

}  // namespace thenorsound::gateway
