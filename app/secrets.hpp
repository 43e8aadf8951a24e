// Keys that are not configured: made at first start, kept in DATA/secrets (mode 0600).
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace thenorsound::app {

class Secrets {
 public:
  // Reads DATA/secrets, or makes it; other processes that open it wait until this one is gone.
  // Error: the file can't be read, written, or others may read it.
  static Result<Secrets> open(const std::string& data_dir);
  // Lets other processes open it.
  void unlock() { lock_.reset(); }

  // The key of that name (43 visible characters, 256 bits); made and written down if it is new.
  Result<std::string> key(const std::string& name);

  std::optional<std::string> find(const std::string& name) const;
  std::vector<std::string> names_after(const std::string& prefix) const;  // without it
  // Writes and (nothing) removes entries, all or none of them.
  using Changes = std::map<std::string, std::optional<std::string>>;
  Result<void> change(const Changes& changes);

 private:
  struct Unlock {
    void operator()(const int* file) const;
  };
  std::string path_;
  std::unique_ptr<const int, Unlock> lock_;
  std::map<std::string, std::string> keys_;
};

// Writes a file that only its owner may read, whole or not at all, and durable.
Result<void> write_private_file(const std::string& path, const std::string& content);

}  // namespace thenorsound::app
