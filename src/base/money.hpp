// Money: whole öre inside, a JSON number with at most two decimals outside.
#pragma once
#include <boost/json/value.hpp>
#include <compare>
#include <cstdint>
#include <optional>

namespace thenorsound {

struct Money {
  std::int64_t ore = 0;
  auto operator<=>(const Money&) const = default;
};
inline Money operator+(Money a, Money b) { return {a.ore + b.ore}; }
inline Money operator-(Money a, Money b) { return {a.ore - b.ore}; }
inline Money& operator+=(Money& a, Money b) { return a = a + b; }

// a * b / c, rounded once, half up (away from zero for negative amounts). c > 0.
Money multiply_divide(Money a, std::int64_t b, std::int64_t c);

// 2000 or 499.5: an integer where there are no öre.
boost::json::value to_json(Money money);
// Nothing for more than two decimals or beyond ±10^13 SEK.
std::optional<Money> money_from_json(const boost::json::value& value);
// "1234.50", for messages and payment references.
std::string to_text(Money money);

}  // namespace thenorsound
