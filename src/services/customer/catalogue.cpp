#include "services/customer/catalogue.hpp"

namespace thenorsound::customer {
namespace {

struct SkillRow {
  const char* name;
  const char* sv;
};
struct CategoryRow {
  const char* name;
  const char* sv;
  std::vector<SkillRow> skills;
};

std::vector<CategoryRow> rows() {
  return {
      {"Sound",
       "Ljud",
       {{"FOH Engineer", "FOH-tekniker"},
        {"Monitor Engineer", "Monitortekniker"},
        {"System Technician", "Systemtekniker ljud"},
        {"Sound Technician", "Ljudtekniker"},
        {"RF Technician", "RF-tekniker"}}},
      {"Light",
       "Ljus",
       {{"Lighting Designer", "Ljusdesigner"},
        {"Operator", "Ljusoperatör"},
        {"Light Technician", "Ljustekniker"},
        {"Followspot", "Följespotare"}}},
      {"Video",
       "Video",
       {{"Video Engineer", "Videoingenjör"},
        {"Camera Operator", "Kameraoperatör"},
        {"LED Technician", "LED-tekniker"},
        {"Vision Mixer", "Bildmixare"}}},
      {"Stage",
       "Scen",
       {{"Stage Manager", "Scenmästare"},
        {"Stagehand", "Scenarbetare"},
        {"Backline Technician", "Backlinetekniker"},
        {"Carpenter", "Snickare"}}},
      {"Rigging",
       "Rigg",
       {{"Head Rigger", "Riggchef"}, {"Rigger", "Riggare"}, {"Ground Rigger", "Markriggare"}}},
      {"Power", "El", {{"Electrician", "Elektriker"}, {"Generator Technician", "Elverkstekniker"}}},
      {"Production",
       "Produktion",
       {{"Production Manager", "Produktionsledare"},
        {"Technical Manager", "Teknisk chef"},
        {"Runner", "Runner"}}},
      {"Musician",
       "Musiker",
       {{"Guitar", "Gitarr"},
        {"Bass", "Bas"},
        {"Drums", "Trummor"},
        {"Keyboard", "Klaviatur"},
        {"Vocals", "Sång"},
        {"Violin", "Fiol"},
        {"Saxophone", "Saxofon"}}},
  };
}

}  // namespace

std::vector<CatalogueCategory> default_categories() {
  std::vector<CatalogueCategory> categories;
  for (const CategoryRow& row : rows()) {
    CatalogueCategory category;
    category.name = row.name;
    category.labels = {row.sv, row.name};
    for (const SkillRow& skill : row.skills)
      category.skills.push_back({skill.name, {skill.sv, skill.name}});
    if (category.name == "Musician") {
      category.vat_rate = 0;
      category.vat_reason =
          "Undantag från skatteplikt: utövande konstnärs framförande, 10 kap. "
          "mervärdesskattelagen (2023:200)";
    }
    categories.push_back(std::move(category));
  }
  return categories;
}

std::vector<SkillName> dropped(const std::vector<CatalogueCategory>& before,
                               const std::vector<CatalogueCategory>& after) {
  const Catalogue left{after};
  std::vector<SkillName> names;
  for (const CatalogueCategory& category : before)
    for (const CatalogueSkill& skill : category.skills)
      if (!left.has(category.name, skill.name)) names.push_back({category.name, skill.name});
  return names;
}

}  // namespace thenorsound::customer
