// A login that lasts: refresh tokens that follow one another, and when it ends. Pure.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/time.hpp"

namespace thenorsound::auth {

constexpr std::int64_t refresh_life_ms = 7 * day_ms;
constexpr std::int64_t session_life_ms = 30 * day_ms;
constexpr std::int64_t repeat_ms = 30 * second_ms;
constexpr std::int64_t keep_revoked_ms = hour_ms;

struct Session {
  std::string id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;  // last refresh
  UserId user_id;
  std::int64_t access_version = 0;  // the user's, at login
  std::string user_agent;
  std::string current_hash;
  std::string previous_hash;
  Time rotated_at;
  Time token_expires_at;
  Time ends_at;  // 30 days after login
  bool live = true;
  Time expires_at;  // nothing asks for it any more
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, version, created_at, updated_at, user_id, access_version, user_agent,
                       current_hash, previous_hash, rotated_at, token_expires_at, ends_at, live,
                       expires_at))

// A refresh token: which session, a secret of 256 bits, and a tag by which it is known as one of
// ours though the session has forgotten it: an old one is a theft, a made-up one is nothing.
struct RefreshToken {
  std::string sid;
  std::string secret;  // 32 bytes
  std::string text;
};
RefreshToken make_refresh_token(const std::string& key, std::string sid, std::string secret);
std::optional<RefreshToken> read_refresh_token(const std::string& key, std::string_view text);
// The one that follows it: always the same, so that a lost answer can be given again.
RefreshToken successor_of(const std::string& key, const RefreshToken& token);
std::string hash_of(const RefreshToken& token);

Session start_session(std::string sid, UserId user, const RefreshToken& first, Time now);
bool is_live(const Session& session, Time now);

enum class Use {
  rotated,   // the successor is current now
  repeated,  // within 30 s, while the successor is unused: the same answer
  stolen,    // any other second use: the session is over
};
// Error unauthorized: the session or the token was over before.
Result<Use> use_token(Session& session, const RefreshToken& token, const RefreshToken& successor,
                      Time now);
// False where it was over before.
bool revoke(Session& session, Time now);

}  // namespace thenorsound::auth
