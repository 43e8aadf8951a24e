// What runs by itself: finishes what a crash or an outage left, asks the booking service about
// reservations nobody has vouched for, and archives what is long over.
#pragma once
#include "services/user/calendar_commands.hpp"
#include "services/user/commands.hpp"

namespace thenorsound::user {

class Upkeep {
 public:
  Upkeep(Repository& repository, UserCommands& commands, http::ServiceClient& bookings,
         const Clock& clock)
      : repository_(repository), commands_(commands), bookings_(bookings), clock_(clock) {}

  Task<void> finish_users();      // pending, not enabled, half changed, half deleted
  Task<void> reopen_calendars();  // closed for a deletion that never came
  Task<void> verify_reservations();
  Task<void> archive_past();

 private:
  Task<void> finish(User user);
  Task<void> settle(Calendar calendar, const json::object& states, Time asked_at);
  Task<Result<void>> archive(Calendar calendar);
  Repository& repository_;
  UserCommands& commands_;
  http::ServiceClient& bookings_;
  const Clock& clock_;
};

}  // namespace thenorsound::user
