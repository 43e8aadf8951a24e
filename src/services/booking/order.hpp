// Reads what somebody wants to book, for POST /api/bookings and for a price.
#pragma once
#include "base/fields.hpp"
#include "http/router.hpp"
#include "services/booking/place_booking.hpp"

namespace thenorsound::booking {

constexpr std::int64_t longest_booking_ms = 31 * day_ms;

// `from`: the body (mode create) or the query (mode query; knows fewer fields). Errors in this
// order: 400 for ids that are no texts; 404 for an eventId that names nothing; 403 for somebody
// else's event or in-house crew; 400 naming every field at fault; service_unavailable.
Task<Result<BookingOrder>> read_order(BookingContext& context, const http::Call& call,
                                      json::object from, Fields::Mode mode);

}  // namespace thenorsound::booking
