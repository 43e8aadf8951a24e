// The live streams that are open: what happens goes to those who may see it, as text/event-stream.
#pragma once
#include <functional>
#include <memory>

#include "http/body_stream.hpp"
#include "services/notification/announcements.hpp"

namespace thenorsound::notification {

class LiveStreams {
 public:
  explicit LiveStreams(const Clock& clock,
                       std::chrono::milliseconds heartbeat = std::chrono::milliseconds{15'000});
  // Is the login that opened the stream still good? Asked at each heartbeat.
  using StillGood = std::function<Task<bool>()>;
  // Error service_unavailable: too many are open. Ends at `until`, or once the login isn't good.
  Result<std::shared_ptr<http::BodyStream>> open(Actor actor, Time until, StillGood still_good);
  void tell(const Message& message, const Booked& booked);
  bool any_open() const;
  void end_all();

  static constexpr std::size_t most_open = 5'000;
  static constexpr std::size_t most_waiting = 1'000;  // pieces; a reader that slow is cut off

 private:
  class Stream;
  void forget_closed_locked() const;
  const Clock& clock_;
  const std::chrono::milliseconds heartbeat_;
  mutable std::mutex mutex_;
  mutable std::vector<std::weak_ptr<Stream>> streams_;
};

}  // namespace thenorsound::notification
