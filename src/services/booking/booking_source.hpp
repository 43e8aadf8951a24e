// Lets invoices read bookings.
#pragma once
#include "services/booking/invoice_source.hpp"
#include "services/booking/repository.hpp"

namespace thenorsound::booking {

BookingForInvoice for_invoice(const Booking& booking);
// `bookings` must outlive the source.
BookingSource booking_source(Bookings& bookings);

}  // namespace thenorsound::booking
