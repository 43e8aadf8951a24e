#include "services/notification/announcements.hpp"

namespace thenorsound::notification {
namespace {

struct Row {
  std::string_view type;
  std::vector<Announcement> announcements;
};

const std::vector<Row>& table() {
  using enum Whom;
  using enum Letter;
  static const std::vector<Row> rows{
      {"booking.created",
       {{organiser_admins, requested_organiser},
        {seller_admins, requested_seller},
        {crew_member, requested_crew}}},
      {"booking.confirmed",
       {{organiser_admins, confirmed_organiser},
        {seller_admins, confirmed_seller},
        {crew_member, confirmed_crew}}},
      {"booking.cancelled",
       {{organiser_admins, cancelled_organiser},
        {seller_admins, cancelled_seller},
        {crew_member, cancelled_crew}}},
      // For each booking that the change touches.
      {"event.updated", {{seller_admins, event_changed_seller}, {crew_member, event_changed_crew}}},
      {"invoice.generated",
       {{accounts_payable, invoice_issued}, {organiser_admins, invoice_issued}}},
      {"invoice.overdue", {{accounts_payable, invoice_overdue}, {seller_admins, invoice_overdue}}},
      {"invoice.paid", {{seller_admins, invoice_paid}}},
      {"invoice.credited",
       {{accounts_payable, invoice_credited}, {organiser_admins, invoice_credited}}},
      {"invoice.missing", {{seller_admins, invoice_missing}, {administrators, invoice_missing}}},
  };
  return rows;
}

}  // namespace

std::vector<Announcement> announcements_of(std::string_view type, bool in_house) {
  for (const Row& row : table()) {
    if (row.type != type) continue;
    std::vector<Announcement> found = row.announcements;
    // The organiser answers for its own crew itself: it gets the seller's letter.
    if (in_house)
      std::erase_if(found, [](const auto& one) { return one.whom == Whom::organiser_admins; });
    return found;
  }
  return {};
}

bool may_see(const Actor& actor, const Message& message, const Booked& booked) {
  if (actor.is_service || message.type == "user.reset") return false;
  if (actor.is_admin()) return true;
  const std::string& own = actor.customer.value;
  const bool of_organiser = actor.is(Role::CustomerAdmin) || actor.is(Role::CustomerUser);
  const bool is_buyer = !own.empty() && text_of(message.data, "customerId") == own;
  const bool is_seller = !own.empty() && text_of(message.data, "crewCustomerId") == own;
  const std::string_view family = std::string_view(message.type).substr(0, message.type.find('.'));
  if (family == "user" || family == "crew")
    return message.subject == actor.user.value ||
           ((actor.is(Role::CustomerAdmin) || actor.is(Role::CrewAdmin)) && is_buyer);
  if (family == "event") {
    if (of_organiser) return is_buyer;
    return actor.is(Role::CrewAdmin) ? booked.companies.contains(own)
                                     : booked.crew.contains(actor.user.value);
  }
  if (family == "booking") {
    if (of_organiser) return is_buyer;
    return actor.is(Role::CrewAdmin) ? is_seller
                                     : text_of(message.data, "crewId") == actor.user.value;
  }
  if (family == "invoice")
    return (actor.is(Role::CustomerAdmin) && is_buyer) || (actor.is(Role::CrewAdmin) && is_seller);
  return false;
}

std::string text_of(const json::object& data, std::string_view name) {
  const json::value* value = data.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

bool flag_of(const json::object& data, std::string_view name) {
  const json::value* value = data.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace thenorsound::notification
