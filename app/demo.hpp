// Fills an empty store with demo data: the same content for the same day, made by the same
// commands that the API uses, each as the person who would do it.
#pragma once
#include <functional>

#include "base/loops.hpp"
#include "base/time.hpp"
#include "http/service_client.hpp"

namespace thenorsound::app {

struct DemoServices {
  http::ServiceClient& users;
  http::ServiceClient& customers;
  http::ServiceClient& events;
  http::ServiceClient& bookings;
  // Returns when every message has been published and handled.
  std::function<Task<void>()> settled;
};

inline constexpr std::string_view demo_password = "demo-password";

struct DemoLogin {
  std::string_view email;
  std::string_view who;
};
inline constexpr DemoLogin demo_logins[] = {
    {"admin@demo.example", "administrator"},
    {"organiser@demo.example", "event organiser, may book"},
    {"organiser-user@demo.example", "event organiser, reads only"},
    {"crewadmin@demo.example", "crew company, answers requests"},
    {"crew@demo.example", "crew member"},
};

// `admin` is an Admin that already exists. Error: the first refusal; the store is then half
// filled and of no use.
Task<Result<void>> load_demo(Loops& loops, DemoServices services, Actor admin, Time now);

}  // namespace thenorsound::app
