#include "services/booking/repository.hpp"

namespace thenorsound::booking {

store::CollectionSchema bookings_schema() {
  store::CollectionSchema schema;
  schema.name = "bookings";
  schema.fields = {"createdAt", "startTime",  "endTime",        "eventId",
                   "crewId",    "customerId", "crewCustomerId", "status",
                   "listed",    "expiresAt",  "leaseUntil",     "releaseDue"};
  schema.indexes = {
      // Lists, newest first: everybody's, a company's, a person's, an event's.
      {{"listed", "createdAt"}},
      {{"status", "createdAt"}},
      {{"customerId", "listed", "createdAt"}},
      {{"crewCustomerId", "listed", "createdAt"}},
      {{"crewId", "listed", "createdAt"}},
      {{"eventId", "listed", "createdAt"}},
      // Of a span of time.
      {{"listed", "startTime"}},
      {{"customerId", "startTime"}},
      {{"crewCustomerId", "startTime"}},
      // Of a status, and what is live.
      {{"customerId", "status"}},
      {{"crewCustomerId", "status"}},
      {{"eventId", "status"}},
      // Unfinished work.
      {{"expiresAt"}},
      {{"leaseUntil"}},
      {{"releaseDue"}},
  };
  return schema;
}

}  // namespace thenorsound::booking
