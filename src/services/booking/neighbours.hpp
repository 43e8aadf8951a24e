// What the booking service asks of the event, user and customer services (contracts/README.md).
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "contracts/customer_profile.hpp"
#include "contracts/event_profile.hpp"
#include "contracts/runtime_settings.hpp"
#include "contracts/user_profile.hpp"
#include "http/service_client.hpp"

namespace thenorsound::booking {

// What is asked for in the event; `booking_id` is empty for a mere check.
struct PlaceInEvent {
  EventId event_id;
  BookingId booking_id;
  UserId crew_id;
  CustomerId crew_customer_id;
  Time start;
  Time end;
  std::optional<std::string> slot_id;
  std::optional<std::string> category;
  std::optional<std::string> skill;
  std::vector<SkillName> skills;
};

struct Company {
  std::string name;
  std::int64_t customer_type = 0;
  bool is_crew_company() const { return customer_type == 2; }
};

// Thread-safe. Refusals come back as the other service made them; anything that is not the
// caller's business (wrong credentials, surprises) as service_unavailable. A "find" gives nothing
// where there is no such thing.
class Neighbours {
 public:
  Neighbours(http::ServiceClient& events, http::ServiceClient& users,
             http::ServiceClient& customers, const Clock& clock);

  Task<Result<std::optional<EventProfile>>> find_event(Trace trace, EventId id);
  Task<Result<std::optional<UserProfile>>> find_user(Trace trace, UserId id);
  Task<Result<std::optional<CustomerProfile>>> find_customer(Trace trace, CustomerId id);
  // Remembered for a minute: its type never changes, its name hardly.
  Task<Result<std::optional<Company>>> find_company(Trace trace, CustomerId id);
  Task<Result<Catalogue>> catalogue(Trace trace);
  Task<Result<RuntimeSettings>> runtime_settings(Trace trace);
  Task<Result<PricingBasis>> pricing_basis(Trace trace, CustomerId organiser,
                                           CustomerId crew_company);

  Task<Result<SlotTaken>> reserve_slot(Trace trace, PlaceInEvent place);
  Task<Result<SlotTaken>> check_slot(Trace trace, PlaceInEvent place);
  Task<Result<void>> release_slot(Trace trace, EventId event, BookingId booking);
  Task<Result<void>> reserve_crew(Trace trace, UserId crew, BookingId booking, Time start,
                                  Time end);
  Task<Result<void>> release_crew(Trace trace, UserId crew, BookingId booking);
  Task<Result<bool>> is_crew_busy(Trace trace, UserId crew, Time start, Time end);

 private:
  static constexpr std::int64_t remembered_ms = minute_ms;
  static constexpr std::size_t most_remembered = 10'000;
  struct Remembered {
    Company company;
    Time until;
  };

  http::ServiceClient& events_;
  http::ServiceClient& users_;
  http::ServiceClient& customers_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<CustomerId, Remembered> companies_;
};

// False for a text that can't be anybody's id, so that nobody needs to be asked.
bool could_be_id(std::string_view text);

}  // namespace thenorsound::booking
