#include "base/money.hpp"

#include <cmath>
#include <cstdio>

namespace thenorsound {

__extension__ typedef __int128 Wide;  // the product may not fit into 64 bits

Money multiply_divide(Money a, std::int64_t b, std::int64_t c) {
  const auto product = static_cast<Wide>(a.ore) * b;
  const auto half = static_cast<Wide>(c) / 2;
  const auto rounded = product >= 0 ? (product + half) / c : -((-product + half) / c);
  return {static_cast<std::int64_t>(rounded)};
}

boost::json::value to_json(Money money) {
  if (money.ore % 100 == 0) return money.ore / 100;
  return static_cast<double>(money.ore) / 100.0;
}

std::optional<Money> money_from_json(const boost::json::value& value) {
  double amount = 0;
  if (value.is_int64())
    amount = static_cast<double>(value.get_int64());
  else if (value.is_uint64())
    amount = static_cast<double>(value.get_uint64());
  else if (value.is_double())
    amount = value.get_double();
  else
    return {};
  if (!(std::fabs(amount) <= 1e13)) return {};
  const double ore = std::round(amount * 100.0);
  if (std::fabs(ore / 100.0 - amount) > std::fabs(amount) * 1e-15 + 1e-12) return {};
  return Money{static_cast<std::int64_t>(ore)};
}

std::string to_text(Money money) {
  char text[40];
  const std::int64_t size = money.ore < 0 ? -money.ore : money.ore;
  std::snprintf(text, sizeof text, "%s%lld.%02lld", money.ore < 0 ? "-" : "",
                static_cast<long long>(size / 100), static_cast<long long>(size % 100));
  return text;
}

}  // namespace thenorsound
