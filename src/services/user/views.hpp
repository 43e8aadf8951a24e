// What the API shows of users and calendars.
#pragma once
#include "services/user/calendar.hpp"
#include "services/user/user.hpp"

namespace thenorsound::user {

json::object view_of(const User& user);
// What the bus is told: data of user.* and crew.*.
json::object message_of(const User& user, bool access_changed);
json::object card_of(const User& user, std::string_view customer_name);

enum class Detail { bare, kinds, kinds_and_notes };
struct AvailabilityView {
  UserId crew;
  Span within;
  bool by_date = false;  // asked for a day, not for a span
  bool bookable = true;
  std::int64_t version = 1;
  Detail detail = Detail::bare;
  std::vector<Mark> ahead;
};
json::object view_of(const AvailabilityView& asked, const std::vector<Busy>& busy);
json::array spans_of(const std::vector<Span>& spans);
json::object view_of(const Mark& mark);

}  // namespace thenorsound::user
