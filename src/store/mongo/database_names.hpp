// Which database a collection lies in.
#pragma once
#include <string>

#include "store/mongo/mongo_settings.hpp"

namespace thenorsound::store::mongo {

// "thenorsound", or per service "thenorsound-users"; the user service's calendars lie in "-crew".
std::string database_of(const MongoSettings& settings, const std::string& service,
                        const std::string& collection);

}  // namespace thenorsound::store::mongo
