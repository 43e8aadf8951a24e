#include "store/mongo/database_names.hpp"

#include <array>
#include <string_view>

namespace thenorsound::store::mongo {
namespace {

struct Name {
  std::string_view service;
  std::string_view suffix;
};
constexpr std::array names = {Name{"user", "users"}, Name{"customer", "customers"},
                              Name{"event", "events"}, Name{"booking", "bookings"}};

}  // namespace

std::string database_of(const MongoSettings& settings, const std::string& service,
                        const std::string& collection) {
  if (!settings.per_service) return settings.database;
  if (service == "user" && collection.starts_with("calendar")) return settings.database + "-crew";
  for (const Name& name : names)
    if (name.service == service) return settings.database + "-" + std::string(name.suffix);
  return settings.database + "-" + service;
}

}  // namespace thenorsound::store::mongo
