#include "services/booking/pricing.hpp"

#include <gtest/gtest.h>

#include <random>

namespace thenorsound::booking {
namespace {

Time at(std::string_view iso) { return *time_from_iso(iso); }

struct Sample {
  PriceQuestion question;
  PricingBasis basis;

  Sample() {
    question.start = at("2026-03-01T18:00:00Z");
    question.end = at("2026-03-01T22:00:00Z");
    question.crew_customer_id.value = "cust-crew";
    question.crew_skills = {{"Musician", "Guitar"}, {"Sound", "FOH"}};
    CatalogueCategory musician, sound;
    musician.name = "Musician";
    musician.vat_rate = 0;
    musician.vat_reason = "Artistic performance";
    sound.name = "Sound";
    basis.catalogue.categories = {musician, sound};
    basis.crew_company.id.value = "cust-crew";
  }
  TariffTerms& tariff(TimeType type, std::int64_t sek, std::string category = "Musician",
                      std::string skill = "Guitar") {
    TariffTerms added;
    added.id.value = "tar-" + std::to_string(basis.tariffs.size() + 1);
    added.category = std::move(category);
    added.skill = std::move(skill);
    added.time_type = type;
    added.amount = Money{sek * 100};
    return basis.tariffs.emplace_back(std::move(added));
  }
  void span(std::string_view start, std::string_view end) {
    question.start = at(start);
    question.end = at(end);
  }
  Price price() const {
    const Result<Quote> found = quote(question, basis);
    EXPECT_TRUE(found);
    return found ? found->price : Price{};
  }
};

TEST(Price, FourHoursAtFiveHundredAreTwoThousand) {
  Sample sample;
  sample.tariff(TimeType::Hour, 500);
  const Price price = sample.price();
  EXPECT_EQ(price.total, Money{200'000});
  EXPECT_EQ(price.rate, Money{50'000});
  EXPECT_DOUBLE_EQ(price.units, 4);
  EXPECT_EQ(price.time_type, TimeType::Hour);
  EXPECT_EQ(price.tariff_id.value, "tar-1");
  ASSERT_EQ(price.lines.size(), 1U);
  EXPECT_EQ(price.lines[0].kind, LineKind::Work);
  EXPECT_EQ(price.lines[0].amount, Money{200'000});
  EXPECT_EQ(price.lines[0].text, "Guitar, 2026-03-01");
}

TEST(Price, MinutesAreRoundedOnceHalfUpToTheOre) {
  Sample sample;
  sample.tariff(TimeType::Hour, 0).amount = Money{33'333};
  sample.span("2026-03-01T18:00:00Z", "2026-03-01T18:01:00Z");
  EXPECT_EQ(sample.price().total, Money{556});  // 555.55
  sample.basis.tariffs[0].amount = Money{30};
  EXPECT_EQ(sample.price().total, Money{1});  // 0.5
  sample.basis.tariffs[0].amount = Money{29};
  EXPECT_EQ(sample.price().total, Money{0});
}

TEST(Price, TermsSetAMinimumAndSteps) {
  Sample sample;
  sample.tariff(TimeType::Hour, 600);
  sample.basis.crew_company.terms.min_minutes = 240;
  sample.basis.crew_company.terms.step_minutes = 30;
  sample.span("2026-03-01T18:00:00Z", "2026-03-01T19:40:00Z");
  Price price = sample.price();
  EXPECT_EQ(price.total, Money{240'000});
  EXPECT_DOUBLE_EQ(price.units, 4);
  ASSERT_EQ(price.lines.size(), 2U);
  EXPECT_EQ(price.lines[0].amount, Money{100'000});
  EXPECT_EQ(price.lines[1].kind, LineKind::Minimum);
  EXPECT_EQ(price.lines[1].amount, Money{140'000});
  sample.span("2026-03-01T18:00:00Z", "2026-03-01T22:01:00Z");
  price = sample.price();
  EXPECT_EQ(price.total, Money{270'000});  // 4.5 h
  EXPECT_EQ(price.lines[1].amount, Money{29'000});
}

TEST(Price, BilledMinutes) {
  Terms terms;
  EXPECT_EQ(billed_minutes(61, terms), 61);
  terms.step_minutes = 15;
  EXPECT_EQ(billed_minutes(60, terms), 60);
  EXPECT_EQ(billed_minutes(61, terms), 75);
  terms.min_minutes = 100;
  EXPECT_EQ(billed_minutes(10, terms), 105);  // the minimum too comes in steps
}

TEST(Price, HalfDaysArePerBegunFourHours) {
  Sample sample;
  sample.tariff(TimeType::HalfDay, 1000);
  EXPECT_EQ(sample.price().total, Money{100'000});
  sample.span("2026-03-01T18:00:00Z", "2026-03-01T22:01:00Z");
  const Price price = sample.price();
  EXPECT_EQ(price.total, Money{200'000});
  EXPECT_DOUBLE_EQ(price.units, 2);
}

TEST(Price, HalfDaysAreNeverDearerThanTheDayTariffWouldBe) {
  Sample sample;
  sample.tariff(TimeType::HalfDay, 1000);
  sample.tariff(TimeType::Day, 1800);
  sample.question.time_type = TimeType::HalfDay;
  sample.span("2026-03-01T08:00:00Z", "2026-03-01T12:00:00Z");
  EXPECT_EQ(sample.price().total, Money{100'000});
  sample.span("2026-03-01T08:00:00Z", "2026-03-01T16:00:00Z");
  const Price capped = sample.price();
  EXPECT_EQ(capped.total, Money{180'000});
  EXPECT_EQ(capped.time_type, TimeType::HalfDay);
  ASSERT_EQ(capped.lines.size(), 1U);
  EXPECT_EQ(capped.lines[0].unit, TimeType::Day);
  EXPECT_EQ(capped.lines[0].amount, capped.total);
  EXPECT_EQ(capped.lines[0].unit_price, Money{180'000});
}

TEST(Price, DaysRunFromSixToSixInStockholm) {
  const auto days = [](std::string_view start, std::string_view end) {
    return billed_days(at(start), at(end));
  };
  EXPECT_EQ(days("2026-03-01T01:00:00Z", "2026-03-01T13:00:00Z"), 1);  // 12 h across 06:00
  EXPECT_EQ(days("2026-03-01T01:00:00Z", "2026-03-01T13:01:00Z"), 2);
  EXPECT_EQ(days("2026-03-01T05:00:00Z", "2026-03-02T05:00:00Z"), 1);  // 06-06 in winter
  EXPECT_EQ(days("2026-03-01T05:00:00Z", "2026-03-02T05:01:00Z"), 2);
  EXPECT_EQ(days("2026-03-01T04:59:00Z", "2026-03-02T05:01:00Z"), 3);
  EXPECT_EQ(days("2026-07-01T04:00:00Z", "2026-07-02T04:00:00Z"), 1);  // 06-06 in summer
  EXPECT_EQ(days("2026-07-01T04:00:00Z", "2026-07-08T04:00:00Z"), 7);
  EXPECT_EQ(days("2026-03-28T05:00:00Z", "2026-03-29T04:00:00Z"), 1);  // a day of 23 hours
  EXPECT_EQ(days("2026-03-28T05:00:00Z", "2026-03-29T04:01:00Z"), 2);
}

TEST(Price, DayAndEventTariffs) {
  Sample sample;
  sample.tariff(TimeType::Day, 3000);
  sample.span("2026-03-01T08:00:00Z", "2026-03-03T16:00:00Z");
  EXPECT_EQ(sample.price().total, Money{900'000});
  EXPECT_DOUBLE_EQ(sample.price().units, 3);
  sample.basis.tariffs[0].time_type = TimeType::Event;
  EXPECT_EQ(sample.price().total, Money{300'000});
  EXPECT_DOUBLE_EQ(sample.price().units, 1);
}

TEST(Price, WithoutATypeTheFirstThatHasATariffIsTaken) {
  Sample sample;
  sample.tariff(TimeType::Event, 4);
  EXPECT_EQ(sample.price().time_type, TimeType::Event);
  sample.tariff(TimeType::HalfDay, 3);
  EXPECT_EQ(sample.price().time_type, TimeType::HalfDay);
  sample.tariff(TimeType::Day, 2);
  EXPECT_EQ(sample.price().time_type, TimeType::Day);
  sample.tariff(TimeType::Hour, 1);
  EXPECT_EQ(sample.price().time_type, TimeType::Hour);
}

TEST(Price, AnAskedTypeHasNoSubstitute) {
  Sample sample;
  sample.tariff(TimeType::Hour, 500);
  sample.question.time_type = TimeType::Day;
  const Result<Quote> none = quote(sample.question, sample.basis);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::tariff_not_found);
}

TEST(Price, OthersAreTheOtherTypes) {
  Sample sample;
  sample.tariff(TimeType::Hour, 500);
  sample.tariff(TimeType::Day, 3000);
  sample.tariff(TimeType::Event, 9000);
  const Result<Quote> found = quote(sample.question, sample.basis);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->others.size(), 2U);
  EXPECT_EQ(found->others[0].first, TimeType::Day);
  EXPECT_EQ(found->others[0].second, Money{300'000});
  EXPECT_EQ(found->others[1].first, TimeType::Event);
}

TEST(Price, ATariffCountsOnItsDaysInStockholm) {
  Sample sample;
  sample.tariff(TimeType::Hour, 500).valid_to = *day_from_iso("2026-02-28");
  EXPECT_FALSE(quote(sample.question, sample.basis));
  sample.tariff(TimeType::Hour, 600).valid_from = *day_from_iso("2026-03-02");
  EXPECT_FALSE(quote(sample.question, sample.basis));
  sample.span("2026-03-01T23:00:00Z", "2026-03-02T03:00:00Z");  // March 2nd in Stockholm
  EXPECT_EQ(sample.price().rate, Money{60'000});
  sample.span("2026-02-28T22:59:00Z", "2026-03-01T03:00:00Z");
  EXPECT_EQ(sample.price().rate, Money{50'000});
}

TEST(Price, TheCrewCompanysTariffComesFirstThenTheLatest) {
  Sample sample;
  sample.tariff(TimeType::Hour, 500);
  sample.tariff(TimeType::Hour, 510).valid_from = *day_from_iso("2026-01-01");
  sample.tariff(TimeType::Hour, 520).valid_from = *day_from_iso("2026-02-01");
  EXPECT_EQ(sample.price().rate, Money{52'000});
  sample.tariff(TimeType::Hour, 700).crew_customer_id.value = "cust-other";
  EXPECT_EQ(sample.price().rate, Money{52'000});
  sample.tariff(TimeType::Hour, 400).crew_customer_id.value = "cust-crew";
  EXPECT_EQ(sample.price().rate, Money{40'000});
}

TEST(Price, WithoutASlotOrAWishTheFirstSkillWithATariffIsTaken) {
  Sample sample;
  sample.tariff(TimeType::Day, 3000, "Sound", "FOH");
  EXPECT_EQ(sample.price().skill, "FOH");
  sample.tariff(TimeType::Hour, 500, "Musician", "Guitar");
  EXPECT_EQ(sample.price().skill, "Guitar");
  sample.question.time_type = TimeType::Day;
  EXPECT_EQ(sample.price().skill, "FOH");
}

TEST(Price, AWishDecides) {
  Sample sample;
  sample.tariff(TimeType::Hour, 500);
  sample.tariff(TimeType::Hour, 800, "Sound", "FOH");
  sample.question.category = "Sound";
  EXPECT_EQ(sample.price().rate, Money{80'000});
  sample.question.skill = "Guitar";
  EXPECT_FALSE(quote(sample.question, sample.basis));
}

TEST(Price, VatComesFromTheCatalogueAndTheSeller) {
  Sample sample;
  sample.tariff(TimeType::Hour, 500);
  BookingLine line = sample.price().lines[0];
  EXPECT_EQ(line.vat_rate, 0);
  EXPECT_EQ(line.vat_reason, "Artistic performance");
  sample.question.crew_skills = {{"Sound", "FOH"}};
  sample.tariff(TimeType::Hour, 500, "Sound", "FOH");
  line = sample.price().lines[0];
  EXPECT_EQ(line.vat_rate, 25);
  EXPECT_FALSE(line.vat_reason);
  sample.basis.crew_company.vat_status = VatStatus::None;
  line = sample.price().lines[0];
  EXPECT_EQ(line.vat_rate, 0);
  EXPECT_TRUE(line.vat_reason);
  sample.basis.crew_company.vat_status = VatStatus::Exempt;
  EXPECT_EQ(sample.price().lines[0].vat_rate, 0);
}

TEST(Price, InHouseCrewWithoutATariffIsFree) {
  Sample sample;
  EXPECT_EQ(quote(sample.question, sample.basis).error().code, Code::tariff_not_found);
  sample.question.in_house = true;
  Price price = sample.price();
  EXPECT_EQ(price.total, Money{0});
  EXPECT_EQ(price.skill, "Guitar");
  EXPECT_EQ(price.time_type, TimeType::Hour);
  EXPECT_TRUE(price.tariff_id.empty());
  sample.question.crew_skills.clear();
  EXPECT_EQ(sample.price().total, Money{0});
  sample.question.crew_skills = {{"Musician", "Guitar"}};
  sample.tariff(TimeType::Hour, 100);
  EXPECT_EQ(sample.price().total, Money{40'000});
}

TEST(Price, LinesAlwaysAddUpToTheTotal) {
  std::mt19937 random(7);
  const auto any = [&](std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
  };
  for (int round = 0; round < 2'000; ++round) {
    Sample sample;
    sample.tariff(static_cast<TimeType>(any(0, 3)), 1).amount = Money{any(1, 10'000'000)};
    sample.tariff(TimeType::Day, 1).amount = Money{any(1, 10'000'000)};
    sample.question.time_type = sample.basis.tariffs[0].time_type;
    sample.basis.crew_company.terms.min_minutes = any(0, 600);
    sample.basis.crew_company.terms.step_minutes = any(1, 60);
    sample.question.end = sample.question.start + any(1, 31 * 24 * 60) * minute_ms;
    const Price price = sample.price();
    Money sum;
    for (const BookingLine& line : price.lines) sum += line.amount;
    EXPECT_EQ(sum, price.total);
    EXPECT_GE(price.total.ore, 0);
  }
}

}  // namespace
}  // namespace thenorsound::booking
