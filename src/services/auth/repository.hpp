// Documents of the auth service: credentials, sessions, links.
#pragma once
#include <boost/describe.hpp>
#include <optional>

#include "services/auth/session.hpp"
#include "store/collection.hpp"

namespace thenorsound::auth {

struct Credential {
  UserId user_id;  // its id, too
  std::string email;
  std::string email_key;
  std::string password_hash;  // "" until there is one
  bool enabled = false;
  Time created_at;
  Time updated_at;
  std::string document_id() const { return user_id.value; }
};
BOOST_DESCRIBE_STRUCT(Credential, (),
                      (user_id, email, email_key, password_hash, enabled, created_at, updated_at))

enum class LinkKind { Invitation, Reset };
BOOST_DESCRIBE_ENUM(LinkKind, Invitation, Reset)

// A one-time link. Its secret is derived from the id and a server key, and kept only as a hash.
struct Link {
  std::string id;
  LinkKind kind = LinkKind::Invitation;
  UserId user_id;  // empty: for nobody, so that asking takes the same time
  std::string secret_hash;
  bool used = false;
  std::string pending_hash;           // the new password's, until the credential has it
  std::optional<Time> pending_since;
  Time created_at;
  Time usable_until;
  Time expires_at;  // then the document goes
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Link, (),
                      (id, kind, user_id, secret_hash, used, pending_hash, pending_since,
                       created_at, usable_until, expires_at))

struct Repository {
  Repository(store::DocumentStore& store, const Clock& clock)
      : credentials(store, clock, "credentials", "auth"),
        sessions(store, clock, "sessions", "auth"),
        links(store, clock, "links", "auth") {}
  static std::vector<store::CollectionSchema> schemas();

  Task<Result<std::optional<Credential>>> credential_by_email(std::string email);
  Task<Result<std::vector<Session>>> sessions_of(UserId user);
  Task<Result<std::vector<Link>>> unfinished_links();

  store::Collection<Credential> credentials;
  store::Collection<Session> sessions;
  store::Collection<Link> links;
};

std::string email_key(std::string_view email);

}  // namespace thenorsound::auth
