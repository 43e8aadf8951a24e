// Passwords: bcrypt ($2b$), computed on threads of their own.
#pragma once
#include <string>

#include "base/fields.hpp"
#include "base/worker_pool.hpp"

namespace thenorsound::auth {

class Passwords {
 public:
  // `cost`: bcrypt's, 4 to 16.
  explicit Passwords(int cost);

  // Error service_unavailable: too many wait.
  Task<Result<std::string>> hash(std::string password);
  // False for a wrong one. An empty `hash` (nobody) takes as long as any other, and is false.
  Task<Result<bool>> matches(std::string password, std::string hash);

 private:
  int cost_;
  std::string nobodys_hash_;
  WorkerPool pool_;
};

// 8 characters to 72 bytes (bcrypt reads no more), no NUL.
bool read_new_password(Fields& in, std::string_view name, std::string& into);

}  // namespace thenorsound::auth
