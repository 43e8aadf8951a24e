#include "services/analytics/reports.hpp"

#include <gtest/gtest.h>

namespace thenorsound::analytics {
namespace {

Day day(const char* text) { return *day_from_iso(text); }
Time at(const char* text) { return *time_from_iso(text); }
Span span(const char* from, const char* to) { return Span{day(from), day(to)}; }

BookingRow booking(const char* start, std::int64_t hours, std::string status, std::int64_t ore) {
  BookingRow row;
  row.id = std::string("book-") + start;
  row.requested = true;
  row.requested_at = at(start) - 30 * day_ms;
  row.start_time = at(start);
  row.end_time = at(start) + hours * hour_ms;
  row.status = std::move(status);
  row.total = Money{ore};
  return row;
}

std::vector<std::string> labels(Span of, By by) {
  std::vector<std::string> out;
  for (const Period& period : periods_of(of, by))
    out.push_back(period.label + " " + to_iso(period.from) + ".." + to_iso(period.to));
  return out;
}

TEST(Periods, DaysAreTheirOwn) {
  EXPECT_EQ(labels(span("2027-02-27", "2027-03-01"), By::day),
            (std::vector<std::string>{"2027-02-27 2027-02-27..2027-02-27",
                                      "2027-02-28 2027-02-28..2027-02-28",
                                      "2027-03-01 2027-03-01..2027-03-01"}));
}

TEST(Periods, MonthsAreCutToTheSpan) {
  EXPECT_EQ(
      labels(span("2026-12-15", "2027-02-10"), By::month),
      (std::vector<std::string>{"2026-12 2026-12-15..2026-12-31", "2027-01 2027-01-01..2027-01-31",
                                "2027-02 2027-02-01..2027-02-10"}));
}

TEST(Periods, WeeksAreIso8601s) {
  // 1 January 2027 is a Friday: it lies in the last week of 2026.
  EXPECT_EQ(labels(span("2027-01-01", "2027-01-12"), By::week),
            (std::vector<std::string>{"2026-W53 2027-01-01..2027-01-03",
                                      "2027-W01 2027-01-04..2027-01-10",
                                      "2027-W02 2027-01-11..2027-01-12"}));
}

TEST(Periods, BeginAndEndAtStockholmsMidnight) {
  const Period summer_time_begins = whole(span("2027-03-28", "2027-03-28"));
  EXPECT_EQ(to_iso(summer_time_begins.begin), "2027-03-27T23:00:00Z");
  EXPECT_EQ(to_iso(summer_time_begins.end), "2027-03-28T22:00:00Z");
}

TEST(BookingReport, CountsByStateAndByDayOfWork) {
  Rows rows;
  rows.bookings = {booking("2027-01-31T22:30:00Z", 4, "CONFIRMED", 200'000),  // 23:30 in Stockholm
                   booking("2027-01-31T23:30:00Z", 4, "REQUESTED", 200'000),  // 1 February there
                   booking("2027-02-05T09:00:00Z", 8, "COMPLETED", 400'000),
                   booking("2027-02-06T09:00:00Z", 8, "CANCELLED", 400'000)};
  const json::array items = booking_items(
      rows, periods_of(span("2027-01-01", "2027-02-28"), By::month), at("2027-02-01T00:00:00Z"));
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].at("bookings"), 1);
  EXPECT_EQ(items[0].at("confirmed"), 1);
  EXPECT_EQ(items[1].at("bookings"), 3);
  EXPECT_EQ(items[1].at("requested"), 1);
  EXPECT_EQ(items[1].at("completed"), 1);
  EXPECT_EQ(items[1].at("cancelled"), 1);
  EXPECT_EQ(items[1].at("hours").to_number<double>(), 8);  // neither requests nor cancelled ones
}

TEST(BookingReport, EarnedIsWhatIsDone) {
  Rows rows;
  rows.bookings = {booking("2027-02-01T09:00:00Z", 4, "CONFIRMED", 100'000),
                   booking("2027-02-20T09:00:00Z", 4, "CONFIRMED", 10'000),
                   booking("2027-02-21T09:00:00Z", 4, "COMPLETED", 1'000),
                   booking("2027-02-02T09:00:00Z", 4, "REQUESTED", 100)};
  const json::object totals =
      booking_totals(rows, span("2027-02-01", "2027-02-28"), at("2027-02-10T00:00:00Z"));
  EXPECT_EQ(totals.at("revenueEarned"), 1010);
}

TEST(BookingReport, AttemptsAreNoBookings) {
  Rows rows;
  rows.bookings = {booking("2027-02-01T09:00:00Z", 4, "CANCELLED", 100'000)};
  rows.bookings[0].requested = false;
  const json::object totals =
      booking_totals(rows, span("2027-02-01", "2027-02-28"), at("2027-02-10T00:00:00Z"));
  EXPECT_EQ(totals.at("bookings"), 0);
}

TEST(BookingReport, IssuedIsWithoutVatAndLessWhatIsCredited) {
  Rows rows;
  InvoiceRow one;
  one.id = "inv-1";
  one.booking_id = "book-1";
  one.total = Money{250'000};
  one.issued_at = at("2027-01-10T10:00:00Z");
  one.paid_at = at("2027-02-10T10:00:00Z");
  InvoiceRow two = one;
  two.id = "inv-2";
  two.paid_at.reset();
  two.credited_at = at("2027-02-11T10:00:00Z");
  rows.invoices = {one, two};
  rows.net["book-1"] = Money{200'000};
  const json::array items = booking_items(
      rows, periods_of(span("2027-01-01", "2027-02-28"), By::month), at("2027-03-01T00:00:00Z"));
  EXPECT_EQ(items[0].at("revenueIssued"), 4000);
  EXPECT_EQ(items[1].at("revenueIssued"), -2000);
  EXPECT_EQ(items[1].at("revenuePaid"), 2000);
}

TEST(BookingReport, FillRateIsBookedOfCapacity) {
  Rows rows;
  rows.slots = {{at("2027-02-01T09:00:00Z"), 4, 3},
                {at("2027-02-02T09:00:00Z"), 6, 2},
                {at("2027-04-01T09:00:00Z"), 100, 0}};
  const json::object totals =
      booking_totals(rows, span("2027-02-01", "2027-02-28"), at("2027-02-10T00:00:00Z"));
  EXPECT_EQ(totals.at("capacity"), 10);
  EXPECT_EQ(totals.at("fillRate"), 0.5);
  const json::object none = booking_totals({}, span("2027-02-01", "2027-02-28"), {});
  EXPECT_TRUE(none.at("fillRate").is_null());
}

TEST(Trends, CompareEachPeriodWithTheOneBefore) {
  Rows rows;
  for (const char* start : {"2027-02-09T09:00:00Z", "2027-02-10T09:00:00Z", "2027-03-10T09:00:00Z",
                            "2027-03-11T09:00:00Z", "2027-03-12T09:00:00Z"})
    rows.bookings.push_back(booking(start, 4, "CONFIRMED", 100'000));
  rows.bookings.back().status = "CANCELLED";
  const json::array items =
      trend_items(rows, periods_of(span("2027-01-01", "2027-02-28"), By::month));
  ASSERT_EQ(items.size(), 2U);  // by the day of the request, thirty days earlier
  EXPECT_EQ(items[0].at("bookings"), 2);
  EXPECT_TRUE(items[0].at("bookingsChange").is_null());
  EXPECT_EQ(items[1].at("bookings"), 3);
  EXPECT_EQ(items[1].at("bookingsChange").to_number<double>(), 50);
  EXPECT_EQ(items[1].at("value"), 2000);
  EXPECT_EQ(items[1].at("valueChange").to_number<double>(), 0);
  EXPECT_NEAR(items[1].at("cancelledShare").to_number<double>(), 0.3333, 1e-9);
}

TEST(Utilisation, IsBookedHoursByEightHoursAWeekdayNotMarked) {
  CrewFacts crew;
  crew.id = "usr-1";
  crew.name = "Kim";
  crew.customer_id = "cust-1";
  // Monday 1 February to Sunday 7 February 2027; Wednesday and Saturday are marked.
  crew.marked = {day("2027-02-03"), day("2027-02-06")};
  crew.bookings = {booking("2027-02-01T08:00:00Z", 8, "CONFIRMED", 0),
                   booking("2027-02-02T08:00:00Z", 8, "COMPLETED", 0),
                   booking("2027-02-04T08:00:00Z", 8, "REQUESTED", 0),
                   booking("2027-02-05T08:00:00Z", 8, "CANCELLED", 0)};
  const json::array items =
      utilisation_items(crew, periods_of(span("2027-02-01", "2027-02-07"), By::week));
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].at("crewId"), "usr-1");
  EXPECT_EQ(items[0].at("bookedHours").to_number<double>(), 16);
  EXPECT_EQ(items[0].at("availableHours").to_number<double>(), 32);
  EXPECT_EQ(items[0].at("utilisation").to_number<double>(), 0.5);
}

TEST(Utilisation, ABookingOverMidnightIsSplit) {
  CrewFacts crew;
  crew.bookings = {booking("2027-02-01T21:00:00Z", 6, "CONFIRMED", 0)};  // 22:00 to 04:00
  const json::array items =
      utilisation_items(crew, periods_of(span("2027-02-01", "2027-02-02"), By::day));
  EXPECT_EQ(items[0].at("bookedHours").to_number<double>(), 2);
  EXPECT_EQ(items[1].at("bookedHours").to_number<double>(), 4);
}

TEST(Utilisation, WithoutAnAvailableDayThereIsNone) {
  const json::array items =
      utilisation_items({}, periods_of(span("2027-02-06", "2027-02-07"), By::week));
  EXPECT_TRUE(items[0].at("utilisation").is_null());
}

TEST(Csv, QuotesAndDisarmsTexts) {
  const json::array items{json::object{{"a", "plain"}, {"b", 1.5}, {"c", nullptr}},
                          json::object{{"a", "Berg, \"Kim\"\nx"}, {"b", -2}},
                          json::object{{"a", "=HYPERLINK(1)"}, {"b", 0}},
                          json::object{{"a", "+46"}, {"b", true}}};
  EXPECT_EQ(to_csv({"a", "b", "c"}, items),
            "a,b,c\r\n"
            "plain,1.5,\r\n"
            "\"Berg, \"\"Kim\"\"\nx\",-2,\r\n"
            "'=HYPERLINK(1),0,\r\n"
            "'+46,true,\r\n");
}

TEST(Csv, HasAColumnForEveryMemberOfEveryReport) {
  const std::vector<Period> periods = periods_of(span("2027-02-01", "2027-02-01"), By::day);
  const auto check = [](const json::array& items, const std::vector<std::string>& columns) {
    std::set<std::string> members;
    for (const auto& member : items[0].as_object()) members.insert(std::string(member.key()));
    EXPECT_EQ(members, std::set<std::string>(columns.begin(), columns.end()));
  };
  check(booking_items({}, periods, {}), booking_columns());
  check(trend_items({}, periods), trend_columns());
  check(utilisation_items({}, periods), utilisation_columns());
}

}  // namespace
}  // namespace thenorsound::analytics
