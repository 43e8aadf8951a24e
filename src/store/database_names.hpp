// Which database a collection lies in: one for all, or one for each service. The same for every
// adapter.
#pragma once
#include <string>
#include <vector>

namespace thenorsound::store {

// `name`, or per service "<name>-users"; the user service's calendars lie in "-crew". What is the
// program's own (service "app") lies in `name` either way.
std::string database_of(const std::string& name, bool per_service, const std::string& service,
                        const std::string& collection);

// All that the program's services have, per service; `name` first.
std::vector<std::string> databases_per_service(const std::string& name);

}  // namespace thenorsound::store
