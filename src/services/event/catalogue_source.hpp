// The catalogue of categories and skills as the customer service has it.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "contracts/customer_profile.hpp"
#include "http/service_client.hpp"

namespace thenorsound::event {

class CatalogueSource {
 public:
  explicit CatalogueSource(http::ServiceClient& customers) : customers_(customers) {}

  // As it is now; the last copy where the customer service doesn't answer and that knows all of
  // `names`. Without names nobody is asked and it is empty. Errors: the customer service's.
  Task<Result<std::shared_ptr<const Catalogue>>> knowing(Trace trace, std::vector<SkillName> names);

 private:
  std::shared_ptr<const Catalogue> last() const;
  http::ServiceClient& customers_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Catalogue> last_;
};

}  // namespace thenorsound::event
