#include "services/notification/announcements.hpp"

#include <gtest/gtest.h>

#include "services/notification/service.hpp"

namespace thenorsound::notification {
namespace {

std::set<Whom> who_hears(std::string_view type, bool in_house = false) {
  std::set<Whom> found;
  for (const Announcement& one : announcements_of(type, in_house)) found.insert(one.whom);
  return found;
}

TEST(Announcements, BookingsAreToldToBothCompaniesAdminsAndTheCrewMember) {
  for (const char* type : {"booking.created", "booking.confirmed", "booking.cancelled"})
    EXPECT_EQ(who_hears(type),
              (std::set<Whom>{Whom::organiser_admins, Whom::seller_admins, Whom::crew_member}))
        << type;
}

TEST(Announcements, NobodyHearsOfWhatFailedOrIsDone) {
  for (const char* type : {"booking.failed", "booking.completed", "event.created", "event.deleted",
                           "user.created", "user.updated", "crew.created", "session.revoked"})
    EXPECT_TRUE(announcements_of(type, false).empty()) << type;
}

TEST(Announcements, AnInvoiceGoesToTheOrganiser) {
  EXPECT_EQ(who_hears("invoice.generated"),
            (std::set<Whom>{Whom::accounts_payable, Whom::organiser_admins}));
}

TEST(Announcements, WhatAnInvoiceLacksIsToldToTheSellerAndAdmin) {
  EXPECT_EQ(who_hears("invoice.missing"),
            (std::set<Whom>{Whom::seller_admins, Whom::administrators}));
}

TEST(Announcements, ForInHouseCrewTheOrganiserGetsTheSellersLetter) {
  EXPECT_EQ(who_hears("booking.created", true),
            (std::set<Whom>{Whom::seller_admins, Whom::crew_member}));
}

TEST(Announcements, TheQueueTakesWhatTheTableOfTheBusSays) {
  const bus::QueueSpec spec = queue();
  EXPECT_EQ(spec.name, "thenorsound.notification");
  EXPECT_FALSE(spec.transient);
  const auto takes = [&](std::string_view type) {
    return std::any_of(spec.patterns.begin(), spec.patterns.end(),
                       [&](const auto& pattern) { return topic_matches(pattern, type); });
  };
  for (const char* type :
       {"user.created", "user.updated", "user.deleted", "user.reset", "crew.created",
        "crew.updated", "event.created", "event.updated", "event.deleted", "booking.created",
        "booking.confirmed", "booking.cancelled", "booking.failed", "booking.completed",
        "invoice.generated", "invoice.paid", "invoice.overdue", "invoice.credited"})
    EXPECT_TRUE(takes(type)) << type;
  for (const char* type : {"availability.changed", "session.revoked"}) EXPECT_FALSE(takes(type));
}

// --- The live stream ---

Actor actor(Role role, std::string user, std::string company) {
  Actor made;
  made.role = role;
  made.user.value = std::move(user);
  made.customer.value = std::move(company);
  return made;
}
Message message(std::string type, std::string subject, json::object data) {
  Message made;
  made.type = std::move(type);
  made.subject = std::move(subject);
  made.data = std::move(data);
  return made;
}

struct Seeing : testing::Test {
  const Actor admin = actor(Role::Admin, "adm", "");
  const Actor organiser = actor(Role::CustomerAdmin, "oa", "org");
  const Actor organiser_user = actor(Role::CustomerUser, "ou", "org");
  const Actor seller = actor(Role::CrewAdmin, "sa", "crew");
  const Actor crew = actor(Role::CrewUser, "c1", "crew");
  const Actor other_organiser = actor(Role::CustomerAdmin, "xo", "org2");
  const Actor other_seller = actor(Role::CrewAdmin, "xs", "crew2");
  const Actor other_crew = actor(Role::CrewUser, "c2", "crew");
  Booked booked;

  std::string seen_by(const Message& what) const {
    std::string out;
    const std::pair<const char*, const Actor*> all[] = {
        {"admin ", &admin},     {"organiser ", &organiser}, {"user ", &organiser_user},
        {"seller ", &seller},   {"crew ", &crew},           {"xo ", &other_organiser},
        {"xs ", &other_seller}, {"xc ", &other_crew}};
    for (const auto& [name, who] : all)
      if (may_see(*who, what, booked)) out += name;
    return out;
  }
};

TEST_F(Seeing, BookingsAreSeenByBothSidesAndTheCrewMember) {
  const json::object data{{"customerId", "org"}, {"crewCustomerId", "crew"}, {"crewId", "c1"}};
  EXPECT_EQ(seen_by(message("booking.created", "b", data)), "admin organiser user seller crew ");
}

TEST_F(Seeing, InvoicesAreSeenByAdminsOfBothSides) {
  const json::object data{{"customerId", "org"}, {"crewCustomerId", "crew"}};
  EXPECT_EQ(seen_by(message("invoice.generated", "i", data)), "admin organiser seller ");
}

TEST_F(Seeing, EventsAreSeenByTheOrganiserAndThoseBooked) {
  const Message changed = message("event.updated", "e", {{"customerId", "org"}});
  EXPECT_EQ(seen_by(changed), "admin organiser user ");
  booked.crew = {"c1"};
  booked.companies = {"crew"};
  EXPECT_EQ(seen_by(changed), "admin organiser user seller crew ");
}

TEST_F(Seeing, PeopleAreSeenByTheirCompanysAdminsAndThemselves) {
  EXPECT_EQ(seen_by(message("crew.updated", "c1", {{"userId", "c1"}, {"customerId", "crew"}})),
            "admin seller crew ");
  EXPECT_EQ(seen_by(message("user.updated", "ou", {{"userId", "ou"}, {"customerId", "org"}})),
            "admin organiser user ");
}

TEST_F(Seeing, NobodySeesLinksOrServicesAnything) {
  EXPECT_EQ(seen_by(message("user.reset", "l", {{"userId", "c1"}})), "");
  Actor service;
  service.is_service = true;
  EXPECT_FALSE(may_see(service, message("booking.created", "b", {}), booked));
}

TEST_F(Seeing, AMessageWithoutCompanyIsNobodysOwn) {
  const Actor nowhere = actor(Role::CustomerAdmin, "n", "");
  EXPECT_FALSE(may_see(nowhere, message("booking.created", "b", {}), booked));
}

}  // namespace
}  // namespace thenorsound::notification
