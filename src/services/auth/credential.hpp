// What somebody logs in with, and the links that let them set it. Pure.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/time.hpp"

namespace thenorsound::auth {

constexpr std::int64_t invitation_life_ms = 72 * hour_ms;
constexpr std::int64_t reset_life_ms = hour_ms;
constexpr std::size_t max_open_links = 5;
constexpr std::size_t max_known_addresses = 20;

struct Credential {
  UserId id;
  Time created_at;
  Time updated_at;
  std::string email;
  std::string email_key;                     // unique
  std::string password_hash;                 // empty: none yet
  bool enabled = false;                      // the user is active
  std::int64_t min_access_version = 0;       // sessions of older ones are over
  std::vector<std::string> open_links;       // ids; using one closes all
  std::vector<std::string> known_addresses;  // keyed hashes of addresses that logged in
  std::string document_id() const { return id.value; }
};
BOOST_DESCRIBE_STRUCT(Credential, (),
                      (id, created_at, updated_at, email, email_key, password_hash, enabled,
                       min_access_version, open_links, known_addresses))

enum class LinkKind { Invitation, Reset };
BOOST_DESCRIBE_ENUM(LinkKind, Invitation, Reset)

struct Link {
  std::string id;
  LinkKind kind = LinkKind::Invitation;
  UserId user_id;
  std::string secret_hash;
  Time created_at;
  Time expires_at;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Link, (), (id, kind, user_id, secret_hash, created_at, expires_at))

// The secret follows from the id and a server key, so that only its hash needs keeping.
std::string link_token(const std::string& key, const Link& link);  // "<id>.<secret>"
Link make_link(const std::string& key, std::string id, LinkKind kind, UserId user, Time now);
std::string link_id_of(std::string_view token);
bool opens(const Link& link, std::string_view token, LinkKind kind, Time now);

// Remembers the link as open; the oldest goes where there are too many.
void open_link(Credential& credential, const std::string& id);
bool has_open(const Credential& credential, const std::string& id);
// A new password closes every open link.
void set_password(Credential& credential, std::string hash, Time now);
// False where it was known before.
bool know_address(Credential& credential, const std::string& address_hash);

}  // namespace thenorsound::auth
