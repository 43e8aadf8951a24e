#include "http/spread_upstream.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace thenorsound::http {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

bool was_not_sent(const Result<Response>& answer) {
  return answer.has_error() && answer.error().reason == "not-sent";
}

}  // namespace

SpreadUpstream::SpreadUpstream(const std::string& service, std::vector<Address> addresses,
                               const Clock& clock, SpreadSettings settings)
    : clock_(clock), settings_(settings) {
  for (Address& address : addresses) {
    Gauge& up = gauge("thenorsound_upstream_address_up", "0: left out, since it fails.",
                      {{"upstream", service}, {"address", address.name}});
    up.set(1);
    places_.push_back(Place{std::move(address), &up});
  }
}

Task<Result<Response>> SpreadUpstream::send(Request& request, milliseconds timeout) {
  const SteadyClock::time_point deadline = SteadyClock::now() + timeout;
  Result<Response> answer = unavailable("not-sent");
  milliseconds left = timeout;
  for (std::size_t tries = 0; tries < places_.size() && left.count() > 0; ++tries) {
    const Turn turn = next_turn(clock_.now().ms);
    answer = co_await turn.place.address.upstream->send(request, left);
    settle(turn, answer, clock_.now().ms);
    if (!was_not_sent(answer)) break;
    left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
  }
  co_return answer;
}

SpreadUpstream::Turn SpreadUpstream::next_turn(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    Place& place = places_[turn_++ % places_.size()];
    if (place.pause_ms == 0) return {place, false};
    // A clock that was set back must not leave it out for longer.
    const std::int64_t waits_ms = place.out_until_ms - now_ms;
    if (waits_ms > 0 && waits_ms <= settings_.longest_pause_ms) continue;
    // For the others it stays out until this one has come back.
    place.out_until_ms = now_ms + place.pause_ms;
    return {place, true};
  }
  return {places_[turn_++ % places_.size()], false};
}

void SpreadUpstream::settle(const Turn& turn, const Result<Response>& answer, std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  Place& place = turn.place;
  const bool was_out = place.pause_ms > 0;
  if (is_at_work(answer)) {
    place.failures = 0;
    place.pause_ms = 0;
    if (!was_out) return;
    place.up->set(1);
    log_info("upstream address in use again", {{"address", place.address.name}});
    return;
  }
  ++place.failures;
  if (was_out && !turn.probes) return;
  if (!was_out && !was_not_sent(answer) && place.failures < settings_.failures) return;
  place.pause_ms =
      was_out ? std::min(2 * place.pause_ms, settings_.longest_pause_ms) : settings_.first_pause_ms;
  place.out_until_ms = now_ms + place.pause_ms;
  if (was_out) return;
  place.up->set(0);
  log_warning("upstream address left out", {{"address", place.address.name}});
}

}  // namespace thenorsound::http
