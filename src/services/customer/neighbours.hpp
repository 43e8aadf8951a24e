// What the customer service asks other services.
#pragma once
#include "base/id.hpp"
#include "contracts/skill.hpp"
#include "contracts/user_profile.hpp"
#include "http/service_client.hpp"

namespace thenorsound::customer {

class Neighbours {
 public:
  Neighbours(http::ServiceClient& users, http::ServiceClient& events, http::ServiceClient& bookings)
      : users_(users), events_(events), bookings_(bookings) {}

  Task<Result<std::vector<UserProfile>>> users_of(Trace trace, CustomerId customer);
  Task<Result<std::int64_t>> count_events(Trace trace, CustomerId customer);
  // REQUESTED, CONFIRMED and PENDING ones, the company being on either side.
  Task<Result<std::int64_t>> count_live_bookings(Trace trace, CustomerId customer);
  // Whether people or events have the skill.
  Task<Result<bool>> is_in_use(Trace trace, SkillName name);

 private:
  http::ServiceClient& users_;
  http::ServiceClient& events_;
  http::ServiceClient& bookings_;
};

}  // namespace thenorsound::customer
