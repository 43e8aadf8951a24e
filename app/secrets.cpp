#include "secrets.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/crypto.hpp"

namespace thenorsound::app {
namespace {

Error failure(const std::string& what, const std::string& path) {
  return make_error(Code::service_error, what + " " + path + ": " + std::strerror(errno));
}

}  // namespace

Result<void> write_private_file(const std::string& path, const std::string& content) {
  const std::string fresh = path + ".new";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return failure("cannot write", fresh);
  const bool written =
      ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(file) == 0;
  ::close(file);
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) return failure("cannot write", path);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int directory = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

void Secrets::Unlock::operator()(const int* file) const {
  ::close(*file);
  delete file;
}

Result<Secrets> Secrets::open(const std::string& data_dir) {
  Secrets secrets;
  secrets.path_ = data_dir + "/secrets";
  const std::string lock = secrets.path_ + ".lock";
  const int held = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (held < 0) return failure("cannot write", lock);
  secrets.lock_.reset(new int(held));
  if (::flock(held, LOCK_EX) != 0) return failure("cannot lock", lock);
  struct stat status {};
  if (::stat(secrets.path_.c_str(), &status) != 0) return secrets;
  if ((status.st_mode & 077) != 0)
    return make_error(Code::service_error, secrets.path_ +
                                               " must be readable by its owner only "
                                               "(chmod 600)");
  std::ifstream file(secrets.path_);
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos)
      secrets.keys_[line.substr(0, equals)] = line.substr(equals + 1);
  }
  if (file.bad()) return failure("cannot read", secrets.path_);
  return secrets;
}

Result<std::string> Secrets::key(const std::string& name) {
  const auto found = keys_.find(name);
  if (found != keys_.end()) return found->second;
  const Result<void> written = change({{name, to_base64url(random_bytes(32))}});
  if (!written) return written.error();
  return keys_[name];
}

std::optional<std::string> Secrets::find(const std::string& name) const {
  const auto found = keys_.find(name);
  if (found == keys_.end()) return {};
  return found->second;
}

std::vector<std::string> Secrets::names_after(const std::string& prefix) const {
  std::vector<std::string> names;
  for (const auto& [name, value] : keys_)
    if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
  return names;
}

Result<void> Secrets::change(const Changes& changes) {
  std::map<std::string, std::string> wanted = keys_;
  for (const auto& [name, value] : changes) {
    if (value)
      wanted[name] = *value;
    else
      wanted.erase(name);
  }
  std::string content;
  for (const auto& [name, value] : wanted) content += name + "=" + value + "\n";
  const Result<void> written = write_private_file(path_, content);
  if (written) keys_ = std::move(wanted);
  return written;
}

}  // namespace thenorsound::app
