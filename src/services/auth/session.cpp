#include "services/auth/session.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace thenorsound::auth {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t tag_bytes = 16;

Error over() { return make_error(Code::unauthorized, "Log in to do this.", "session-over"); }

void renew(Session& session, const RefreshToken& token, Time now) {
  session.current_hash = hash_of(token);
  session.updated_at = session.rotated_at = now;
  session.token_expires_at = std::min(now + refresh_life_ms, session.ends_at);
  session.expires_at = session.token_expires_at + keep_revoked_ms;
}

}  // namespace

RefreshToken make_refresh_token(const std::string& key, std::string sid, std::string secret) {
  RefreshToken token{std::move(sid), std::move(secret), {}};
  token.text = token.sid + "." + to_base64url(token.secret);
  token.text += "." + to_base64url(hmac_sha256(key, "tag|" + token.text).substr(0, tag_bytes));
  return token;
}

std::optional<RefreshToken> read_refresh_token(const std::string& key, std::string_view text) {
  const auto first = text.find('.');
  if (first == std::string_view::npos || text.size() > 200) return {};
  const auto second = text.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  const auto secret = from_base64url(text.substr(first + 1, second - first - 1));
  if (!secret || secret->size() != secret_bytes) return {};
  RefreshToken token = make_refresh_token(key, std::string(text.substr(0, first)), *secret);
  if (!equal_in_constant_time(token.text, text)) return {};
  return token;
}

RefreshToken successor_of(const std::string& key, const RefreshToken& token) {
  return make_refresh_token(key, token.sid, hmac_sha256(key, "next|" + token.text));
}

std::string hash_of(const RefreshToken& token) { return to_hex(sha256(token.text)); }

Session start_session(std::string sid, UserId user, const RefreshToken& first, Time now) {
  Session session;
  session.id = std::move(sid);
  session.user_id = std::move(user);
  session.created_at = now;
  session.ends_at = now + session_life_ms;
  renew(session, first, now);
  return session;
}

bool is_live(const Session& session, Time now) { return session.live && now < session.ends_at; }

Result<Use> use_token(Session& session, const RefreshToken& token, const RefreshToken& successor,
                      Time now) {
  if (!is_live(session, now) || now >= session.token_expires_at) return over();
  const std::string hash = hash_of(token);
  if (equal_in_constant_time(hash, session.current_hash)) {
    session.previous_hash = session.current_hash;
    renew(session, successor, now);
    ++session.version;
    return Use::rotated;
  }
  if (equal_in_constant_time(hash, session.previous_hash) && now <= session.rotated_at + repeat_ms)
    return Use::repeated;
  revoke(session, now);
  return Use::stolen;
}

bool revoke(Session& session, Time now) {
  if (!session.live) return false;
  session.live = false;
  session.expires_at = now + keep_revoked_ms;
  session.updated_at = now;
  ++session.version;
  return true;
}

}  // namespace thenorsound::auth
