#include "services/booking/invoice_amounts.hpp"

#include <gtest/gtest.h>

namespace thenorsound::booking {
namespace {
InvoiceLine line(std::int64_t ore, std::int64_t rate, std::optional<std::string> reason = {}) {
  InvoiceLine line;
  line.amount = {ore};
  line.vat_rate = rate;
  line.vat_reason = std::move(reason);
  return line;
}
Time at(std::string_view iso) { return *time_from_iso(iso); }
Day day(std::string_view iso) { return *day_from_iso(iso); }
Terms terms(DueFrom from, std::int64_t days) {
  Terms terms;
  terms.due_from = from;
  terms.payment_days = days;
  return terms;
}

TEST(Vat, IsRoundedOncePerRateAndNotPerLine) {
  // 3 x 0.02: 25 % of each would round to 0.01, of the sum to 0.02 (half up from 0.015).
  const auto totals = vat_totals({line(2, 25), line(2, 25), line(2, 25)});
  ASSERT_EQ(totals.size(), 1U);
  EXPECT_EQ(totals[0].base, Money{6});
  EXPECT_EQ(totals[0].amount, Money{2});
}

TEST(Vat, RoundsHalfUp) {
  EXPECT_EQ(vat_totals({line(10, 25)})[0].amount, Money{3});         // 2.5
  EXPECT_EQ(vat_totals({line(9, 25)})[0].amount, Money{2});          // 2.25
  EXPECT_EQ(vat_totals({line(11, 25)})[0].amount, Money{3});         // 2.75
  EXPECT_EQ(vat_totals({line(99'99, 25)})[0].amount, Money{25'00});  // 24.9975
}

TEST(Vat, OfACreditIsExactlyTheOpposite) {
  for (std::int64_t ore = 1; ore < 200; ++ore)
    EXPECT_EQ(vat_totals({line(-ore, 25)})[0].amount.ore,
              -vat_totals({line(ore, 25)})[0].amount.ore);
}

TEST(Vat, IsListedByRateHighestFirst) {
  const auto totals = vat_totals({line(100, 6), line(100, 25), line(300, 12), line(100, 6)});
  ASSERT_EQ(totals.size(), 3U);
  EXPECT_EQ(totals[0].rate, 25);
  EXPECT_EQ(totals[1].amount, Money{36});
  EXPECT_EQ(totals[2].base, Money{200});
}

TEST(Vat, KeepsEachReasonForNoTax) {
  const auto totals =
      vat_totals({line(100, 0, "Artist"), line(200, 0, "Not registered"), line(50, 0, "Artist")});
  ASSERT_EQ(totals.size(), 2U);
  EXPECT_EQ(totals[0].base, Money{150});
  EXPECT_EQ(totals[0].reason, "Artist");
  EXPECT_EQ(totals[0].amount, Money{});
  EXPECT_EQ(totals[1].base, Money{200});
}

TEST(Vat, OfNothingIsNothing) { EXPECT_TRUE(vat_totals({}).empty()); }

TEST(Due, CountsFromTheLaterOfIssueAndLastDayOfWork) {
  const Terms work = terms(DueFrom::Work, 30);
  EXPECT_EQ(due_date(work, day("2027-04-01"), at("2027-05-01T14:00:00Z")), day("2027-05-31"));
  EXPECT_EQ(due_date(work, day("2027-05-10"), at("2027-05-01T14:00:00Z")), day("2027-06-09"));
}

TEST(Due, CountsFromIssueWhereTheTermsSaySo) {
  const Terms issue = terms(DueFrom::Issue, 10);
  EXPECT_EQ(due_date(issue, day("2027-04-01"), at("2027-05-01T14:00:00Z")), day("2027-04-11"));
}

TEST(Due, WorkUntilMidnightEndsTheDayBefore) {
  const Terms work = terms(DueFrom::Work, 0);
  // Midnight in Stockholm: 22:00 UTC in summer, 23:00 in winter.
  EXPECT_EQ(due_date(work, day("2027-01-01"), at("2027-07-01T22:00:00Z")), day("2027-07-01"));
  EXPECT_EQ(due_date(work, day("2027-01-01"), at("2027-07-01T22:01:00Z")), day("2027-07-02"));
  EXPECT_EQ(due_date(work, day("2027-01-01"), at("2027-12-01T23:00:00Z")), day("2027-12-01"));
  EXPECT_EQ(due_date(work, day("2027-01-01"), at("2027-12-01T22:30:00Z")), day("2027-12-01"));
}

TEST(Due, CrossesSummerTimeMonthEndsAndLeapDays) {
  const Terms work = terms(DueFrom::Work, 30);
  // Summer time begins on 28 March 2027.
  EXPECT_EQ(due_date(work, day("2027-01-01"), at("2027-03-27T22:30:00Z")), day("2027-04-26"));
  EXPECT_EQ(due_date(work, day("2027-01-01"), at("2027-03-28T21:30:00Z")), day("2027-04-27"));
  // It ends on 31 October 2027.
  EXPECT_EQ(due_date(work, day("2027-01-01"), at("2027-10-31T22:30:00Z")), day("2027-11-30"));
  EXPECT_EQ(due_date(work, day("2028-01-30"), at("2027-12-01T12:00:00Z")), day("2028-02-29"));
  EXPECT_EQ(due_date(work, day("2027-01-31"), at("2026-12-01T12:00:00Z")), day("2027-03-02"));
}

TEST(Number, HasSixDigitsAndMoreFromAMillionOn) {
  EXPECT_EQ(invoice_number("ACME", 42), "ACME-000042");
  EXPECT_EQ(invoice_number("A1", 999'999), "A1-999999");
  EXPECT_EQ(invoice_number("A1", 1'000'000), "A1-1000000");
}

TEST(Ocr, HasLengthAndCheckDigit) {
  // 123456: eight digits in all, check digit by hand: 7+6+1+4+6+2+2 = 28.
  EXPECT_EQ(ocr("", 123'456), "12345682");
  // A = 01: ten digits in all.
  EXPECT_EQ(ocr("A", 1), "0100000108");
  EXPECT_EQ(ocr("a", 1), ocr("A", 1));
}

TEST(Ocr, TakesLettersAndDigitsOfThePrefix) {
  EXPECT_TRUE(ocr("AZ9", 7).starts_with("01269000007"));
  EXPECT_TRUE(ocr("A-B", 7).starts_with("0102000007"));
  EXPECT_TRUE(ocr("Å", 7).starts_with("000007"));
}

TEST(Ocr, NeverIsLongerThanTheBanksTake) {
  for (const std::string_view prefix :
       {"ABCDEFGHIJKLMNOP", "A", "ABCDEFGH", "12345678901234567890"})
    for (const std::int64_t number : {1LL, 999'999LL, 123'456'789LL}) {
      const std::string reference = ocr(prefix, number);
      EXPECT_LE(reference.size(), 25U);
      EXPECT_TRUE(is_ocr(reference)) << reference;
      EXPECT_NE(reference.find(std::to_string(number)), std::string::npos);
    }
}

TEST(Ocr, OneWrongDigitOrASwapIsNoticed) {
  const std::string right = ocr("LJUD", 4711);
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::string wrong = right;
    wrong[i] = static_cast<char>('0' + (wrong[i] - '0' + 1) % 10);
    EXPECT_FALSE(is_ocr(wrong)) << wrong;
  }
  EXPECT_FALSE(is_ocr(right + "0"));
  EXPECT_FALSE(is_ocr(right.substr(1)));
  EXPECT_FALSE(is_ocr(""));
  EXPECT_FALSE(is_ocr("12a45682"));
}
}  // namespace
}  // namespace thenorsound::booking
