#include "services/auth/session.hpp"

#include "base/crypto.hpp"

namespace thenorsound::auth {
namespace {
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t seal_bytes = 16;
}  // namespace

std::string RefreshTokens::seal(std::string_view session_id, std::string_view secret) const {
  std::string text = "seal.";
  text.append(session_id).append(".").append(secret);
  return to_base64url(hmac_sha256(key_, text).substr(0, seal_bytes));
}

std::string RefreshTokens::first(const std::string& session_id) const {
  const std::string secret = to_base64url(random_bytes(secret_bytes));
  return session_id + "." + secret + "." + seal(session_id, secret);
}

std::string RefreshTokens::successor(std::string_view token) const {
  const std::string session_id(token.substr(0, token.find('.')));
  std::string text = "next.";
  text.append(token);
  const std::string secret = to_base64url(hmac_sha256(key_, text));
  return session_id + "." + secret + "." + seal(session_id, secret);
}

std::optional<std::string> RefreshTokens::session_of(std::string_view token) const {
  if (token.size() > 200) return {};
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return {};
  const std::string_view session_id = token.substr(0, first);
  if (!equal_in_constant_time(seal(session_id, token.substr(first + 1, last - first - 1)),
                              token.substr(last + 1)))
    return {};
  return std::string(session_id);
}

std::string RefreshTokens::hash(std::string_view token) { return to_base64url(sha256(token)); }

Use use_refresh_token(Session& session, std::string_view token_hash,
                      const std::string& successor_hash, Time now) {
  if (!is_live(session, now)) return Use::ended;
  if (token_hash == session.current_hash) {
    session.previous_hash = session.current_hash;
    session.current_hash = successor_hash;
    session.rotated_at = now;
    session.expires_at = std::min(session.ends_at, now + refresh_life_ms);
    return Use::rotated;
  }
  // The current one is the previous one's successor: while it is current, it is unused.
  if (token_hash == session.previous_hash && now.ms - session.rotated_at.ms <= repeat_window_ms)
    return Use::repeated;
  session.revoked = true;
  return Use::stolen;
}

}  // namespace thenorsound::auth
