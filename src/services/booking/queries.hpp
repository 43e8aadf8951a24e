// What can be asked about bookings, as the caller may see it.
#pragma once
#include "base/fields.hpp"
#include "http/router.hpp"
#include "services/booking/place_booking.hpp"

namespace thenorsound::booking {

// Error not_found.
Task<Result<Booking>> load_booking(BookingContext& context, std::string id);

// A page of bookings, newest first. `scope`: conditions beside the filters of the query.
// Without a filter on status, those that never became REQUESTED are left out.
using Scope = std::vector<store::Condition>;
struct BookingFilter {
  std::optional<BookingStatus> status;
  std::optional<Time> from;
  std::optional<Time> to;
};
void read_filter(Fields& in, BookingFilter& filter);
Task<Result<json::object>> list_bookings(BookingContext& context, Actor actor, Scope scope,
                                         BookingFilter filter, http::Page page);
// What the caller may see at all.
Scope own_scope(const Actor& actor);
store::Condition is(std::string field, std::string value);

// With the event and the crew member in short, where they can be had.
Task<json::object> booking_in_full(BookingContext& context, Trace trace, Booking booking,
                                   Actor actor);

// For other services: the status of each id that there is; how many live ones a company has.
Task<Result<json::object>> booking_states(BookingContext& context, std::vector<std::string> ids);
Task<Result<std::int64_t>> count_live(BookingContext& context, CustomerId company);

}  // namespace thenorsound::booking
