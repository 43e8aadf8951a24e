// The catalogue of categories and skills as the customer service has it, kept for a while.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "contracts/customer_profile.hpp"
#include "http/service_client.hpp"

namespace thenorsound::event {

class CatalogueSource {
 public:
  CatalogueSource(http::ServiceClient& customers, const Clock& clock, std::int64_t keep_ms);

  // At most `keep_ms` old, and newer where it lacks one of `names`. Without names nobody is asked
  // and it is empty. Errors: the customer service's, where no copy knows all names.
  Task<Result<std::shared_ptr<const Catalogue>>> knowing(Trace trace, std::vector<SkillName> names);

 private:
  struct Copy {
    std::shared_ptr<const Catalogue> catalogue;
    Time read_at;
  };
  Copy copy() const;
  http::ServiceClient& customers_;
  const Clock& clock_;
  std::int64_t keep_ms_;
  mutable std::mutex mutex_;
  Copy copy_;
};

}  // namespace thenorsound::event
