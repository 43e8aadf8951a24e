// The auth service: credentials, sessions, tokens, links. Wired with clients of user (state and
// role of a person) and customer (the company). The only service with the keys below.
#pragma once
#include <memory>

#include "http/service_client.hpp"
#include "workflow/service.hpp"

namespace thenorsound::auth {

struct AuthSettings {
  std::string jwt_key;      // signs access tokens
  std::string refresh_key;  // derives refresh tokens; known addresses are hashed with it
  std::string link_key;     // derives the secrets of links
  std::string issuer = "thenorsound";
  std::string audience = "thenorsound";
  int bcrypt_cost = 12;
  unsigned bcrypt_threads = 2;
  std::size_t bcrypt_queue = 100;  // waiting; more are refused with 503
  std::int64_t access_minutes = 15;
  // Where people reach the web app; links begin with it. Cookies are Secure unless it is plain
  // http on this machine.
  std::string public_url = "http://localhost:5000";
  std::chrono::milliseconds sweep_interval{600'000};
};

class AuthService : public workflow::Service {
 public:
  AuthService(workflow::ServiceParts parts, AuthSettings settings, http::ServiceClient& users,
              http::ServiceClient& customers);
  ~AuthService() override;
  const http::Router& router() const override;
  std::vector<store::CollectionSchema> schemas() const override;
  Task<Result<void>> start() override;
  Task<void> stop() override;
  Task<bool> idle() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace thenorsound::auth
