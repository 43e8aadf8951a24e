// The auth service's endpoints.
#pragma once
#include <atomic>

#include "services/auth/commands.hpp"

namespace thenorsound::auth {

class Routes {
 public:
  Routes(Repository& repository, AuthCommands& commands, http::ServiceClient& users,
         const Clock& clock, Loops& loops);
  void add_to(http::Router& router);
  // Mails that are being ordered, after the request was answered.
  int under_way() const { return under_way_.load(); }

 private:
  using Answer = Task<Result<http::Response>>;
  using Handler = Answer (Routes::*)(http::Call&);
  http::RouteHandler bind(Handler handler) {
    return [this, handler](http::Call& call) { return (this->*handler)(call); };
  }
  void add_public_routes(http::Router& router);
  void add_internal_routes(http::Router& router);

  // routes.cpp
  Answer log_in(http::Call& call);
  Answer refresh(http::Call& call);
  Answer validate(http::Call& call);
  Answer log_out(http::Call& call);
  Answer register_password(http::Call& call);
  Answer reset_password(http::Call& call);
  Answer forgot_password(http::Call& call);
  Answer use_link(http::Call& call, LinkKind kind);

  // own_routes.cpp
  Answer change_password(http::Call& call);
  Answer claims(http::Call& call);
  Answer list_sessions(http::Call& call);
  Answer delete_session(http::Call& call);

  // internal_routes.cpp
  Answer internal_validate(http::Call& call);
  Answer internal_refresh(http::Call& call);
  Answer make_credential(http::Call& call);
  Answer change_credential(http::Call& call);
  Answer delete_credential(http::Call& call);
  Answer get_link(http::Call& call);

  http::Response answer_tokens(const Tokens& tokens, bool in_body) const;
  // 401 that also takes the cookie away.
  http::Response cleared(const Error& error, const http::Call& call) const;
  // The claims of the request's own token, where it is the actor's.
  std::optional<Claims> own_claims(const http::Call& call) const;
  Task<void> send_reset(Trace trace, std::string email);

  Repository& repository_;
  AuthCommands& commands_;
  http::ServiceClient& users_;
  const Clock& clock_;
  Loops& loops_;
  const bool secure_;
  std::atomic<int> under_way_{0};
};

// Where a request comes from: as the gateway says, else the socket's.
std::string address_of(const http::Call& call);
json::object view_of(const Verdict& verdict, bool internal);

}  // namespace thenorsound::auth
