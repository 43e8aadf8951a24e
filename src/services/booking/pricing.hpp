// What a booking costs: pure. Amounts are without VAT.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/booking/booking.hpp"

namespace thenorsound::booking {

// What ends the text of a minimum's line.
inline constexpr std::string_view minimum_suffix = ", minimum";

struct PriceQuestion {
  Time start;
  Time end;
  std::optional<TimeType> time_type;  // as asked
  CustomerId crew_customer_id;
  bool in_house = false;
  // The taken slot's, where there is one, else as asked; empty: choose among the crew's.
  std::string category;
  std::string skill;
  std::vector<SkillName> crew_skills;  // in stored order
};

struct Price {
  std::string category;
  std::string skill;
  TimeType time_type = TimeType::Hour;
  Money rate;
  double units = 0;  // of `time_type`, as billed
  std::vector<BookingLine> lines;
  Money total;
  TariffId tariff_id;  // empty: in-house without tariff
};

struct Quote {
  Price price;
  std::vector<std::pair<TimeType, Money>> others;  // by the other time types that have a tariff
};

// Error tariff_not_found: no tariff for it (in-house crew is free of charge then).
Result<Quote> quote(const PriceQuestion& question, const PricingBasis& basis);

// Days from 06:00 to 06:00 Stockholm time that a span touches; at most 12 hours are one.
std::int64_t billed_days(Time start, Time end);
// Minutes by the terms: at least min_minutes, in steps of step_minutes.
std::int64_t billed_minutes(std::int64_t minutes, const Terms& terms);

}  // namespace thenorsound::booking
