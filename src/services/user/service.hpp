// The user service: people, what they can, and their calendars. Wired with clients of customer
// (companies, catalogue), auth (credentials) and booking (which bookings live).
#pragma once
#include <memory>

#include "http/service_client.hpp"
#include "workflow/service.hpp"

namespace thenorsound::user {

struct UserSettings {
  std::chrono::milliseconds finish_interval{5'000};
  std::chrono::milliseconds verify_interval{10'000};
  std::chrono::milliseconds archive_interval{3'600'000};
};

class UserService : public workflow::Service {
 public:
  UserService(workflow::ServiceParts parts, UserSettings settings, http::ServiceClient& customers,
              http::ServiceClient& auth, http::ServiceClient& bookings);
  ~UserService() override;
  const http::Router& router() const override;
  std::vector<store::CollectionSchema> schemas() const override;
  Task<Result<void>> start() override;
  Task<void> stop() override;
  Task<bool> idle() override;

  // The very first person, whom nobody could make otherwise. Again: the same.
  Task<Result<UserId>> create_first_admin(std::string email, std::string password);
  // One round of all background work, for tests.
  Task<void> keep_up();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace thenorsound::user
