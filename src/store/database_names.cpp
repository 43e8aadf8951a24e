#include "store/database_names.hpp"

#include <array>
#include <string_view>

namespace thenorsound::store {
namespace {

struct Owner {
  std::string_view service;
  std::string_view suffix;
};
// Dead letters are shown by analytics.
constexpr std::array owners = {
    Owner{"auth", "-auth"},           Owner{"user", "-users"},
    Owner{"customer", "-customers"},  Owner{"event", "-events"},
    Owner{"booking", "-bookings"},    Owner{"notification", "-notification"},
    Owner{"analytics", "-analytics"}, Owner{"bus", "-analytics"}};
constexpr std::string_view calendars_suffix = "-crew";

}  // namespace

std::string database_of(const std::string& name, bool per_service, const std::string& service,
                        const std::string& collection) {
  if (!per_service || service == "app") return name;
  if (service == "user" && collection.starts_with("calendar"))
    return name + std::string(calendars_suffix);
  for (const Owner& owner : owners)
    if (owner.service == service) return name + std::string(owner.suffix);
  return name + "-" + service;
}

std::vector<std::string> databases_per_service(const std::string& name) {
  std::vector<std::string> all{name, name + std::string(calendars_suffix)};
  for (const Owner& owner : owners)
    if (owner.service != "bus") all.push_back(name + std::string(owner.suffix));
  return all;
}

}  // namespace thenorsound::store
