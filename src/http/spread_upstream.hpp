// One service at several addresses: requests go round them, past those that fail.
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "base/time.hpp"
#include "http/upstream.hpp"

namespace thenorsound::http {

struct SpreadSettings {
  std::uint32_t failures = 3;         // in a row: left out; a refused connection is at once
  std::int64_t first_pause_ms = 500;  // then one request tries it; its failure doubles the pause
  std::int64_t longest_pause_ms = 30'000;
};

// Thread-safe. Where all are left out they are asked nevertheless: refusing is the circuit
// breaker's. The state of each is the metric thenorsound_upstream_address_up.
class SpreadUpstream : public Upstream {
 public:
  struct Address {
    std::string name;  // "host:port"
    std::unique_ptr<Upstream> upstream;
  };
  // `service` is the upstream's name in metrics; `clock` must outlive this.
  SpreadUpstream(const std::string& service, std::vector<Address> addresses, const Clock& clock,
                 SpreadSettings settings = {});

  // Where an address could surely not be sent anything, the next one is, within `timeout`.
  Task<Result<Response>> send(Request& request, std::chrono::milliseconds timeout) override;

 private:
  struct Place {
    Address address;
    Gauge* up;
    std::uint32_t failures = 0;  // in a row
    std::int64_t pause_ms = 0;   // 0: not left out
    std::int64_t out_until_ms = 0;
  };
  struct Turn {
    Place& place;
    bool probes;  // whether a place that was left out is better
  };
  Turn next_turn(std::int64_t now_ms);
  void settle(const Turn& turn, const Result<Response>& answer, std::int64_t now_ms);

  const Clock& clock_;
  const SpreadSettings settings_;
  std::mutex mutex_;
  std::vector<Place> places_;
  std::size_t turn_ = 0;
};

}  // namespace thenorsound::http
