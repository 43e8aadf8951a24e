// The auth service: credentials, sessions, links. Hears of users whose access changed.
#pragma once
#include "services/auth/commands.hpp"
#include "services/auth/routes.hpp"
#include "workflow/outbox_relay.hpp"
#include "workflow/repeat.hpp"
#include "workflow/service.hpp"

namespace thenorsound::auth {

class AuthService : public workflow::Service {
 public:
  // `users` and `customers` ask those services' /internal routes, and must outlive this.
  AuthService(workflow::ServiceParts parts, AuthSettings settings, http::ServiceClient& users,
              http::ServiceClient& customers);

  const http::Router& router() const override { return router_; }
  Task<Result<void>> start() override;
  Task<void> stop() override;
  Task<bool> idle() override { return relay_.idle(); }

  // What the consumer of "thenorsound.auth" does: a change of role, company or isActive, and
  // deletion, end all sessions of the user.
  Task<Result<bus::Delivery>> hear(Message message);

 private:
  workflow::ServiceParts parts_;
  AuthSettings settings_;
  Repository repository_;
  AuthCommands commands_;
  AuthRoutes routes_;
  http::Router router_;
  workflow::OutboxRelay relay_;
  workflow::Repeat finisher_;
  workflow::Repeat sweeper_;
};

}  // namespace thenorsound::auth
