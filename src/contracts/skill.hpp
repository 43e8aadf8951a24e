#pragma once
#include <boost/describe.hpp>
#include <string>

namespace thenorsound {

// A pair of names from the catalogue.
struct SkillName {
  std::string category;
  std::string skill;
  auto operator<=>(const SkillName&) const = default;
};
BOOST_DESCRIBE_STRUCT(SkillName, (), (category, skill))

}  // namespace thenorsound
