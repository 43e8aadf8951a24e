// A login and its refresh tokens. Rules, pure.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/codec.hpp"
#include "base/error.hpp"

namespace thenorsound::auth {

constexpr std::int64_t refresh_life_ms = 7 * day_ms;
constexpr std::int64_t session_life_ms = 30 * day_ms;
constexpr std::int64_t repeat_window_ms = 30 * second_ms;

struct Session {
  std::string id;
  UserId user_id;
  std::string current_hash;   // of the refresh token that is to be used next
  std::string previous_hash;  // of the one before; "" for none
  Time rotated_at;
  Time created_at;
  Time ends_at;     // the session's own
  Time expires_at;  // of the current refresh token; then the document goes
  bool revoked = false;
  std::int64_t access_version = 0;  // of the user, when it began
  std::string user_agent;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, user_id, current_hash, previous_hash, rotated_at, created_at, ends_at,
                       expires_at, revoked, access_version, user_agent))

// "<session id>.<256 bits>.<seal>": the seal tells a token of ours from a guess.
class RefreshTokens {
 public:
  explicit RefreshTokens(std::string key) : key_(std::move(key)) {}
  std::string first(const std::string& session_id) const;
  // The same for the same token.
  std::string successor(std::string_view token) const;
  // The session's id; nothing for a text that is no token of ours.
  std::optional<std::string> session_of(std::string_view token) const;
  static std::string hash(std::string_view token);

 private:
  std::string seal(std::string_view session_id, std::string_view secret) const;
  std::string key_;
};

enum class Use { rotated, repeated, stolen, ended };
// What the use of a token does to its session: `rotated` makes the successor current; `repeated`
// (the previous one, at most 30 s later, its successor unused) changes nothing; `stolen` revokes.
Use use_refresh_token(Session& session, std::string_view token_hash,
                      const std::string& successor_hash, Time now);

inline bool is_live(const Session& session, Time now) {
  return !session.revoked && now < session.ends_at && now < session.expires_at;
}

}  // namespace thenorsound::auth
