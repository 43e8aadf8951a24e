// What the booking service can be configured with.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace thenorsound::booking {

struct BookingSettings {
  std::chrono::milliseconds lease{15'000};  // how long a saga is its process's alone
  std::chrono::milliseconds recover_every{2'000};
  std::chrono::milliseconds release_every{3'000};
  std::chrono::milliseconds expire_every{5'000};
  std::chrono::milliseconds invoice_work_every{2'000};
  std::chrono::milliseconds overdue_every{60'000};

  // For tests of crashes and failures only; empty is off.
  // Kills the process at "after-pending", "after-slot", "after-crew", "after-price" or
  // "after-commit" of every saga.
  std::string fault_point;
  // Makes a saga's step of this name fail ("reserve-event-slot", "reserve-crew",
  // "calculate-price", "commit") instead of acting.
  std::string fail_step;
};

}  // namespace thenorsound::booking
