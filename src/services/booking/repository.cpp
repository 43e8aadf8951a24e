#include "services/booking/repository.hpp"

namespace thenorsound::booking {

store::CollectionSchema bookings_schema() {
  store::CollectionSchema schema;
  schema.name = "bookings";
  schema.fields = {"id",         "createdAt",      "startTime", "endTime", "eventId",   "crewId",
                   "customerId", "crewCustomerId", "status",    "listed",  "expiresAt", "leaseUntil",
                   "releaseDue"};
  schema.indexes = {
      // Lists, newest first: everybody's, a company's, a person's, an event's.
      {{"createdAt"}},
      {{"status", "createdAt"}},
      {{"customerId", "createdAt"}},
      {{"crewCustomerId", "createdAt"}},
      {{"crewId", "createdAt"}},
      {{"eventId", "createdAt"}},
      // Lists of a span of time.
      {{"startTime"}},
      {{"customerId", "startTime"}},
      {{"crewCustomerId", "startTime"}},
      {{"crewId", "startTime"}},
      // What other services ask for.
      {{"id"}},
      {{"customerId", "status"}},
      {{"crewCustomerId", "status"}},
      {{"eventId", "status"}},
      // Unfinished work.
      {{"status", "expiresAt"}},
      {{"status", "leaseUntil"}},
      {{"releaseDue"}},
  };
  return schema;
}

}  // namespace thenorsound::booking
