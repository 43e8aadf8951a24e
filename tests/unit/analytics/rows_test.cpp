#include <gtest/gtest.h>

#include "services/analytics/repository.hpp"
#include "services/analytics/service.hpp"

namespace thenorsound::analytics {
namespace {

Message message(std::string type, std::int64_t sequence, json::object data) {
  Message made;
  made.id = type + std::to_string(sequence);
  made.type = std::move(type);
  made.subject = "s-1";
  made.sequence = sequence;
  made.time = Time{1'800'000'000'000 + sequence * minute_ms};
  made.data = std::move(data);
  return made;
}
Message booking(std::string type, std::int64_t sequence, const char* status) {
  return message(std::move(type), sequence,
                 {{"customerId", "org"},
                  {"crewCustomerId", "crew"},
                  {"crewId", "c1"},
                  {"startTime", "2027-02-01T17:00:00Z"},
                  {"endTime", "2027-02-01T21:00:00Z"},
                  {"status", status},
                  {"totalAmount", 499.5},
                  {"inHouse", false}});
}

template <class Row>
json::object applied(const std::vector<Message>& messages) {
  Row row;
  for (const Message& one : messages) apply(row, one);
  return to_document(row);
}

TEST(Rows, HoldABookingsLatestState) {
  BookingRow row;
  EXPECT_TRUE(apply(row, booking("booking.created", 1, "REQUESTED")));
  EXPECT_TRUE(apply(row, booking("booking.confirmed", 2, "CONFIRMED")));
  EXPECT_EQ(row.status, "CONFIRMED");
  EXPECT_EQ(row.total, Money{49'950});
  EXPECT_EQ(row.customer_id, "org");
  EXPECT_TRUE(row.requested);
  EXPECT_EQ(row.requested_at.ms, 1'800'000'000'000 + minute_ms);
}

TEST(Rows, ARepeatChangesNothing) {
  BookingRow row;
  const Message created = booking("booking.created", 1, "REQUESTED");
  EXPECT_TRUE(apply(row, created));
  EXPECT_FALSE(apply(row, created));
}

TEST(Rows, AreTheSameInWhateverOrderMessagesCome) {
  const std::vector<Message> bookings{booking("booking.created", 1, "REQUESTED"),
                                      booking("booking.confirmed", 2, "CONFIRMED"),
                                      booking("booking.completed", 3, "COMPLETED")};
  const json::object data{
      {"customerId", "org"}, {"crewCustomerId", "crew"}, {"bookingId", "b"}, {"totalAmount", 2500}};
  const std::vector<Message> invoices{message("invoice.generated", 1, data),
                                      message("invoice.paid", 2, data),
                                      message("invoice.credited", 3, data)};
  std::vector<std::size_t> order{0, 1, 2};
  const json::object booked = applied<BookingRow>(bookings);
  const json::object invoiced = applied<InvoiceRow>(invoices);
  do {
    std::vector<Message> one, two;
    for (const std::size_t i : order) {
      one.push_back(bookings[i]);
      two.push_back(invoices[i]);
    }
    EXPECT_EQ(applied<BookingRow>(one), booked);
    EXPECT_EQ(applied<InvoiceRow>(two), invoiced);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Rows, AnAttemptThatFailedIsNoBooking) {
  BookingRow row;
  apply(row, booking("booking.failed", 1, "CANCELLED"));
  EXPECT_FALSE(row.requested);
}

TEST(Rows, CrewLeavesWhenItIsDeletedOrInactive) {
  CrewRow row;
  apply(row, message("crew.created", 2, {{"customerId", "crew"}, {"isActive", true}}));
  EXPECT_TRUE(row.active);
  apply(row, message("user.updated", 3, {{"customerId", "crew"}, {"isActive", false}}));
  EXPECT_FALSE(row.active);
  apply(row, message("crew.updated", 4, {{"customerId", "crew"}, {"isActive", true}}));
  EXPECT_TRUE(row.active);
  apply(row, message("user.deleted", 5, {{"customerId", "crew"}, {"isActive", true}}));
  EXPECT_FALSE(row.active);
}

TEST(AnalyticsQueue, TakesWhatTheTableOfTheBusSays) {
  const bus::QueueSpec spec = queue();
  EXPECT_EQ(spec.name, "thenorsound.analytics");
  const auto takes = [&](std::string_view type) {
    return std::any_of(spec.patterns.begin(), spec.patterns.end(),
                       [&](const auto& pattern) { return topic_matches(pattern, type); });
  };
  for (const char* type :
       {"user.created", "user.updated", "user.deleted", "crew.created", "crew.updated",
        "availability.changed", "event.created", "event.updated", "event.deleted",
        "booking.created", "booking.confirmed", "booking.cancelled", "booking.failed",
        "booking.completed", "invoice.generated", "invoice.paid", "invoice.overdue",
        "invoice.credited"})
    EXPECT_TRUE(takes(type)) << type;
  for (const char* type : {"session.revoked", "user.reset"}) EXPECT_FALSE(takes(type)) << type;
}

}  // namespace
}  // namespace thenorsound::analytics
