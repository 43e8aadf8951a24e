// A server's certificate and key: PEM files that may be renewed while it runs.
#pragma once
#include <memory>
#include <mutex>
#include <string>

#include "base/error.hpp"

namespace boost::asio::ssl {
class context;
}

namespace thenorsound::http {

// Thread-safe. A connection keeps the context it began with.
class TlsCertificate {
 public:
  using Context = std::shared_ptr<boost::asio::ssl::context>;

  // Error validation_error: a file can't be read, is no PEM, or the two don't belong together.
  static Result<std::shared_ptr<TlsCertificate>> load(std::string certificate_file,
                                                      std::string key_file);
  // Takes over what the files hold by now. A pair that can't be used is logged, once, and the one
  // at hand stays.
  void refresh();
  Context context() const;

 private:
  struct Files {
    std::string certificate;
    std::string key;
    bool operator==(const Files&) const = default;
  };
  TlsCertificate(std::string certificate_file, std::string key_file);
  Result<Files> read() const;
  static Result<Context> make_context(const Files& files);

  const std::string certificate_file_;
  const std::string key_file_;
  mutable std::mutex mutex_;
  std::string seen_;  // hash of what was read last, usable or not
  Context context_;
};

}  // namespace thenorsound::http
