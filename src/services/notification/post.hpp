// How mails leave: to an SMTP server, or as files for whoever tries the program out.
#pragma once
#include <memory>
#include <string>

#include "base/worker_pool.hpp"
#include "services/notification/mail.hpp"

namespace thenorsound::notification {

struct SmtpSettings {
  std::string url;  // "smtp://host:587", "smtps://host"; empty: none
  std::string user;
  std::string password;
};

// Hands one mail to the server; blocks. STARTTLS is demanded unless the server is on this machine.
// Error service_unavailable; its reason names the failure and no address.
Result<void> send_by_smtp(const SmtpSettings& settings, const Mail& mail);

// Writes `<folder>/<time>-<hash>.eml` in one step; the same mail again replaces its file. Blocks.
Result<void> write_to_outbox(const std::string& folder, const Mail& mail);

class Post {
 public:
  // Mails become files in `outbox_folder` where `smtp.url` is empty.
  Post(SmtpSettings smtp, std::string outbox_folder);
  Task<Result<void>> send(Mail mail);
  // How long sending one may take.
  std::int64_t longest_ms() const;

 private:
  SmtpSettings smtp_;
  std::string outbox_folder_;
  WorkerPool workers_;
};

}  // namespace thenorsound::notification
