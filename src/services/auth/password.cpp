#include "services/auth/password.hpp"

#include <crypt.h>

#include <memory>

#include "base/crypto.hpp"
#include "base/error.hpp"

namespace thenorsound::auth {
namespace {

constexpr std::size_t max_password_bytes = 72;

// Empty where the salt is none.
std::string bcrypt(const std::string& password, const std::string& salt) {
  const auto work = std::make_unique<crypt_data>();
  const char* hash = crypt_r(password.c_str(), salt.c_str(), work.get());
  return hash == nullptr || hash[0] == '*' ? std::string() : std::string(hash);
}

}  // namespace

std::string hash_password(const std::string& password, int cost) {
  const std::string random = random_bytes(16);
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];
  if (crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), random.data(),
                       static_cast<int>(random.size()), salt, sizeof salt) == nullptr)
    throw UnexpectedFailure("no salt of cost " + std::to_string(cost));
  std::string hash = bcrypt(password, salt);
  if (hash.empty()) throw UnexpectedFailure("bcrypt failed");
  return hash;
}

bool is_password(const std::string& password, const std::string& hash) {
  const bool possible =
      password.size() <= max_password_bytes && password.find('\0') == std::string::npos;
  const std::string found = bcrypt(possible ? password : std::string("no"), hash);
  return possible && !found.empty() && equal_in_constant_time(found, hash);
}

}  // namespace thenorsound::auth
