// The auth service's routes: who may, decode, call, encode.
#pragma once
#include "http/router.hpp"
#include "services/auth/commands.hpp"

namespace thenorsound::auth {

class AuthRoutes {
 public:
  AuthRoutes(AuthCommands& commands, Repository& repository, const AuthSettings& settings,
             const Clock& clock)
      : commands_(commands), repository_(repository), settings_(settings), clock_(clock) {}
  void add_to(http::Router& router);

 private:
  using Answer = Task<Result<http::Response>>;
  Answer login(http::Call& call);
  Answer refresh(http::Call& call);
  Answer validate(http::Call& call);
  Answer logout(http::Call& call);
  Answer register_(http::Call& call);
  Answer forgot_password(http::Call& call);
  Answer reset_password(http::Call& call);
  Answer change_password(http::Call& call);
  Answer claims(http::Call& call);
  Answer sessions(http::Call& call);
  Answer end_session(http::Call& call);
  Answer use_link(http::Call& call, LinkKind kind);

  // internal_routes.cpp
  void add_internal_to(http::Router& router);
  Answer internal_validate(http::Call& call);
  Answer internal_refresh(http::Call& call);
  Answer create_credential(http::Call& call);
  Answer change_credential(http::Call& call);
  Answer delete_credential(http::Call& call);
  Answer link(http::Call& call);

  // Of the token that the request came with. Error unauthorized: none that is valid.
  Task<Result<Claims>> own_claims(http::Call& call);
  http::Response with_tokens(const Tokens& tokens, bool in_body) const;
  http::Response refused(const Error& error, const http::Call& call) const;
  std::string refresh_cookie(const std::string& token) const;
  std::string cleared_cookie() const;

  AuthCommands& commands_;
  Repository& repository_;
  const AuthSettings& settings_;
  const Clock& clock_;
};

}  // namespace thenorsound::auth
