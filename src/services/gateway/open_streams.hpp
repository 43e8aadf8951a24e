// The live streams that pass through, by session, so that they end with it.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/loops.hpp"
#include "http/body_stream.hpp"

namespace thenorsound::gateway {

// Thread-safe. Keeps no stream alive.
class OpenStreams {
 public:
  // `loop`: of the connection that sends it.
  void note(std::string sid, const std::shared_ptr<http::BodyStream>& stream, Executor loop);
  // All streams of the session end soon.
  void end(std::string_view sid);

 private:
  struct Open {
    std::weak_ptr<http::BodyStream> stream;
    Executor loop;
  };
  std::mutex mutex_;
  std::multimap<std::string, Open, std::less<>> open_;
};

}  // namespace thenorsound::gateway
