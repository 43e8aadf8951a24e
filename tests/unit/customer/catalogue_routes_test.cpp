#include "customer_scene.hpp"

#include "contracts/runtime_settings.hpp"

namespace thenorsound::customer {
namespace {

class CatalogueRoutes : public CustomerScene {
 protected:
  // The catalogue's categories as a PUT takes them, without one skill of the first.
  std::string without_first_skill() {
    json::object body;
    json::array categories = get(admin, "/api/catalogue").body.at("categories").as_array();
    json::array& skills = categories[0].as_object().at("skills").as_array();
    skills.erase(skills.begin());
    body["categories"] = std::move(categories);
    return write_json(body);
  }
};

TEST_F(CatalogueRoutes, ShowTheCatalogueToEveryoneLoggedIn) {
  const Answered shown = get(as(Role::CrewUser, crew_), "/api/catalogue");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.fields.at("ETag"), "\"1\"");
  EXPECT_EQ(shown.body.at("categories").at(0).at("name"), "Sound");
  EXPECT_EQ(shown.body.at("categories").at(0).at("labels").at("sv"), "Ljud");
  const Answered internal = get(service_actor(), "/internal/catalogue");
  EXPECT_TRUE(from_document<Catalogue>(internal.body.as_object()).has("Sound", "FOH Engineer"));
  EXPECT_EQ(put(as(Role::CustomerAdmin, organiser_), "/api/catalogue", "{}").status, 403);
}

TEST_F(CatalogueRoutes, ReplaceTheCategories) {
  const Answered same = put(admin, "/api/catalogue", write_json(get(admin, "/api/catalogue").body));
  EXPECT_EQ(same.status, 200) << write_json(same.body);
  EXPECT_EQ(same.body.at("version"), 1);
  const Answered changed = put(admin, "/api/catalogue", without_first_skill());
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body.at("version"), 2);
  EXPECT_EQ(changed.body.at("categories").at(0).at("skills").at(0).at("name"), "Monitor Engineer");
  EXPECT_EQ(get(admin, "/api/catalogue").body, changed.body);
  EXPECT_EQ(put(admin, "/api/catalogue", "{}", {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(put(admin, "/api/catalogue", R"({"categories": 5, "x": 1})").faults(),
            (Names{"categories", "x"}));
}

TEST_F(CatalogueRoutes, KeepNamesInUse) {
  const std::string body = without_first_skill();
  used_by_users_ = "skill=FOH%20Engineer";
  EXPECT_EQ(put(admin, "/api/catalogue", body).status, 409);
  used_by_users_.clear();
  used_by_events_ = "category=Sound&skill=FOH%20Engineer";
  const Answered refused = put(admin, "/api/catalogue", body);
  EXPECT_EQ(refused.code(), "CONFLICT");
  EXPECT_NE(write_json(refused.body).find("Sound / FOH Engineer"), std::string::npos);
  used_by_events_.clear();
  json::object tariff = guitar();
  tariff["category"] = "Sound";
  tariff["skill"] = "FOH Engineer";
  ASSERT_EQ(post(admin, at(organiser_, "/tariffs"), tariff).status, 201);
  EXPECT_EQ(put(admin, "/api/catalogue", body).status, 409);
  EXPECT_EQ(put(admin, "/api/catalogue", R"({"categories": []})").status, 409);
}

TEST_F(CatalogueRoutes, DropNothingWhileNobodyKnowsOfUses) {
  events_.set_down(true);
  EXPECT_EQ(put(admin, "/api/catalogue", without_first_skill()).status, 503);
}

TEST_F(CatalogueRoutes, ShowAndChangeSettings) {
  const Answered shown = get(admin, "/api/admin/settings");
  EXPECT_EQ(shown.body.at("booking.past_days"), 7);
  EXPECT_EQ(get(as(Role::CustomerAdmin, organiser_), "/api/admin/settings").status, 403);
  const Answered changed = put(admin, "/api/admin/settings", R"({"booking.past_days": 3})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.fields.at("ETag"), "\"2\"");
  EXPECT_EQ(put(admin, "/api/admin/settings", write_json(changed.body)).body, changed.body);
  EXPECT_EQ(put(admin, "/api/admin/settings", R"({"booking.past_days": -1, "x": 1})").faults(),
            (Names{"booking.past_days", "x"}));
  EXPECT_EQ(put(admin, "/api/admin/settings", "{}", {{"If-Match", "\"1\""}}).status, 412);
  const Answered internal = get(service_actor(), "/internal/settings");
  EXPECT_EQ(from_document<RuntimeSettings>(internal.body.as_object()).booking_past_days, 3);
}

TEST_F(CatalogueRoutes, KeepWhatWasChangedAcrossAStart) {
  ASSERT_EQ(put(admin, "/api/catalogue", without_first_skill()).status, 200);
  ASSERT_TRUE(wait_for(loops_, service_.start()));
  EXPECT_EQ(get(admin, "/api/catalogue").body.at("version"), 2);
}

}  // namespace
}  // namespace thenorsound::customer
