// What the user service tells other services of a person.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "contracts/skill.hpp"

namespace thenorsound {

struct UserProfile {
  UserId id;
  std::string email;
  std::string first_name;
  std::string last_name;
  std::string name;
  std::optional<std::string> phone;
  std::int64_t user_type = 0;  // 1 Admin, 2 Customer, 3 Crew
  std::int64_t role = 0;
  CustomerId customer_id;  // empty for Admin
  std::string language = "sv";
  std::vector<std::string> channels;
  bool is_active = true;
  std::vector<SkillName> skills;    // in stored order
  std::int64_t access_version = 0;  // counts changes of role, company and isActive
};
BOOST_DESCRIBE_STRUCT(UserProfile, (),
                      (id, email, first_name, last_name, name, phone, user_type, role, customer_id,
                       language, channels, is_active, skills, access_version))

}  // namespace thenorsound
