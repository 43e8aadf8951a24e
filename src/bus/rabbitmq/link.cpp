#include "bus/rabbitmq/link.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/log.hpp"
#include "base/metrics.hpp"

namespace thenorsound::bus {
namespace {
using std::chrono::milliseconds;
// A connection that lived this long was a good one: the pauses begin anew.
constexpr std::chrono::seconds good_age{2};

// So that not all processes come back at the same moment.
milliseconds with_jitter(milliseconds length) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> between(length.count() / 2, length.count());
  return milliseconds{between(random)};
}
}  // namespace

Link::Link(std::string name, RabbitAddress address, RabbitSettings settings, LinkUse& use)
    : name_(std::move(name)),
      address_(std::move(address)),
      settings_(std::move(settings)),
      use_(use),
      connected_(gauge("thenorsound_bus_connected", "Is there a connection to the broker?",
                       {{"connection", name_}})),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_fd_ < 0) throw UnexpectedFailure("no eventfd");
}

Link::~Link() {
  stop();
  ::close(wake_fd_);
}

void Link::start() {
  thread_ = std::thread([this] { run(); });
}

void Link::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);  // full: awake anyway
}

void Link::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (connection_ != nullptr) connection_->cut();
  }
  stopped_.notify_all();
  wake();
  if (thread_.joinable()) thread_.join();
}

bool Link::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Link::run() {
  milliseconds length = settings_.first_pause;
  while (!stopping() && !use_.finished()) {
    up_since_.reset();
    const std::string reason = serve();
    connected_.set(0);
    use_.disconnected();
    if (reason.empty() || stopping()) break;
    if (up_since_ && std::chrono::steady_clock::now() - *up_since_ > good_age)
      length = settings_.first_pause;
    const milliseconds chosen = with_jitter(length);
    log_warning(
        "no connection to the message broker",
        {{"connection", name_}, {"reason", reason}, {"delay_ms", std::int64_t{chosen.count()}}});
    pause(chosen);
    length = std::min(length * 2, settings_.longest_pause);
  }
}

std::string Link::serve() {
  auto opened = Connection::open(address_, settings_);
  if (!opened) return opened.error().reason;
  Connection& connection = **opened;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return {};
    connection_ = &connection;
  }
  std::string reason;
  try {
    reason = serve(connection);
  } catch (const std::exception& problem) {
    reason = problem.what();
  }
  const std::lock_guard lock(mutex_);
  connection_ = nullptr;
  return reason;
}

std::string Link::serve(Connection& connection) {
  const Result<void> begun = use_.connected(connection);
  if (!begun) return begun.error().reason;
  log_info("connected to the message broker", {{"connection", name_}});
  connected_.set(1);
  up_since_ = std::chrono::steady_clock::now();
  while (!stopping()) {
    const Result<bool> more = connection.receive(use_);
    if (!more) return more.error().reason;
    const auto next = use_.work(connection);
    if (!next) return next.error().reason;
    if (use_.finished()) {
      connection.close();
      return {};
    }
    if (*more || connection.unread()) continue;
    // Heartbeats are sent and missed ones noticed within receive() only.
    const milliseconds heartbeat = settings_.heartbeat;
    wait(connection, std::min(*next, heartbeat / 2));
  }
  return {};
}

void Link::wait(const Connection& connection, milliseconds limit) const {
  pollfd waited[2];
  waited[0] = {connection.socket(), POLLIN, 0};
  if (use_.wants_to_write()) waited[0].events |= POLLOUT;
  waited[1] = {wake_fd_, POLLIN, 0};
  ::poll(waited, 2, static_cast<int>(std::max<std::int64_t>(limit.count(), 0)));
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(wake_fd_, &count, sizeof count);
}

void Link::pause(milliseconds length) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, length, [this] { return stopping_; });
}

}  // namespace thenorsound::bus
