// Settings that an Admin may change while the system runs; the customer service keeps them.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>

namespace thenorsound {

struct RuntimeSettings {
  std::int64_t booking_past_days = 7;  // how far back a CustomerAdmin may book
};
BOOST_DESCRIBE_STRUCT(RuntimeSettings, (), (booking_past_days))

}  // namespace thenorsound
