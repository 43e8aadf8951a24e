// Who hears of what: the one table, and who may see what on the live stream. Pure.
#pragma once
#include <set>
#include <vector>

#include "base/context.hpp"
#include "base/message.hpp"
#include "services/notification/templates.hpp"

namespace thenorsound::notification {

enum class Whom {
  organiser_admins,
  seller_admins,  // of the crew's company; for in-house crew the organiser's
  crew_member,
  accounts_payable,  // the organiser's address for invoices
  administrators,
};
struct Announcement {
  Whom whom;
  Letter letter;
};
// In the order of precedence: whoever hears for two reasons gets the first letter.
std::vector<Announcement> announcements_of(std::string_view type, bool in_house);

// Crew and their companies that are booked on an event.
struct Booked {
  std::set<std::string, std::less<>> crew;
  std::set<std::string, std::less<>> companies;
};
// May the actor GET what the message is about?
bool may_see(const Actor& actor, const Message& message, const Booked& booked);

// A text member of a message's data, or "".
std::string text_of(const json::object& data, std::string_view name);
bool flag_of(const json::object& data, std::string_view name);

}  // namespace thenorsound::notification
