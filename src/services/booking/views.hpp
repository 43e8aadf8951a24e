// What bookings look like outside: to a caller, and as messages' data.
#pragma once
#include "services/booking/booking.hpp"
#include "services/booking/pricing.hpp"

namespace thenorsound::booking {

// A CrewUser sees nothing of the price.
json::object booking_view(const Booking& booking, const Actor& actor);
// Null event or crew: no longer there, or not to be had now; what the booking itself knows is
// shown. `with_phone`: may_see_phone.
json::object event_in_short(const Booking& booking, const EventProfile* event);
json::object crew_in_short(const Booking& booking, const UserProfile* crew, bool with_phone);
json::array history_view(const Booking& booking);

// {category, skill, timeType, rate, units, totalAmount, currency, lines, others}
json::object quote_view(const Quote& quote);

// contracts/README.md, booking.*; ids, times, amounts and codes only.
json::object message_data(const Booking& booking, BookingStatus status);
json::object message_data(const Booking& booking);

}  // namespace thenorsound::booking
