// What the booking service hears: events that are called off take their bookings with them.
#include "services/booking/service.hpp"

namespace thenorsound::booking {

// No inbox: a cancelled event stays cancelled, so that a repeat finds nothing left to do.
Task<Result<bus::Delivery>> BookingService::hear(Message message) {
  const json::value* status = message.data.if_contains("status");
  const bool called_off =
      message.type == "event.deleted" || (status != nullptr && status->is_string() &&
                                          status->get_string() == word_of(EventStatus::Cancelled));
  if (!called_off) co_return bus::Delivery::done;
  Trace trace = new_trace(message.traceparent);
  EventId event{std::move(message.subject)};
  const Result<void> done =
      co_await cancel_event_bookings(context_, std::move(trace), std::move(event));
  if (!done) co_return done.error();
  co_return bus::Delivery::done;
}

}  // namespace thenorsound::booking
