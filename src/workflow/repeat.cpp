#include "workflow/repeat.hpp"

#include "base/background.hpp"
#include "base/log.hpp"

namespace thenorsound::workflow {
namespace {

struct Job {
  std::string name;
  std::chrono::milliseconds interval;
  std::function<Task<void>()> work;
};

Task<Background::Pause> run_once(std::shared_ptr<const Job> job) {
  const Background::Pause pause{job->interval, false};
  try {
    co_await job->work();
  } catch (const std::exception& problem) {
    log_error("repeated work failed", {{"task", job->name}, {"what", problem.what()}});
  }
  co_return pause;
}

}  // namespace

struct Repeat::State {
  State(Loops& loops, std::shared_ptr<const Job> what)
      : job(std::move(what)), background(loops, job->name, [job = job] { return run_once(job); }) {}
  const std::shared_ptr<const Job> job;
  Background background;
};

Repeat::Repeat(Loops& loops, std::string name, std::chrono::milliseconds interval,
               std::function<Task<void>()> work) {
  auto job = std::make_shared<Job>(Job{std::move(name), interval, std::move(work)});
  state_ = std::make_shared<State>(loops, std::move(job));
}

Repeat::~Repeat() = default;

void Repeat::start() { state_->background.start(state_->job->interval); }

Task<void> Repeat::stop() {
  const auto state = state_;
  co_await state->background.stop();
}

}  // namespace thenorsound::workflow
