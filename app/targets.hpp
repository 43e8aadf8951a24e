// The targets of the program and their ports.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace thenorsound::app {

struct Target {
  std::string_view name;
  std::uint16_t port_offset;  // from the gateway's port
  std::string_view what;
};

inline constexpr std::array<Target, 9> targets{{
    {"gateway", 0, "the only door for the outside; serves the web app"},
    {"auth", 1, "credentials, sessions, links"},
    {"user", 2, "users, calendars"},
    {"customer", 3, "customers, tariffs, settings, catalogue"},
    {"event", 4, "events with their slots and reservations"},
    {"booking", 5, "bookings, sagas, invoices, number series"},
    {"notification", 7, "tells people what happened"},
    {"analytics", 8, "metrics, reports, audit, dead letters"},
    {"invoicing", 9, "decides what happens to invoices"},
}};
inline constexpr std::uint16_t ops_port_offset = 10;

}  // namespace thenorsound::app
