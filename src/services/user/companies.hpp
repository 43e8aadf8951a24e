// What the user service asks the customer service: companies and the catalogue, kept for a while.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.hpp"
#include "contracts/customer_profile.hpp"
#include "http/service_client.hpp"

namespace thenorsound::user {

using CompanyPtr = std::shared_ptr<const CustomerProfile>;  // null: there is none
using CataloguePtr = std::shared_ptr<const Catalogue>;

// Thread-safe.
class Companies {
 public:
  Companies(http::ServiceClient& customers, const Clock& clock)
      : customers_(customers), clock_(clock) {}

  // At most `kept_ms` old; what isn't there isn't kept.
  Task<Result<CompanyPtr>> find(Trace trace, CustomerId id);
  // As it is now.
  Task<Result<CompanyPtr>> ask(Trace trace, CustomerId id);
  Task<Result<CataloguePtr>> catalogue(Trace trace);
  Task<Result<CataloguePtr>> ask_catalogue(Trace trace);

 private:
  static constexpr std::int64_t kept_ms = 30 * second_ms;
  static constexpr std::size_t max_kept = 10'000;
  struct Kept {
    CompanyPtr company;
    Time until;
  };
  http::ServiceClient& customers_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Kept> companies_;
  CataloguePtr catalogue_;
  Time catalogue_until_;
};

}  // namespace thenorsound::user
