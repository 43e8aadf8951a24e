// What an organiser pays for a category and skill per time type.
#pragma once
#include <optional>
#include <string>

#include "base/id.hpp"
#include "contracts/customer_profile.hpp"
#include "store/modify_queue.hpp"

namespace thenorsound::customer {

constexpr Money max_tariff{100'000'00};
constexpr std::size_t max_tariffs = 5'000;  // of one organiser

struct TariffFacts {
  std::optional<CustomerId> crew_customer_id;  // none: for every crew company
  std::string category;
  std::string skill;
  TimeType time_type = TimeType::Hour;
  Money amount;
  std::optional<Day> valid_from;
  std::optional<Day> valid_to;
  bool operator==(const TariffFacts&) const = default;
};
BOOST_DESCRIBE_STRUCT(TariffFacts, (),
                      (crew_customer_id, category, skill, time_type, amount, valid_from, valid_to))

struct Tariff : TariffFacts {
  TariffId id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;
  CustomerId customer_id;

  std::string document_id() const { return id.value; }
};
BOOST_DESCRIBE_STRUCT(Tariff, (), (id, version, created_at, updated_at, customer_id))

// Change::no where nothing differs.
inline store::Change change_facts(Tariff& tariff, TariffFacts wanted, Time now) {
  if (wanted == static_cast<const TariffFacts&>(tariff)) return store::Change::no;
  static_cast<TariffFacts&>(tariff) = std::move(wanted);
  ++tariff.version;
  tariff.updated_at = now;
  return store::Change::yes;
}

inline TariffTerms terms_of(const Tariff& tariff) {
  return {tariff.id,         tariff.crew_customer_id.value_or(CustomerId{}),
          tariff.category,   tariff.skill,
          tariff.time_type,  tariff.amount,
          tariff.valid_from, tariff.valid_to};
}

}  // namespace thenorsound::customer
