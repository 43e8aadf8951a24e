#include "base/background.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/log.hpp"

namespace thenorsound {
namespace asio = boost::asio;
namespace {
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
using std::chrono::milliseconds;
}  // namespace

struct Wakeup::State {
  explicit State(Executor executor) : loop(executor) {}
  Executor loop;
  std::atomic<bool> woken{false};
  Timer* waiting = nullptr;  // touched on the loop only
};

Wakeup::Wakeup(Executor loop) : state_(std::make_shared<State>(loop)) {}

void Wakeup::wake() {
  if (state_->woken.exchange(true)) return;
  asio::post(state_->loop, [state = state_] {
    // A wake that was seen without waiting must not cut the next wait.
    if (state->waiting != nullptr && state->woken) state->waiting->cancel();
  });
}

Task<void> Wakeup::wait(milliseconds limit) {
  const auto state = state_;
  if (!state->woken.exchange(false)) {
    Timer timer(state->loop, limit);
    state->waiting = &timer;
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
    state->waiting = nullptr;
    state->woken = false;
  }
}

struct Background::State {
  State(Executor executor, std::string task_name, Work task)
      : loop(executor), wakeup(executor), name(std::move(task_name)), work(std::move(task)) {}
  Executor loop;
  Wakeup wakeup;
  const std::string name;
  Work work;
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  bool running = false;
  std::vector<Resume<bool>> waiting_for_end;
};

Background::Background(Loops& loops, std::string name, Work work)
    : state_(
          std::make_shared<State>(loops.next().get_executor(), std::move(name), std::move(work))) {}

Background::~Background() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->running) return;
  state_->stopping = true;
  state_->wakeup.wake();
}

void Background::start(milliseconds first_after) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->running) return;
    state_->running = true;
    state_->stopping = false;
  }
  spawn_here(state_->name, state_->loop, run(state_, first_after));
}

void Background::wake() { state_->wakeup.wake(); }

Task<void> Background::stop() {
  auto start = [state = state_](Resume<bool> resume) {
    const std::lock_guard lock(state->mutex);
    if (!state->running) return resume(true);
    state->stopping = true;
    state->waiting_for_end.push_back(std::move(resume));
    state->wakeup.wake();
  };
  co_await suspend<bool>(std::move(start));
}

Task<void> Background::run(std::shared_ptr<State> state, milliseconds first_after) {
  using Steady = std::chrono::steady_clock;
  Pause pause{first_after, first_after.count() == 0};
  while (!state->stopping) {
    const auto until = Steady::now() + pause.length;
    while (!state->stopping && Steady::now() < until) {
      co_await state->wakeup.wait(std::chrono::ceil<milliseconds>(until - Steady::now()));
      if (pause.may_be_cut) break;
    }
    if (state->stopping) break;
    pause = {milliseconds{1'000}, false};
    try {
      pause = co_await state->work();
    } catch (const std::exception& problem) {
      log_error("background work failed", {{"task", state->name}, {"what", problem.what()}});
    }
  }
  std::vector<Resume<bool>> waiting;
  {
    const std::lock_guard lock(state->mutex);
    state->running = false;
    waiting.swap(state->waiting_for_end);
  }
  for (auto& resume : waiting) resume(true);
}

}  // namespace thenorsound
