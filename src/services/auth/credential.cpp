#include "services/auth/credential.hpp"

#include <algorithm>

#include "base/codec.hpp"
#include "base/crypto.hpp"

namespace thenorsound::auth {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

std::string link_token(const std::string& key, const Link& link) {
  const std::string named = std::string(word_of(link.kind)) + "|" + link.id;
  return link.id + "." + to_base64url(hmac_sha256(key, named));
}

Link make_link(const std::string& key, std::string id, LinkKind kind, UserId user, Time now) {
  Link link;
  link.id = std::move(id);
  link.kind = kind;
  link.user_id = std::move(user);
  link.created_at = now;
  link.expires_at = now + (kind == LinkKind::Invitation ? invitation_life_ms : reset_life_ms);
  link.secret_hash = to_hex(sha256(link_token(key, link)));
  return link;
}

std::string link_id_of(std::string_view token) {
  return std::string(token.substr(0, std::min(token.find('.'), std::size_t{100})));
}

bool opens(const Link& link, std::string_view token, LinkKind kind, Time now) {
  return link.kind == kind && now < link.expires_at &&
         equal_in_constant_time(to_hex(sha256(token)), link.secret_hash);
}

void open_link(Credential& credential, const std::string& id) {
  if (contains(credential.open_links, id)) return;
  credential.open_links.push_back(id);
  if (credential.open_links.size() > max_open_links)
    credential.open_links.erase(credential.open_links.begin());
}

bool has_open(const Credential& credential, const std::string& id) {
  return contains(credential.open_links, id);
}

void set_password(Credential& credential, std::string hash, Time now) {
  credential.password_hash = std::move(hash);
  credential.open_links.clear();
  credential.updated_at = now;
}

bool know_address(Credential& credential, const std::string& address_hash) {
  if (contains(credential.known_addresses, address_hash)) return false;
  credential.known_addresses.push_back(address_hash);
  if (credential.known_addresses.size() > max_known_addresses)
    credential.known_addresses.erase(credential.known_addresses.begin());
  return true;
}

}  // namespace thenorsound::auth
