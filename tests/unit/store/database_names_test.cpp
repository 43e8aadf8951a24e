#include "store/database_names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace thenorsound::store {
namespace {

TEST(DatabaseNames, SharedIsOneForAll) {
  for (const char* service : {"user", "booking", "bus", "app"})
    EXPECT_EQ(database_of("thenorsound", false, service, "calendars"), "thenorsound");
}

TEST(DatabaseNames, PerServiceEachHasItsOwn) {
  const auto of = [](const std::string& service, const std::string& collection) {
    return database_of("thenorsound", true, service, collection);
  };
  EXPECT_EQ(of("auth", "sessions"), "thenorsound-auth");
  EXPECT_EQ(of("user", "users"), "thenorsound-users");
  EXPECT_EQ(of("user", "user_sensitive"), "thenorsound-users");
  EXPECT_EQ(of("user", "calendars"), "thenorsound-crew");
  EXPECT_EQ(of("user", "calendar_archive"), "thenorsound-crew");
  EXPECT_EQ(of("customer", "settings"), "thenorsound-customers");
  EXPECT_EQ(of("event", "events"), "thenorsound-events");
  EXPECT_EQ(of("booking", "invoices"), "thenorsound-bookings");
  EXPECT_EQ(of("notification", "notification_inbox"), "thenorsound-notification");
  EXPECT_EQ(of("analytics", "rows"), "thenorsound-analytics");
  EXPECT_EQ(of("bus", "bus_dead_letters"), "thenorsound-analytics");
  EXPECT_EQ(of("app", "installation"), "thenorsound");
}

TEST(DatabaseNames, AllAreNamedOnceAndTheOneOfTheProgramFirst) {
  const std::vector<std::string> all = databases_per_service("x");
  EXPECT_EQ(all.front(), "x");
  EXPECT_EQ(all.size(), 9U);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  for (const char* service :
       {"auth", "user", "customer", "event", "booking", "notification", "analytics", "bus", "app"})
    for (const char* collection : {"things", "calendars"})
      EXPECT_TRUE(std::count(all.begin(), all.end(), database_of("x", true, service, collection)))
          << service;
}

}  // namespace
}  // namespace thenorsound::store
