#include "services/booking/pricing.hpp"

#include <algorithm>
#include <array>

#include "services/booking/vat.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::array preferred_types{TimeType::Hour, TimeType::Day, TimeType::HalfDay,
                                     TimeType::Event};
constexpr std::int64_t half_day_ms = 4 * hour_ms;
constexpr std::int64_t one_day_span_ms = 12 * hour_ms;
constexpr int day_begins_minute = 6 * 60;

bool is_valid_on(const TariffTerms& tariff, Day day) {
  return (!tariff.valid_from || *tariff.valid_from <= day) &&
         (!tariff.valid_to || day <= *tariff.valid_to);
}

// One for this crew company before the general one, then the latest validFrom.
bool is_better(const TariffTerms& a, const TariffTerms& b) {
  if (a.crew_customer_id.empty() != b.crew_customer_id.empty()) return b.crew_customer_id.empty();
  return a.valid_from > b.valid_from;  // none is the earliest
}

const TariffTerms* find_tariff(const PriceQuestion& question, const PricingBasis& basis,
                               const SkillName& wanted, TimeType type) {
  const Day day = stockholm_day(question.start);
  const TariffTerms* best = nullptr;
  for (const TariffTerms& tariff : basis.tariffs) {
    if (tariff.category != wanted.category || tariff.skill != wanted.skill ||
        tariff.time_type != type || !is_valid_on(tariff, day))
      continue;
    if (!tariff.crew_customer_id.empty() && tariff.crew_customer_id != question.crew_customer_id)
      continue;
    if (best == nullptr || is_better(tariff, *best)) best = &tariff;
  }
  return best;
}

const TariffTerms* find_tariff(const PriceQuestion& question, const PricingBasis& basis,
                               const SkillName& wanted) {
  if (question.time_type) return find_tariff(question, basis, wanted, *question.time_type);
  for (const TimeType type : preferred_types)
    if (const TariffTerms* found = find_tariff(question, basis, wanted, type)) return found;
  return nullptr;
}

// What may be priced, first choice first.
std::vector<SkillName> wanted_skills(const PriceQuestion& question) {
  if (!question.category.empty() && !question.skill.empty())
    return {SkillName{question.category, question.skill}};
  std::vector<SkillName> wanted;
  for (const SkillName& skill : question.crew_skills)
    if ((question.category.empty() || question.category == skill.category) &&
        (question.skill.empty() || question.skill == skill.skill))
      wanted.push_back(skill);
  return wanted;
}

std::int64_t begun(std::int64_t whole, std::int64_t part) { return (whole + part - 1) / part; }

// Turns a tariff into units, lines and a total.
class Calculation {
 public:
  Calculation(const PriceQuestion& question, const PricingBasis& basis, const SkillName& wanted)
      : question_(question),
        basis_(basis),
        wanted_(wanted),
        vat_(vat_of(basis.crew_company.vat_status, basis.catalogue, wanted.category)) {}

  Price price(const TariffTerms& tariff) const {
    Price price;
    price.category = wanted_.category;
    price.skill = wanted_.skill;
    price.time_type = tariff.time_type;
    price.rate = tariff.amount;
    price.tariff_id = tariff.id;
    switch (tariff.time_type) {
      case TimeType::Hour:
        by_hour(price);
        break;
      case TimeType::HalfDay:
        by_half_day(price);
        break;
      case TimeType::Day:
        by_units(price, days());
        break;
      case TimeType::Event:
        by_units(price, 1);
        break;
    }
    return price;
  }

 private:
  std::int64_t minutes() const { return (question_.end.ms - question_.start.ms) / minute_ms; }
  std::int64_t days() const { return billed_days(question_.start, question_.end); }

  BookingLine line(LineKind kind, double quantity, TimeType unit, Money unit_price,
                   Money amount) const {
    BookingLine out;
    out.kind = kind;
    out.text = wanted_.skill.empty() ? "Work" : wanted_.skill;
    out.text += ", " + to_iso(stockholm_day(question_.start));
    if (kind == LineKind::Minimum) out.text += minimum_suffix;
    out.quantity = quantity;
    out.unit = unit;
    out.unit_price = unit_price;
    out.amount = amount;
    out.vat_rate = vat_.rate;
    out.vat_reason = vat_.reason;
    return out;
  }

  void by_hour(Price& price) const {
    const std::int64_t worked = minutes();
    const std::int64_t billed = billed_minutes(worked, basis_.crew_company.terms);
    const auto hours = [](std::int64_t count) { return static_cast<double>(count) / 60.0; };
    const Money work = multiply_divide(price.rate, worked, 60);
    price.units = hours(billed);
    price.total = multiply_divide(price.rate, billed, 60);
    price.lines.push_back(line(LineKind::Work, hours(worked), TimeType::Hour, price.rate, work));
    if (billed > worked)
      price.lines.push_back(line(LineKind::Minimum, hours(billed - worked), TimeType::Hour,
                                 price.rate, price.total - work));
  }

  void by_units(Price& price, std::int64_t count) const {
    price.units = static_cast<double>(count);
    price.total = multiply_divide(price.rate, count, 1);
    price.lines.push_back(
        line(LineKind::Work, price.units, price.time_type, price.rate, price.total));
  }

  void by_half_day(Price& price) const {
    by_units(price, begun(question_.end.ms - question_.start.ms, half_day_ms));
    const TariffTerms* day = find_tariff(question_, basis_, wanted_, TimeType::Day);
    if (day == nullptr) return;
    const Money by_day = multiply_divide(day->amount, days(), 1);
    if (by_day >= price.total) return;
    price.total = by_day;
    price.lines.clear();  // the line says how the amount came about
    price.lines.push_back(
        line(LineKind::Work, static_cast<double>(days()), TimeType::Day, day->amount, by_day));
  }

  const PriceQuestion& question_;
  const PricingBasis& basis_;
  const SkillName& wanted_;
  Vat vat_;
};

Price free_of_charge(const PriceQuestion& question, const PricingBasis& basis,
                     const std::vector<SkillName>& wanted) {
  const SkillName first =
      wanted.empty() ? SkillName{question.category, question.skill} : wanted.front();
  TariffTerms nothing;
  nothing.time_type = question.time_type.value_or(TimeType::Hour);
  return Calculation(question, basis, first).price(nothing);
}
}  // namespace

std::int64_t billed_days(Time start, Time end) {
  if (end.ms - start.ms <= one_day_span_ms) return 1;
  const auto begun_on = [](Time time) {
    const Day day = stockholm_day(time);
    return time < stockholm_time(day, day_begins_minute) ? day.days - 1 : day.days;
  };
  return begun_on(end - 1) - begun_on(start) + 1;
}

std::int64_t billed_minutes(std::int64_t minutes, const Terms& terms) {
  const std::int64_t step = std::max<std::int64_t>(terms.step_minutes, 1);
  return begun(std::max(minutes, terms.min_minutes), step) * step;
}

Result<Quote> quote(const PriceQuestion& question, const PricingBasis& basis) {
  const std::vector<SkillName> wanted = wanted_skills(question);
  for (const SkillName& skill : wanted) {
    const TariffTerms* tariff = find_tariff(question, basis, skill);
    if (tariff == nullptr) continue;
    const Calculation calculation(question, basis, skill);
    Quote found;
    found.price = calculation.price(*tariff);
    for (const TimeType type : preferred_types) {
      if (type == tariff->time_type) continue;
      if (const TariffTerms* other = find_tariff(question, basis, skill, type))
        found.others.emplace_back(type, calculation.price(*other).total);
    }
    return found;
  }
  if (question.in_house) return Quote{free_of_charge(question, basis, wanted), {}};
  return make_error(Code::tariff_not_found, "There is no tariff for this booking.");
}

}  // namespace thenorsound::booking
