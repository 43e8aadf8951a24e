// The catalogue of categories and skills, and the settings that may change while running: one
// document each.
#pragma once
#include <string>
#include <vector>

#include "base/id.hpp"
#include "contracts/customer_profile.hpp"
#include "contracts/skill.hpp"
#include "store/modify_queue.hpp"

namespace thenorsound::customer {

constexpr std::size_t max_categories = 100;
constexpr std::size_t max_skills = 200;  // of one category

struct CatalogueDocument {
  static constexpr const char* only_id = "catalogue";
  std::string id = only_id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;
  std::vector<CatalogueCategory> categories;

  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(CatalogueDocument, (), (id, version, created_at, updated_at, categories))

// What a new installation starts with.
std::vector<CatalogueCategory> default_categories();
// Names of `before` that `after` lacks.
std::vector<SkillName> dropped(const std::vector<CatalogueCategory>& before,
                               const std::vector<CatalogueCategory>& after);

struct SettingsDocument {
  static constexpr const char* only_id = "settings";
  std::string id = only_id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;
  std::int64_t booking_past_days = 7;  // how far back a CustomerAdmin may book

  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(SettingsDocument, (),
                      (id, version, created_at, updated_at, booking_past_days))

}  // namespace thenorsound::customer
