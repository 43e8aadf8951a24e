// Passwords by bcrypt ($2b$, from libcrypt; the only file that sees it). Slow by design: never on
// a thread that serves requests.
#pragma once
#include <string>

namespace thenorsound::auth {

// `cost`: 4 to 31. The password is one that contracts/password_rule.hpp allows.
std::string hash_password(const std::string& password, int cost);
// Takes as long for a password that can't be right.
bool is_password(const std::string& password, const std::string& hash);

}  // namespace thenorsound::auth
