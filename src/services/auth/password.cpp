#include "services/auth/password.hpp"

#include <crypt.h>

#include <memory>

#include "base/crypto.hpp"

namespace thenorsound::auth {
namespace {

constexpr unsigned threads = 2;
constexpr std::size_t max_waiting = 256;
constexpr std::size_t min_characters = 8;
constexpr std::size_t max_bytes = 72;

std::string bcrypt(const std::string& password, const std::string& setting) {
  const auto data = std::make_unique<crypt_data>();
  const char* hashed = crypt_r(password.c_str(), setting.c_str(), data.get());
  if (hashed == nullptr || hashed[0] == '*') return {};
  return hashed;
}

std::string new_setting(int cost) {
  const std::string salt = random_bytes(16);
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), salt.data(),
                       static_cast<int>(salt.size()), setting, sizeof setting) == nullptr)
    throw UnexpectedFailure("no bcrypt setting");
  return setting;
}

}  // namespace

Passwords::Passwords(int cost)
    : cost_(cost), nobodys_hash_(new_setting(cost)), pool_(threads, max_waiting) {}

Task<Result<std::string>> Passwords::hash(std::string password) {
  std::function<std::string()> work = [password = std::move(password), cost = cost_] {
    return bcrypt(password, new_setting(cost));
  };
  Result<std::string> hashed = co_await pool_.run<std::string>(std::move(work));
  if (hashed && hashed->empty()) co_return unavailable("bcrypt failed");
  co_return hashed;
}

Task<Result<bool>> Passwords::matches(std::string password, std::string hash) {
  // What can't be anybody's is compared all the same, so that it takes as long.
  const bool possible = !hash.empty() && password.size() <= max_bytes &&
                        password.find('\0') == std::string::npos;
  std::function<bool()> work = [password = std::move(password), hash = std::move(hash), possible,
                                nobodys = nobodys_hash_] {
    const std::string computed = bcrypt(password.substr(0, max_bytes), hash.empty() ? nobodys : hash);
    return possible && equal_in_constant_time(computed, hash);
  };
  co_return co_await pool_.run<bool>(std::move(work));
}

bool read_new_password(Fields& in, std::string_view name, std::string& into) {
  const json::value* value = in.raw(name);
  if (value == nullptr || value->is_null()) return in.problem(name, "is required"), false;
  if (!value->is_string()) return in.problem(name, "must be a text"), false;
  const std::string_view text(value->get_string());
  if (code_points(text) < min_characters || text.size() > max_bytes ||
      text.find('\0') != std::string_view::npos)
    return in.problem(name, "must be 8 characters to 72 bytes, without NUL"), false;
  into = text;
  return true;
}

}  // namespace thenorsound::auth
