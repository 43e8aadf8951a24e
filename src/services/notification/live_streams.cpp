#include "services/notification/live_streams.hpp"

#include <boost/asio/this_coro.hpp>

#include "base/background.hpp"

namespace thenorsound::notification {
namespace {
using std::chrono::milliseconds;

std::string piece_of(const Message& message) {
  json::object data;
  data["type"] = message.type;
  data["id"] = message.subject;
  return "data: " + write_json(data) + "\n\n";
}
}  // namespace

class LiveStreams::Stream : public http::BodyStream {
 public:
  Stream(const Clock& clock, milliseconds heartbeat, Actor actor, Time until, StillGood still_good)
      : clock_(clock),
        heartbeat_(heartbeat),
        actor_(std::move(actor)),
        until_(until),
        heartbeat_at_(clock.now() + heartbeat.count()),
        still_good_(std::move(still_good)) {
    waiting_ = ": open\n\n";
  }
  const Actor& actor() const { return actor_; }

  void add(std::string piece) {
    const std::lock_guard lock(mutex_);
    if (++pieces_ > most_waiting) ended_ = true;
    waiting_ += piece;
    if (wakeup_) wakeup_->wake();
  }
  void cancel() override {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (wakeup_) wakeup_->wake();
  }

  Task<std::string> next() override {
    const Executor loop = co_await boost::asio::this_coro::executor;
    wait_on(loop);
    for (;;) {
      const Time now = clock_.now();
      if (is_over() || now >= until_) co_return std::string();
      // Due also while there is always something to tell: a login's end must be seen.
      if (now >= heartbeat_at_) break;
      std::string piece = take();
      if (!piece.empty()) co_return piece;
      const std::int64_t left_ms = std::min(heartbeat_at_, until_).ms - now.ms;
      co_await wakeup_->wait(milliseconds{left_ms});
    }
    heartbeat_at_ = clock_.now() + heartbeat_.count();
    const bool good = co_await still_good_();
    co_return good ? std::string(": heartbeat\n\n") : std::string();
  }

 private:
  void wait_on(Executor loop) {
    const std::lock_guard lock(mutex_);
    if (!wakeup_) wakeup_.emplace(loop);
  }
  std::string take() {
    const std::lock_guard lock(mutex_);
    pieces_ = 0;
    return std::exchange(waiting_, {});
  }
  bool is_over() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

  const Clock& clock_;
  const milliseconds heartbeat_;
  const Actor actor_;
  const Time until_;
  Time heartbeat_at_;
  const StillGood still_good_;
  std::mutex mutex_;
  std::string waiting_;
  std::size_t pieces_ = 0;
  bool ended_ = false;
  std::optional<Wakeup> wakeup_;
};

LiveStreams::LiveStreams(const Clock& clock, milliseconds heartbeat)
    : clock_(clock), heartbeat_(heartbeat) {}

Result<std::shared_ptr<http::BodyStream>> LiveStreams::open(Actor actor, Time until,
                                                            StillGood still_good) {
  const std::lock_guard lock(mutex_);
  forget_closed_locked();
  if (streams_.size() >= most_open) return unavailable("too many streams");
  auto stream =
      std::make_shared<Stream>(clock_, heartbeat_, std::move(actor), until, std::move(still_good));
  streams_.push_back(stream);
  return std::shared_ptr<http::BodyStream>(stream);
}

void LiveStreams::tell(const Message& message, const Booked& booked) {
  const std::lock_guard lock(mutex_);
  for (const auto& weak : streams_)
    if (const auto stream = weak.lock())
      if (may_see(stream->actor(), message, booked)) stream->add(piece_of(message));
}

bool LiveStreams::any_open() const {
  const std::lock_guard lock(mutex_);
  forget_closed_locked();
  return !streams_.empty();
}

void LiveStreams::end_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& weak : streams_)
    if (const auto stream = weak.lock()) stream->cancel();
}

void LiveStreams::forget_closed_locked() const {
  std::erase_if(streams_, [](const auto& weak) { return weak.expired(); });
}

}  // namespace thenorsound::notification
