// The booking service's collection of bookings and its indexes.
#pragma once
#include "services/booking/booking.hpp"
#include "store/collection.hpp"

namespace thenorsound::booking {

inline constexpr std::string_view service_name = "booking";

using Bookings = store::Collection<Booking>;

store::CollectionSchema bookings_schema();

}  // namespace thenorsound::booking
